/** Rules made up by their grammar over values made up: never another answer than the server's. Its cases are made by
 * tests/kernel/rules/test_screen.py, which names their file. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Decimal } from "../kit/decimal";
import { decide, givenOf, type RuleBody, shown } from "./deciding";
import { worldOf } from "./world";

interface Case {
  rule: RuleBody;
  /** Those that a decision calls. */
  rules: Record<string, RuleBody>;
  values: Record<string, unknown>;
  /** null where the server refuses: rows that contradict each other. */
  answer: { rows: string[]; outcome: unknown } | null;
}

const file = process.env.QUETI_RULE_CASES;

it.runIf(file)("agrees with the server", () => {
  const cases = JSON.parse(readFileSync(file!, "utf8")) as Case[];
  const told = cases.map((each) => ({ ...each, said: said(each) }));
  expect(told.filter(({ said, answer }) => !same(said ?? null, answer)).map((each) => JSON.stringify(each))).toEqual([]);
  expect(told.length).toBeGreaterThan(0);
});

function said({ rule, rules, values }: Case): unknown {
  const decided = decide(rule, { env: worldOf({}), given: givenOf(rule, values), rule: (name) => rules[name] });
  return decided && { rows: decided.rows, outcome: Array.isArray(decided.outcome) ? decided.outcome.map(shown) : shown(decided.outcome) };
}

function same(said: unknown, answer: unknown): boolean {
  if (said === answer) return true;
  if (said && answer && typeof said === "object" && typeof answer === "object") {
    const [one, other] = [Object.entries(said), Object.entries(answer)];
    return one.length === other.length && one.every(([name, value]) => same(value, (answer as Record<string, unknown>)[name]));
  }
  const isNumber = [said, answer].every((value) => typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value));
  return isNumber && new Decimal(said as string).equals(answer as string);
}
