import { expect, test } from "vitest";
import { type PastAnswer, joined } from "./past";

const portion = (more: Partial<PastAnswer>): PastAnswer => ({
  over: "instances",
  of: 3,
  looked_at: 2,
  next: null,
  counts: {},
  branches: {},
  approvals: { before: 1, after: 2 },
  hours: { before: 0, after: 4, measured: 9 },
  nobody: [],
  as_now: [],
  submissions: [],
  ...more,
});

test("portions of a run over the past add up", () => {
  const mei = { step: "up", person: 7, name: "Mei", submissions: 1 };
  const li = { step: "up", person: 8, name: "Li", submissions: 1 };
  const first = portion({ next: 5, counts: { more: 1 }, branches: { "size.dear": { before: 0, after: 1 } }, nobody: [li, mei] });
  const whole = joined(first, portion({ looked_at: 1, counts: { more: 2, fails: 1 }, nobody: [mei] }));
  expect([whole.looked_at, whole.next, whole.counts]).toEqual([3, null, { more: 3, fails: 1 }]);
  expect([whole.approvals, whole.hours]).toEqual([{ before: 2, after: 4 }, { before: 0, after: 8, measured: 9 }]);
  expect(whole.branches).toEqual({ "size.dear": { before: 0, after: 1 } });
  expect(whole.nobody.map((each) => [each.name, each.submissions])).toEqual([["Mei", 2], ["Li", 1]]);
});
