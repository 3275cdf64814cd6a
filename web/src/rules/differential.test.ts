/** Whatever typed formula is made up over whatever record: never another answer than the server's. Its cases are made
 * by tests/kernel/formulas/test_differential.py, which names their file. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Decimal } from "../kit/decimal";
import { evaluate } from "./formula";
import { worldOf } from "./world";

interface Case {
  formula: string;
  values: Record<string, unknown>;
  answer: unknown;
}

const file = process.env.QUETI_FORMULA_CASES;

it.runIf(file)("agrees with Python and PostgreSQL", () => {
  const cases = JSON.parse(readFileSync(file!, "utf8")) as Case[];
  const told = cases.map((each) => ({ ...each, said: evaluate(each.formula, worldOf(each.values)) }));
  expect(told.filter(({ said, answer }) => said !== undefined && !same(said, answer))).toEqual([]);
  expect(told.filter(({ said }) => said !== undefined).length).toBeGreaterThan(cases.length * 0.7);
});

function same(said: unknown, answer: unknown): boolean {
  if (said === answer || instant(said) === instant(answer)) return true;
  const isNumber = [said, answer].every((value) => typeof value !== "boolean" && /^-?\d+(\.\d+)?$/.test(String(value)));
  return isNumber && new Decimal(String(said)).equals(String(answer));
}

/** A moment has a fraction of as many digits as it takes: `07.512Z` is `07.512000Z`. */
const instant = (value: unknown): unknown => (typeof value === "string" ? value.replace(/(T\S+\.\d*?[1-9])0+Z$/, "$1Z") : value);
