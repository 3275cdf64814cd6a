import { describe, expect, it } from "vitest";
import { type Definitions, tidy } from "./definitions";
import { formulaOf, joinWhere, nextSort, readCondition, writeCondition } from "./filters";

const definitions: Definitions = tidy({
  objects: {
    "oms.sales_order": {
      fields: [
        { name: "number", type: "serial" },
        { name: "customer", type: "link", to: "base.party" },
        { name: "total", type: "money" },
        { name: "ordered_on", type: "date" },
        { name: "placed_at", type: "moment" },
        { name: "state", type: "choice", choices: [{ name: "open", label: "Open" }] },
        { name: "rush", type: "boolean" },
      ],
    },
    "base.party": { fields: [{ name: "name", type: "text" }] },
  },
});
const order = definitions.objects["oms.sales_order"]!;
const say = (path: string, operator: string, ...values: string[]) => formulaOf(definitions, order, { path, operator, values });

describe("a condition becomes a formula", () => {
  it.each([
    [say("number", "contains", 'SO "7"'), 'contains(number, "SO \\"7\\"")'],
    [say("customer.name", "starts", "Grand"), 'starts_with(customer.name, "Grand")'],
    [say("customer", "any_of", "5"), "customer = 5"],
    [say("customer", "any_of", "5", "7"), "customer in (5, 7)"],
    [say("customer", "any_of", "5); drop"), "customer = blank"],
    [say("total", "between", "1,000", ""), "total >= 1000"],
    [say("total", "between", "10", "20"), "total >= 10 and total <= 20"],
    [say("state", "none_of", "open"), 'state != "open"'],
    [say("ordered_on", "last_days", "30"), "ordered_on > today() - days(30) and ordered_on <= today()"],
    [say("ordered_on", "is", "2026-03-01"), 'ordered_on = date("2026-03-01")'],
    [say("placed_at", "between", "2026-03-01", "2026-03-31"), 'date(placed_at) >= date("2026-03-01") and date(placed_at) <= date("2026-03-31")'],
    [say("rush", "no"), "not rush"],
    [say("total", "blank"), "blank(total)"],
  ])("%s", (formula, expected) => expect(formula).toBe(expected));

  it("waits for a value", () => expect(say("total", "between", "", "")).toBeNull());
  it("ignores names that are not there", () => expect(say("nothing", "is", "1")).toBeNull());
});

describe("conditions travel in the address", () => {
  it("comes back as it went", () => {
    const condition = { path: "customer", operator: "any_of", values: ["5", "7"], labels: ["A~B|C", "海天"] };
    expect(readCondition(writeCondition(condition))).toEqual(condition);
  });
});

it("joins parts with brackets", () => {
  expect(joinWhere(["a or b", null, "c"])).toBe("(a or b) and (c)");
  expect(joinWhere(["", "true", "a"])).toBe("a");
});

it("turns a column's sort up, down and off", () => {
  expect(nextSort("", "total", false)).toBe("total");
  expect(nextSort("total", "total", false)).toBe("-total");
  expect(nextSort("-total", "total", false)).toBe("");
  expect(nextSort("starts_on,name", "name", false)).toBe("name");
  expect(nextSort("number", "total", true)).toBe("number,total");
});
