import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Decimal } from "../kit/decimal";
import { evaluate, lift, type Read } from "./formula";
import { worldOf } from "./world";

const TYPES: Record<string, string> = {
  quantity: "number", unit_price: "money", discount_percent: "percent", tax_rate: "percent", includes_tax: "boolean", ordered_on: "date", note: "text",
  code: "text", amount: "money", free: "boolean",
};
const reader = (values: Record<string, unknown>): Read => (path) => (path.length === 1 && TYPES[path[0]!] ? lift(values[path[0]!], TYPES[path[0]!]!) : undefined);
const read = reader({ quantity: "3", unit_price: "120.00", discount_percent: "15", tax_rate: "13", includes_tax: false, ordered_on: "2026-11-22", code: "007" });
const rows = [{ amount: "306.00", free: false }, { amount: "0.10", free: true }, { amount: null, free: false }].map(reader);
const say = (formula: string) => evaluate(formula, { read: (path) => (path.join(".") === "product.price" ? new Decimal("99.90") : read(path)), rows: (list) => (list === "lines" ? rows : undefined) });

describe("formulas in the form", () => {
  it.each([
    ["round(quantity * unit_price * (1 - discount_percent / 100), 2)", "306"],
    ["sum(lines.amount)", "306.1"],
    ["sum(lines.amount where not free)", "306"],
    ["count(lines)", "3"],
    ["if(includes_tax, 0, round(306 * tax_rate / 100, 2))", "39.78"],
    ["product.price", "99.9"],
    ["ordered_on + days(30)", "2026-12-22"],
    ['note & "x"', "x"],
    ["code", "007"],
    ["quantity / 0", null],
    ["note = blank", true],
    ["-quantity + 10", "7"],
    ["quantity in (1, 2, 3)", true],
    ["not includes_tax and quantity >= 3", true],
    ['"draft"', "draft"],
    ["0.1 + 0.2", "0.3"],
  ])("%s", (formula, expected) => expect(say(formula)).toBe(expected));

  it.each(["product.cost * 2", "quantity *", "unknown_function(1)", "if(nowhere, 1, 2)", "nowhere and false"])("says nothing for %s", (formula) =>
    expect(say(formula)).toBeUndefined(),
  );
});

/** The suite that the server's back ends pass. The preview may be silent, but never says something else. */
describe("the conformance suite", () => {
  interface Case {
    formula: string;
    values?: Record<string, unknown>;
    answer?: unknown;
    error?: string;
  }
  const file = `${import.meta.dirname}/../../../tests/kernel/formulas/conformance.json`;
  const cases = (JSON.parse(readFileSync(file, "utf8")) as Case[]).filter((each) => !each.error);
  const told = cases.map(({ formula, values = {}, answer }) => ({ formula, answer, values, said: evaluate(formula, worldOf(values)) }));
  const differs = told.filter(({ said, answer }) => said !== undefined && !same(said, answer));

  it("is never contradicted", () => expect(differs).toEqual([]));
  it("is answered for the most part", () => expect(told.filter(({ said }) => said !== undefined).length).toBeGreaterThan(cases.length * 0.9));
});

describe("amounts in capitals", () => {
  const file = `${import.meta.dirname}/../../../tests/engines/printing/capitals.json`;
  const { capitals } = JSON.parse(readFileSync(file, "utf8")) as { capitals: [string, string][] };

  it.each(capitals)("%s is %s", (amount, words) => expect(evaluate("capitals(n)", { read: () => new Decimal(amount) })).toBe(words));
});

function same(said: unknown, answer: unknown): boolean {
  if (said === answer) return true;
  const decimal = /^-?\d+(\.\d+)?$/;
  if (![said, answer].every((value) => (typeof value === "string" || typeof value === "number") && decimal.test(String(value)))) return false;
  return new Decimal(String(said)).equals(new Decimal(String(answer)));
}
