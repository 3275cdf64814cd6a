import { expect, test } from "vitest";
import { type Hanging, tidy } from "./tidy";

const card = (id: string, ...below: Hanging[]): Hanging => ({ id, kind: "card", width: 100, height: 40, below });

test("what hangs below a card stands side by side, the card above its middle", () => {
  const { cards, width, height } = tidy(card("root", card("a"), card("b", card("c"), card("d"))));
  const at = Object.fromEntries(cards.map(({ id, x, y }) => [id, [x, y]]));
  expect(at).toEqual({ root: [120, 0], a: [0, 80], b: [180, 80], c: [120, 160], d: [240, 160] });
  expect([width, height]).toEqual([340, 200]);
});

test("no two cards of a large tree stand on each other, and lines end at their cards", () => {
  const grown = (depth: number, id = "r"): Hanging => card(id, ...(depth ? [0, 1, 2].slice(0, 1 + (depth % 3)).map((at) => grown(depth - 1, `${id}.${at}`)) : []));
  const { cards, edges } = tidy(grown(8));
  for (const [at, one] of cards.entries()) for (const other of cards.slice(at + 1)) expect(one.y !== other.y || Math.abs(one.x - other.x) >= 100).toBe(true);
  for (const { to, points } of edges) {
    const end = cards.find(({ id }) => id === to)!;
    expect(points.at(-1)).toEqual([end.x + 50, end.y]);
  }
});
