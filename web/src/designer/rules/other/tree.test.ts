import { expect, test } from "vitest";
import { answering, askingFurther, changed, moved } from "./tree";

const held = { when: "total > 80000", then: { reason: '"amount"' } };

test("a row that asks further keeps its answer for all else, and gets it back", () => {
  const asking = askingFurther(held);
  expect(asking).toEqual({ when: "total > 80000", branches: [{ when: "" }, { then: { reason: '"amount"' } }] });
  expect(answering(asking)).toEqual(held);
});

test("a change deep in the tree leaves the other rows as they are", () => {
  const rows = [askingFurther(held), { then: { reason: '"none"' } }];
  const deep = changed(rows, [0, 1], { then: { reason: '"new"' } });
  expect((deep[0]!.branches as unknown[])[1]).toEqual({ then: { reason: '"new"' } });
  expect(deep[1]).toBe(rows[1]);
  expect((changed(rows, [0, 0], null)[0]!.branches as unknown[]).length).toBe(1);
  expect(changed(rows, [1], null)).toEqual([rows[0]]);
});

test("rows change places", () => {
  expect(moved([{ note: "a" }, { note: "b" }, { note: "c" }], 2, -1).map(({ note }) => note)).toEqual(["a", "c", "b"]);
});
