import { describe, expect, test } from "vitest";
import { decide, givenOf, type RuleBody, shown } from "./deciding";
import { evaluate } from "./formula";
import { worldOf } from "./world";

const NOTHING = worldOf({});

function answer(rule: RuleBody, values: Record<string, unknown>, known: Record<string, RuleBody> = {}) {
  const decided = decide(rule, { env: NOTHING, given: givenOf(rule, values), rule: (name) => known[name] });
  return decided && { rows: decided.rows, outcome: Array.isArray(decided.outcome) ? decided.outcome.map(shown) : shown(decided.outcome) };
}

const PARCEL: RuleBody = {
  inputs: { weight: {}, country: { type: "text" } },
  outputs: { fee: { type: "money", decimals: 2 } },
  rows: [
    { when: { weight: "[0..1)", country: '"CN"' }, then: { fee: "5" } },
    { when: { weight: "[1..10]" }, then: { fee: "weight * 1.005" } },
  ],
  default: { fee: "50" },
};

describe("A table", () => {
  test("answers by the first row that fits, rounded as the outcome says, else by its default", () => {
    expect(answer(PARCEL, { weight: "0.5", country: "CN" })).toEqual({ rows: ["0"], outcome: { fee: "5" } });
    expect(answer(PARCEL, { weight: "3", country: null })).toEqual({ rows: ["1"], outcome: { fee: "3.02" } });
    expect(answer(PARCEL, { weight: "11", country: "CN" })).toEqual({ rows: [], outcome: { fee: "50" } });
  });

  test("says nothing where two rows contradict, and where a value isn't known", () => {
    const unique = { ...PARCEL, hit: "unique", rows: [...PARCEL.rows!, { when: { weight: "> 5" }, then: { fee: "1" } }] };
    expect(answer(unique, { weight: "6", country: "CN" })).toBeUndefined();
    expect(answer(PARCEL, { country: "CN" })).toBeUndefined();
    expect(answer(PARCEL, { weight: "20" })).toEqual({ rows: [], outcome: { fee: "50" } });
  });

  test("collects: all that fit, or their sum", () => {
    const rows = [{ when: { weight: "> 1" }, then: { fee: "2" } }, { then: { fee: "3" } }];
    expect(answer({ ...PARCEL, hit: "collect", default: {}, rows }, { weight: "2" })?.outcome).toEqual([{ fee: "2" }, { fee: "3" }]);
    expect(answer({ ...PARCEL, hit: "collect", collect: "sum", default: {}, rows }, { weight: "2" })?.outcome).toEqual({ fee: "5" });
  });
});

test("A tree takes the first way through; a row's own answer counts where none of its branches holds", () => {
  const tree: RuleBody = {
    kind: "tree",
    inputs: { weight: {} },
    outputs: { desk: { type: "text" } },
    rows: [{ when: "weight > 10", branches: [{ when: "weight > 100", then: { desk: '"crane"' } }], then: { desk: '"two people"' } }, { then: { desk: '"anybody"' } }],
  };
  expect(["200", "50", "1"].map((weight) => answer(tree, { weight })?.rows)).toEqual([["0.0"], ["0"], ["1"]]);
});

test("Rates: of the rows that fit, the latest that is valid on the day", () => {
  const rates: RuleBody = { kind: "rates", as_of: "day", inputs: { day: { type: "date" } }, outputs: { rate: { type: "number" } }, rows: [{ from: "2018-05-01", until: "2019-03-31", then: { rate: "16" } }, { from: "2019-04-01", then: { rate: "13" } }] };
  expect(["2018-05-01", "2019-03-31", "2019-04-01", "2000-01-01"].map((day) => answer(rates, { day })?.outcome)).toEqual([{ rate: "16" }, { rate: "16" }, { rate: "13" }, { rate: null }]);
});

test("A decision puts the answers of others together", () => {
  const decision: RuleBody = { kind: "decision", inputs: { weight: {} }, outputs: { total: { type: "money", formula: "parcel.fee + 1" } }, calls: { parcel: { rule: "kit.parcel", given: { weight: "weight * 2", country: '"CN"' } } } };
  expect(answer(decision, { weight: "2" }, { "kit.parcel": PARCEL })?.outcome).toEqual({ total: "5.02" });
  expect(answer(decision, { weight: "2" })).toBeUndefined();
});

test("A formula asks a rule about its record; without the rule it says nothing", () => {
  const discount: RuleBody = { on: "shop.order", inputs: { total: {} }, outputs: { percent: { type: "number" } }, rows: [{ when: { total: "> 100" }, then: { percent: "5" } }], default: { percent: "0" } };
  const env = worldOf({ total: "150" });
  const asking = 'total * decide("shop.discount", "percent") / 100';
  expect(evaluate(asking, { ...env, rules: (name) => (name === "shop.discount" ? discount : undefined) })).toBe("7.5");
  expect(evaluate('decide("shop.discount") = 5', { ...env, rules: () => discount })).toBe(true);
  expect(evaluate(asking, env)).toBeUndefined();
});
