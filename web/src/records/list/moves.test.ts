import { expect, it } from "vitest";
import { moveCell } from "./moves";

const go = (key: string, far = false) => moveCell({ key, ctrlKey: far, metaKey: false }, { row: 2, column: 1 }, 50, 4, 10);

it.each([
  ["ArrowDown", false, { row: 3, column: 1 }],
  ["ArrowDown", true, { row: 49, column: 1 }],
  ["ArrowUp", false, { row: 1, column: 1 }],
  ["PageUp", false, { row: 0, column: 1 }],
  ["PageDown", false, { row: 12, column: 1 }],
  ["ArrowLeft", true, { row: 2, column: 0 }],
  ["End", false, { row: 2, column: 3 }],
  ["Home", true, { row: 0, column: 0 }],
  ["a", false, undefined],
])("%s, far: %s", (key, far, expected) => expect(go(key, far)).toEqual(expected));
