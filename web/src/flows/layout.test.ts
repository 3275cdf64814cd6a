import { expect, test } from "vitest";
import { grown } from "./grown";
import { layout } from "./layout";
import { walk } from "./model";

const drawing = layout(grown(120));
const inside = (x: number, y: number) => drawing.cards.filter((card) => x > card.x && x < card.x + card.width && y > card.y && y < card.y + card.height);

test("no two cards lie over each other, and none beyond the sheet", () => {
  for (const [at, one] of drawing.cards.entries()) {
    expect(one.x).toBeGreaterThanOrEqual(0);
    expect(one.x + one.width).toBeLessThanOrEqual(drawing.width);
    for (const other of drawing.cards.slice(at + 1)) {
      const isApart = one.x + one.width <= other.x || other.x + other.width <= one.x || one.y + one.height <= other.y || other.y + other.height <= one.y;
      expect(isApart, `${one.id} and ${other.id}`).toBe(true);
    }
  }
});

test("a step can be put in on every line that leads to a step, and the + lies free", () => {
  const adds = drawing.edges.flatMap(({ add }) => add ?? []);
  for (const { add, to } of drawing.edges) if (to.startsWith("step:") && add) expect(inside(add.x, add.y)).toEqual([]);
  const places = new Set(adds.map(({ place, at }) => `${place.of}.${place.part}.${place.branch}.${at}`));
  expect(places.size).toBe(adds.length);
  for (const { place, at } of walk(grown(120).steps)) expect(places).toContain(`${place.of}.${place.part}.${place.branch}.${at}`);
});
