import { readFileSync } from "node:fs";
import { i18n } from "@lingui/core";
import { describe, expect, it } from "vitest";
import type { Field } from "../definitions";
import { inCapitals } from "./capitals";
import { eanCheck, readCode } from "./codes";
import { divisionsOf } from "./divisions";
import { bornOn, isFemale, masked } from "./idNumber";
import { rangeOperators, treeOperators } from "./operators";
import { splitAddress } from "./splitAddress";
import { branchTo } from "./tree";
import { fileAddress, refusalOf } from "./upload";

i18n.loadAndActivate({ locale: "en", messages: {} });
const { capitals } = JSON.parse(readFileSync("../tests/engines/printing/capitals.json", "utf8")) as { capitals: [string, string][] };

it.each(capitals)("writes %s as %s, as the server does", (amount, words) => expect(inCapitals(amount)).toBe(words));
it("writes no sum that no bill carries", () => expect([inCapitals("1e20"), inCapitals("-1e20")]).toEqual([undefined, undefined]));
it("names the unit of another currency", () => expect(inCapitals("5.00", "USD")).toBe("伍美元整"));

const divisions = divisionsOf({
  "11": "北京市", "1101": "市辖区", "110105": "朝阳区", "44": "广东省", "4403": "深圳市", "440305": "南山区", "440306": "宝安区",
  "22": "吉林省", "2202": "吉林市", "220203": "龙潭区", "46": "海南省", "4690": "省直辖县级行政区划", "469002": "琼海市",
});

describe("divisions", () => {
  it.each([
    ["440305", "广东省 深圳市 南山区"],
    ["110105", "北京市 朝阳区"],
    ["469002", "海南省 琼海市"],
    ["99", ""],
  ])("%s is called %s", (code, words) => expect(divisions.wordsOf(code)).toBe(words));

  it.each([
    ["广东省深圳市南山区科技园1号", "440305", "科技园1号"],
    ["深圳市宝安区", "440306", ""],
    ["北京朝阳区建国路8号", "110105", "建国路8号"],
    ["吉林吉林市龙潭区", "220203", ""],
    ["海南省琼海市银海路", "469002", "银海路"],
  ])("finds %s", (text, code, rest) => expect(divisions.leading(text)).toEqual({ code, rest }));

  it("finds nothing in other words", () => expect(divisions.leading("Baker Street 1")).toBeUndefined());
});

describe("an address line falls into its parts", () => {
  const whole = { region: "440305", street: "科技园路1号3栋", name: "张三", phone: "13800138000" };
  it.each([
    ["张三 13800138000 广东省深圳市南山区科技园路1号3栋", whole],
    ["张三，138 0013 8000，广东省 深圳市 南山区 科技园路1号3栋", whole],
    ["广东省深圳市南山区科技园路1号3栋 张三 +86 13800138000", whole],
    ["收货人: 张三\n手机号码: 13800138000\n所在地区: 广东省深圳市南山区\n详细地址: 科技园路1号3栋", whole],
    ["广东省深圳市南山区科技园路1号3栋，518057，张三，0755-26001234", { ...whole, postcode: "518057", phone: "0755-26001234" }],
  ])("%s", (line, parts) => expect(splitAddress(line, divisions.leading)).toEqual(parts));

  it("keeps a foreign address as its street", () =>
    expect(splitAddress("221B Baker Street, London")).toEqual({ street: "221B Baker Street", name: "London" }));
});

it("reads birth and sex from an ID number, and hides them in lists", () => {
  expect(bornOn("11010519491231002X")).toBe("1949-12-31");
  expect(isFemale("11010519491231002X")).toBe(true);
  expect(masked("11010519491231002X")).not.toContain("1949");
});

it("knows the check digit of an EAN", () => {
  expect(eanCheck("690123456789")).toBe("2");
  expect(readCode("690123456789", { symbology: "ean13" })).toBe("6901234567892");
  expect(readCode("6901234567893", { symbology: "ean13" })).toBeUndefined();
  expect(readCode("条码", { symbology: "code128" })).toBeUndefined();
  expect(readCode("条码", { symbology: "qr" })).toBe("条码");
});

const tree: Field = {
  name: "fault", type: "tree_choice", label: "Fault",
  choices: [{ name: "power", label: "Power" }, { name: "cable", label: "Cable", under: "power" }, { name: "plug", label: "Plug", under: "cable" }, { name: "other", label: "Other" }],
};

it("filters a branch with all that grows on it", () => {
  const under = treeOperators.find(({ name }) => name === "under")!;
  expect(under.formula("fault", ['"power"'], tree)).toBe('fault in ("power", "cable", "plug")');
  expect(under.formula("fault", ['"other"'], tree)).toBe('fault = "other"');
  expect(branchTo(tree, "plug").map(({ label }) => label)).toEqual(["Power", "Cable", "Plug"]);
});

it("ends a circle of branches where it began", () => {
  const circle = { ...tree, choices: [{ name: "a", label: "A", under: "b" }, { name: "b", label: "B", under: "a" }] };
  expect(branchTo(circle, "a").map(({ name }) => name)).toEqual(["b", "a"]);
});

it("asks what runs during days, open ends included", () => {
  const during = rangeOperators.find(({ name }) => name === "during")!;
  expect(during.formula("x", ['date("2026-03-01")', ""])).toBe('not blank(x) and (blank(last_day(x)) or last_day(x) >= date("2026-03-01"))');
});

describe("files", () => {
  const field: Field = { name: "photo", type: "image", label: "Photo", object: "lab.visit", max_size: 2048 };
  const made = (size: number, type: string) => new File([new Uint8Array(size)], "a.bin", { type });

  it("are refused before they travel", () => {
    expect(refusalOf(made(2000, "image/png"), field)).toBeUndefined();
    expect(refusalOf(made(3000, "image/png"), field)).toContain("3 kB");
    expect(refusalOf(made(20, "application/pdf"), field)).toBeDefined();
    expect(refusalOf(made(0, "image/png"), field)).toBeDefined();
    expect(refusalOf(made(20, "application/pdf"), { ...field, accept: ["application/pdf"] })).toBeUndefined();
  });

  const stored = { file: 9, name: "a.png", size: 1, type: "image/png" };
  it("are found through their record, the record linked to, or the record around the lines", () => {
    expect(fileAddress(field, { id: 4 }, stored)).toBe("/api/records/lab.visit/4/files/photo/9");
    expect(fileAddress({ ...field, name: "visit.photo" }, { id: 1, visit: 4 }, stored)).toBe("/api/records/lab.visit/4/files/photo/9");
    expect(fileAddress(field, { id: 7 }, stored, { object: "lab.order", id: 2, field: "lines" })).toBe("/api/records/lab.order/2/files/lines/7/photo/9");
    expect(fileAddress(field, {}, stored)).toBeUndefined();
  });
});
