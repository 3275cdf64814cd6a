import { expect, test } from "vitest";
import { askedOutside, sampleOf } from "./AnswersOutside";
import { stepOf } from "./Findings";

test("what a trial asks of the world is the start of a webhook, calls and calls back, in the flow's order", () => {
  const flow = {
    flow: "crm.x",
    start: { on: "webhook" },
    steps: { mail: { kind: "mail" as const, order: 1 }, back: { kind: "wait" as const, wait_for: "callback", order: 3 }, call: { kind: "http" as const, order: 2 }, rest: { kind: "wait" as const, wait_for: "hours", order: 4 } },
  };
  expect(askedOutside(flow).map(({ step }) => step)).toEqual(["start", "call", "back"]);
});

test("the sample has the shape that the values are taken from", () => {
  expect(sampleOf({ sku: { at: "order.lines.0.sku" }, count: { at: "order.lines.0.count", type: "number" }, paid: { at: "paid", type: "boolean" } })).toEqual({ order: { lines: [{ sku: "…", count: 1 }] }, paid: true });
  expect(sampleOf({})).toEqual({});
});

test("a finding belongs to the innermost step of its place", () => {
  expect(stepOf("steps.size.branches.big.steps.cfo.who.first")).toBe("cfo");
  expect(stepOf("steps.call.failed.sorry.text")).toBe("sorry");
  expect(stepOf("steps.size.branches.big.when")).toBe("size");
  expect(stepOf("start.takes.sku")).toBe("start");
  expect(stepOf("sets.approved")).toBe("");
});
