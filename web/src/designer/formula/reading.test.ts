import { beforeAll, describe, expect, it } from "vitest";
import { allWords, speak } from "../../kit/i18n";
import { NameBook, type Name, type Names } from "./names";
import { narrow, readFormula, unclosed } from "./reading";

const name = (name: string, zh: string, type = "text", more: Partial<Name> = {}): Name => ({ name, label: { en: name, zh }, type, target: null, many: false, ...more });
const WORLD: Record<string, Names> = {
  order: {
    object: "order",
    label: {},
    names: [
      name("total", "总额", "money"),
      name("customer", "客户", "link", { target: "party" }),
      name("lines", "明细", "list", { target: "line", many: true }),
      name("state", "状态", "choice", { choices: [{ name: "draft", label: { zh: "草稿" } }, { name: "open", label: { zh: "进行中" } }] }),
    ],
  },
  party: { object: "party", label: {}, names: [name("credit_left", "剩余额度", "money"), name("name", "名称")] },
  line: { object: "line", label: {}, names: [name("amount", "金额", "money"), name("shipped", "已发货", "boolean")] },
};

async function book(): Promise<NameBook> {
  const book = new NameBook("order", async (object) => WORLD[object]!);
  await Promise.all(Object.keys(WORLD).map((object) => book.ready(object)));
  return book;
}

const labels = async (text: string) => readFormula(text, await book()).pieces.map(({ kind, label }) => `${kind} ${label}`);

describe("a formula as its editor reads it", () => {
  beforeAll(() => speak("zh").then(allWords));

  it("shows paths by their labels, step by step", async () => {
    expect(await labels("total > customer.credit_left")).toEqual(["path 总额", "path 客户 › 剩余额度"]);
  });

  it("leaves a path open behind its dot, and names what isn't there", async () => {
    expect(await labels("customer. + totl")).toEqual(["open 客户", "unknown totl"]);
  });

  it("reads rows behind where, and the record through this", async () => {
    expect(await labels("sum(lines.amount where not shipped and this.total > 1) + total")).toEqual([
      "function sum", "path 明细 › 金额", "path 已发货", "path 本记录 › 总额", "path 总额",
    ]);
  });

  it("knows from which object a new path starts", async () => {
    const text = "count(lines where ) + ";
    const reading = readFormula(text, await book());
    expect([reading.objectAt(0), reading.objectAt(text.indexOf(" )") + 1), reading.objectAt(text.length)]).toEqual(["order", "line", "order"]);
  });

  it("shows choices by their labels, on either side and in lists", async () => {
    expect(await labels('state = "draft"')).toEqual(["path 状态", "choice 草稿"]);
    expect(await labels('"open" = state')).toEqual(["path 状态", "choice 进行中"]);
    expect(await labels('state not in ("draft", "open")')).toEqual(["path 状态", "choice 草稿", "choice 进行中"]);
    expect(await labels('customer.name = "draft"')).toEqual(["path 客户 › 名称"]);
  });

  it("finds a name by either language's label, when only one is called so", async () => {
    const known = await book();
    expect([known.called("order", "客户")?.name, known.called("order", "Customer")?.name, known.called("order", "无")]).toEqual(["customer", "customer", undefined]);
  });

  it("takes the signs of Chinese keyboards", () => {
    expect(narrow("sum（lines．amount）≥ １２，“a”")).toBe('sum(lines.amount)>= 12,"a"');
  });

  it("points at what never closes", () => {
    expect(unclosed('left("a", 1)')).toBeNull();
    expect(unclosed('left("a, 1)')).toMatchObject({ from: 5, sign: '"' });
    expect(unclosed("(1 + (2)")).toMatchObject({ from: 0, sign: "(" });
    expect(unclosed("1)")).toMatchObject({ from: 1, sign: ")" });
  });
});
