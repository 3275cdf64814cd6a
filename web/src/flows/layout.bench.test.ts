import { expect, test } from "vitest";
import { grown } from "./grown";
import { layout } from "./layout";

test("the layout of 500 steps is drawn whole; what it costs is printed", () => {
  const flow = grown(500);
  const drawing = layout(flow);
  expect(drawing.cards.filter(({ kind }) => kind === "step")).toHaveLength(500);
  const rounds = 50;
  const begun = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) layout(flow);
  const { user, system } = process.cpuUsage(begun);
  console.log(`layout of 500 steps: ${((user + system) / 1000 / rounds).toFixed(2)} ms CPU`);
});
