import { expect, test } from "vitest";
import { addBranch, before, find, type Flow, insertStep, loopsAround, moveStep, namesOf, newStep, removeBranch, removeStep, ROOT, setTake, shiftBranch, shiftStep } from "./model";

const flow: Flow = {
  flow: "crm.x",
  steps: {
    a: { kind: "approve", order: 10 },
    b: { kind: "branch", order: 20, branches: { one: { when: "x", order: 10, steps: { c: { kind: "handle", order: 10 }, d: { kind: "copy", order: 20 } } }, two: { order: 20 } } },
    e: { kind: "end", order: 30 },
  },
};
const one = { of: "b", part: "branch" as const, branch: "one" };

test("steps are put in, moved between branches and taken out; the rest stays as it was", () => {
  expect(namesOf(insertStep(flow, one, 1, "new", newStep("approve", {}, "")))).toEqual(["a", "b", "c", "new", "d", "e"]);
  expect(namesOf(moveStep(flow, "a", one, 2))).toEqual(["b", "c", "d", "a", "e"]);
  expect(namesOf(moveStep(flow, "c", ROOT, 0))).toEqual(["c", "a", "b", "d", "e"]);
  expect(namesOf(removeStep(flow, "b"))).toEqual(["a", "e"]);
  expect(removeStep(flow, "d").steps?.a).toEqual(flow.steps?.a);
});

test("a step doesn't go into itself, nor beyond the ends of its way", () => {
  expect(moveStep(flow, "b", one, 0)).toBe(flow);
  expect(shiftStep(flow, "a", -1)).toBe(flow);
  expect(namesOf(shiftStep(flow, "a", 1))).toEqual(["b", "c", "d", "a", "e"]);
  expect(namesOf(shiftStep(flow, "e", -1))).toEqual(["a", "e", "b", "c", "d"]);
});

test("a new branch stands before the default one; with the last but one the branching goes and its steps stay", () => {
  expect(Object.keys(find(addBranch(flow, "b", "three", { when: "true" }), "b")!.step.branches!)).toEqual(["one", "three", "two"]);
  expect(namesOf(removeBranch(flow, "b", "two"))).toEqual(["a", "c", "d", "e"]);
});

test("parallel ways take no conditions; others have all but the last", () => {
  const parallel = setTake(flow, "b", "all");
  expect(Object.values(find(parallel, "b")!.step.branches!).map(({ when }) => when)).toEqual([undefined, undefined]);
  expect(Object.values(find(setTake(parallel, "b", "first"), "b")!.step.branches!).map(({ when }) => when)).toEqual(["true", undefined]);
});

test("it is sent back only to what comes before it", () => {
  expect(before(flow, "d")).toEqual(["a", "b", "c"]);
  expect(before(flow, "a")).toEqual([]);
});

test("a step knows the loops around it, the innermost first, but not those that it is only beside", () => {
  const loops: Flow = { flow: "crm.y", steps: { each: { kind: "loop", order: 1, steps: { which: { kind: "branch", branches: { one: { steps: { inner: { kind: "loop", steps: { deep: { kind: "change" } }, failed: { beside: { kind: "message" } } } } } } } } }, after: { kind: "change", order: 2 } } };
  expect(loopsAround(loops, "deep")).toEqual(["inner", "each"]);
  expect(loopsAround(loops, "beside")).toEqual(["each"]);
  expect(loopsAround(loops, "after")).toEqual([]);
});

test("branches change places, but the one that is taken where no other fits stays the last", () => {
  const three = addBranch(flow, "b", "three", { when: "true" });
  const keys = (moved: Flow) => Object.entries(find(moved, "b")!.step.branches!).sort((x, y) => x[1].order! - y[1].order!).map(([key]) => key);
  expect(keys(shiftBranch(three, "b", "one", 1))).toEqual(["three", "one", "two"]);
  expect(shiftBranch(three, "b", "three", 1)).toBe(three);
  expect(shiftBranch(three, "b", "two", -1)).toBe(three);
  expect(keys(shiftBranch(setTake(three, "b", "all"), "b", "two", -1))).toEqual(["one", "two", "three"]);
});
