import { completionStatus } from "@codemirror/autocomplete";
import { type EditorView, runScopeHandlers } from "@codemirror/view";
import { afterEach, expect, test, vi } from "vitest";
import type { Offers } from "./completing";
import { makeEditor } from "./editor";
import { NameBook } from "./names";

const number = { type: "number", target: null, many: false };
const names = [
  { ...number, name: "rated", label: { en: "Service after" } },
  { ...number, name: "run", label: { en: "Running hours" } },
];
const offers: Offers = { functions: [], typeWords: () => "", constants: [], helpOf: () => document.createElement("p"), sections: { fields: "", functions: "", choices: "", words: "" } };
Range.prototype.getClientRects ??= () => [] as unknown as DOMRectList;
const made: EditorView[] = [];
afterEach(() => made.splice(0).forEach((view) => view.destroy()));

async function editor(): Promise<EditorView> {
  const book = new NameBook("plant.inspection", async (object) => ({ object, label: {}, names }));
  await book.ready("plant.inspection");
  const view = makeEditor({ parent: document.body, text: "", book, offers: () => offers, words: { label: "Formula", hint: "" }, onChange: () => undefined });
  made.push(view);
  view.focus();
  return view;
}

function type(view: EditorView, text: string): void {
  for (const insert of text) {
    const at = view.state.doc.length;
    view.dispatch({ changes: { from: at, insert }, selection: { anchor: at + 1 }, userEvent: "input.type" });
  }
}

const enter = (view: EditorView) => runScopeHandlers(view, new KeyboardEvent("keydown", { key: "Enter" }), "editor");
const text = (view: EditorView) => view.state.doc.toString();

test("Enter right behind the last letter takes the offer for what is written, not the one before and no new line", async () => {
  const view = await editor();
  type(view, "r");
  await vi.waitFor(() => expect(completionStatus(view.state)).toBe("active"));
  type(view, "u");
  enter(view);
  await vi.waitFor(() => expect(text(view)).toBe("run"));
  expect(completionStatus(view.state)).toBeNull();
});

test("where nothing is offered, Enter ends the line", async () => {
  const view = await editor();
  type(view, "42");
  enter(view);
  await vi.waitFor(() => expect(text(view)).toBe("42\n"));
});

test("who goes on typing has thought again", async () => {
  const view = await editor();
  type(view, "ru");
  enter(view);
  type(view, "n ");
  await vi.waitFor(() => expect(completionStatus(view.state)).toBeNull());
  expect(text(view)).toBe("run ");
});
