import { expect, test } from "vitest";
import type { RecordAnswer } from "../definitions";
import { foundTree } from "./foundTree";

const under = (id: number, above: number | null): RecordAnswer => ({ id, under: above });

test("what is found stands below all that it is part of, in the order found", () => {
  const { below, around } = foundTree("under", [under(5, 3), under(4, 3), under(8, null)], [under(3, 1), under(1, null)]);
  const ids = (above: number | null) => below.get(above)?.map(({ id }) => id);
  expect(ids(null)).toEqual([1, 8]);
  expect(ids(1)).toEqual([3]);
  expect(ids(3)).toEqual([5, 4]);
  expect(ids(5)).toBeUndefined();
  expect([...around]).toEqual([3, 1]);
});

test("a found record that leads to others is found itself", () => {
  const { below, around } = foundTree("under", [under(2, 1), under(1, null)], []);
  expect(below.get(1)?.map(({ id }) => id)).toEqual([2]);
  expect(around.size).toBe(0);
});

test("what hangs below something out of sight stands at the top", () => {
  expect(foundTree("under", [under(2, 99)], []).below.get(null)).toEqual([under(2, 99)]);
});
