import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { useState } from "react";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { DefinitionsProvider } from "../records/context";
import { tidy, type Values } from "../records/definitions";
import type { EditorProps } from "../records/fields/kind";
import { KINDS } from "../records/fields/registry";
import { freshRow, linesShape } from "./lines";
import { LinesEditor } from "./LinesEditor";

i18n.loadAndActivate({ locale: "en", messages: {} });

const drawn: string[] = [];
const plain = KINDS.text!;

/** A text field that notes each time it is drawn. */
function Noted(props: EditorProps) {
  drawn.push(props.ariaLabel ?? "");
  const Editor = plain.Editor!;
  return <Editor {...props} />;
}

beforeAll(() => {
  KINDS.noted = { ...plain, Editor: Noted };
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockImplementation(function (this: HTMLElement) {
    return this.tagName === "TR" ? 37 : 600;
  });
  vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(900);
  vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(600);
  vi.spyOn(Element.prototype, "clientWidth", "get").mockReturnValue(900);
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {}, addListener: () => {}, removeListener: () => {} }));
  vi.stubGlobal("ResizeObserver", class { observe() {} unobserve() {} disconnect() {} });
});
afterAll(() => {
  delete KINDS.noted;
  vi.restoreAllMocks();
});
beforeEach(() => void (drawn.length = 0));
afterEach(cleanup);

const definitions = tidy({
  objects: {
    "lab.visit": { fields: [{ name: "lines", type: "lines", of: "lab.visit_line", label: "Points" }] },
    "lab.visit_line": {
      lines_of: "lab.visit",
      parent_field: "visit",
      fields: [
        { name: "what", type: "noted", label: "What", may_create: true },
        { name: "size", type: "number", label: "Size", may_create: true },
        { name: "on", type: "date", label: "On", may_create: true },
      ],
      linkage: [
        { name: "small", label: "Small ones", when: "size < 5", show: [], hide: ["on"], require: ["what"], lock: [], set: {}, choices: {}, filter: {} },
        { name: "sealed", label: "Sealed", when: "size = 8", show: [], hide: [], require: [], lock: ["what"], set: {}, choices: {}, filter: {} },
      ],
    },
  },
});
const shape = linesShape(definitions, definitions.objects["lab.visit"]!.fields[0]!, true);

let rows: Values[] = [];
function Form({ start }: { start: Values[] }) {
  const [held, setHeld] = useState(start);
  rows = held;
  return <LinesEditor shape={shape} name="lines" label="Points" record={{ lines: held }} rows={held} problems={{}} onChange={setHeld} />;
}

function open(start: Values[]) {
  const known = { definitions, currency: "CNY", company: {} };
  return render(
    <QueryClientProvider client={new QueryClient()}>
      <I18nProvider i18n={i18n}>
        <DefinitionsProvider value={known}>
          <Form start={start} />
        </DefinitionsProvider>
      </I18nProvider>
    </QueryClientProvider>,
  );
}

const lines = (count: number) => Array.from({ length: count }, (_, at) => freshRow({ what: `point ${at + 1}` }));
const cell = (name: string) => screen.getByRole("textbox", { name });
const paste = (at: HTMLElement, text: string) => act(async () => void fireEvent.paste(at, { clipboardData: { getData: () => text } }));

it("draws of a thousand lines only those in sight", () => {
  open(lines(1000));
  const shown = screen.getAllByRole("textbox", { name: /^What, line/ });
  expect(shown.length).toBeGreaterThan(10);
  expect(shown.length).toBeLessThan(40);
  expect(screen.getByRole("table", { name: "Points" }).getAttribute("aria-rowcount")).toBe("1001");
  expect(new Set(drawn).size).toBe(shown.length);
});

it("draws one line again when one is typed in", () => {
  open(lines(1000));
  drawn.length = 0;
  fireEvent.change(cell("What, line 3"), { target: { value: "changed" } });
  expect(new Set(drawn)).toEqual(new Set(["What, line 3"]));
  expect(rows[2]!.what).toBe("changed");
});

it("takes a thousand lines from a spreadsheet in one change, each column by its type", async () => {
  open([freshRow()]);
  const text = Array.from({ length: 1000 }, (_, at) => `p${at}\t${at}.50\t2026/3/1`).join("\r\n");
  await paste(cell("What, line 1"), text);
  expect(rows).toHaveLength(1000);
  expect(rows[999]).toMatchObject({ what: "p999", size: "999.5", on: "2026-03-01" });
  expect(screen.getByText(/1,000 lines pasted\./)).toBeTruthy();
});

it("names at its cell what it can't read, until something else is written there", async () => {
  open([freshRow()]);
  await paste(cell("What, line 1"), "a\t12\t2026-03-01\nb\tmany\tsoon");
  const wrong = cell("Size, line 2").closest("td")!;
  expect(within(wrong).getByRole("alert").textContent).toBe("“many” can't be read here.");
  expect(rows[1]).toMatchObject({ what: "b", size: null, on: null });
  expect(screen.getByText(/2 cells could not be read/)).toBeTruthy();
  fireEvent.change(cell("Size, line 2"), { target: { value: "7" } });
  expect(within(wrong).queryByRole("alert")).toBeNull();
});

it("goes by the names of columns when the first row holds them", async () => {
  open([freshRow()]);
  await paste(cell("What, line 1"), 'Size\tWhat\n3\t"two\nlines, ""quoted"""');
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ what: 'two\nlines, "quoted"', size: "3" });
});

it("fills down, moves by grip and cell, and removes, all from the keyboard", () => {
  open(lines(4));
  fireEvent.keyDown(cell("What, line 2"), { key: "d", ctrlKey: true });
  expect(rows.map(({ what }) => what)).toEqual(["point 1", "point 1", "point 3", "point 4"]);
  fireEvent.keyDown(cell("What, line 3"), { key: "D", ctrlKey: true, shiftKey: true });
  expect(rows.map(({ what }) => what)).toEqual(["point 1", "point 1", "point 3", "point 3"]);
  fireEvent.keyDown(screen.getByRole("button", { name: "Move line 3 with the arrow keys" }), { key: "ArrowUp" });
  expect(rows.map(({ what }) => what)).toEqual(["point 1", "point 3", "point 1", "point 3"]);
  expect(screen.getByText("Line 3 is now line 2.")).toBeTruthy();
  fireEvent.keyDown(cell("What, line 2"), { key: "Delete", ctrlKey: true });
  expect(rows).toHaveLength(3);
});

it("lets each line react by itself: hidden, asked for, locked", () => {
  open([freshRow({ size: "3" }), freshRow({ size: "9" }), { id: 7, what: "as it was", size: "8" }]);
  expect(screen.queryByRole("textbox", { name: "On, line 1" })).toBeNull();
  expect(cell("On, line 2")).toBeTruthy();
  expect(cell("What, line 1").closest("td")!.className).toContain("q-line-asked");
  expect(screen.queryByRole("textbox", { name: "What, line 3" })).toBeNull();
  fireEvent.change(cell("Size, line 2"), { target: { value: "2" } });
  expect(screen.queryByRole("textbox", { name: "On, line 2" })).toBeNull();
});

it("leaves cells as they are that linkage locks, in a paste and in filling down, and says so", async () => {
  open([freshRow({ what: "mine" }), { id: 7, what: "sealed", size: "8" }]);
  await paste(cell("What, line 1"), "a\nb");
  expect(rows.map(({ what }) => what)).toEqual(["a", "sealed"]);
  expect(screen.getByText("2 lines pasted. 1 cell is locked now and stays as it is.")).toBeTruthy();
  fireEvent.keyDown(cell("What, line 1"), { key: "D", ctrlKey: true, shiftKey: true });
  expect(rows.map(({ what }) => what)).toEqual(["a", "sealed"]);
  expect(screen.getByText("1 cell is locked now and stays as it is.")).toBeTruthy();
});

it("saves nothing by the Enter that chooses a day", () => {
  open([freshRow({ what: "a" })]);
  const day = cell("On, line 1");
  fireEvent.mouseDown(day);
  fireEvent.click(day);
  expect(document.querySelector(".ant-picker-dropdown")).toBeTruthy();
  expect(fireEvent.keyDown(day, { key: "Enter" })).toBe(false);
  expect(rows).toHaveLength(1);
});
