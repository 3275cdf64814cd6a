import { CompletionContext } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { expect, test } from "vitest";
import { completeFormula, type Offers } from "./completing";
import { NameBook } from "./names";

const number = { type: "number", target: null, many: false };
const names = [
  { ...number, name: "rated", label: { en: "Service after" } },
  { ...number, name: "run", label: { en: "Running hours" } },
];
const offers: Offers = { functions: [], typeWords: () => "", constants: [], helpOf: () => document.createElement("p"), sections: { fields: "", functions: "", choices: "", words: "" } };

async function offered(doc: string) {
  const book = new NameBook("plant.inspection", async (object) => ({ object, label: {}, names }));
  await book.ready("plant.inspection");
  const found = completeFormula(new CompletionContext(EditorState.create({ doc }), doc.length, false), book, offers);
  return found && { takes: doc.slice(found.from), offers: found.options.map(({ label }) => label) };
}

test("a label of several words is one name, however much of it is written", async () => {
  expect(await offered("Service af")).toEqual({ takes: "Service af", offers: ["rated"] });
  expect(await offered("rated - Running hours")).toEqual({ takes: "Running hours", offers: ["run"] });
  expect(await offered("rated - ru")).toEqual({ takes: "ru", offers: ["run"] });
});
