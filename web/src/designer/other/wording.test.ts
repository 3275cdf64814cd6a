import { expect, it } from "vitest";
import type { Definitions } from "../draft";
import { gaps, isHalf, reworded, wordingsOf } from "./wording";

const entry = (app: string, body: object) => ({ body, app, shipped: false, changed: false, is_new: true });
const definitions: Definitions = {
  app: { plant: entry("plant", { app: "plant", label: { en: "Plant", zh: "工厂" } }) },
  object: {
    "plant.check": entry("plant", { label: { en: "Check" }, fields: { result: { label: { en: "Result", zh: "结果" }, choices: { en: { label: { zh: "好" } } } } }, linkage: { rule: { set: { en: "1" } } } }),
    "base.party": entry("base", { label: { en: "Party" } }),
  },
  print: { "plant.check": entry("plant", { signatures: [{ en: "Signed" }] }) },
};

it("finds every word of the app, and only words", () => {
  const found = wordingsOf(definitions, "plant");
  expect(found.map(({ path }) => path.join("."))).toEqual(["label", "label", "fields.result.label", "fields.result.choices.en.label", "signatures.0"]);
  expect(found.filter(isHalf)).toHaveLength(3);
  expect([...gaps(definitions)]).toEqual([["plant", 3]]);
});

it("writes words where they stand", () => {
  const body = definitions.print!["plant.check"]!.body!;
  expect(reworded(body, ["signatures", "0"], { en: "Signed", zh: "签字" })).toEqual({ signatures: [{ en: "Signed", zh: "签字" }] });
});
