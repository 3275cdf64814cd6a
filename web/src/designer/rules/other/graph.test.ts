import { expect, test } from "vitest";
import { graphOf } from "./graph";

const body = {
  calls: { tax: { rule: "oms.tax", order: 10 }, risk: { rule: "oms.risk", order: 20 }, price: { rule: "oms.price", order: 30, given: { base: "total", rate: 'if(tax.rate > 0, tax.rate, 1) & "risk.level"' } } },
  outputs: { gross: { formula: "price.gross", order: 10 }, level: { formula: "risk.level", order: 20 }, fixed: { formula: "order.price.x", order: 30 } },
};

test("a call stands below those whose answers it is given, and outputs below the calls they name", () => {
  const { cards, edges } = graphOf(body);
  const y = Object.fromEntries(cards.map((card) => [card.id, card.y]));
  expect(y["call tax"]).toBe(y["call risk"]);
  expect(y["call price"]).toBeGreaterThan(y["call tax"]!);
  expect(y["output gross"]).toBeGreaterThan(y["call price"]!);
  expect(edges.map(({ from, to }) => `${from} → ${to}`)).toEqual(["call tax → call price", "call price → output gross", "call risk → output level"]);
});

test("a decision that asks nobody yet is drawn too", () => {
  expect(graphOf({}).cards).toEqual([]);
});
