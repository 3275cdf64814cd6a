/** Answers that come late, and keys that belong to somebody else. */
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, createEvent, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { App } from "antd";
import { useState } from "react";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { DefinitionsProvider } from "../records/context";
import { tidy, type Values } from "../records/definitions";
import CreateDrawer from "./CreateDrawer";
import { freshRow, linesShape } from "./lines";
import { LinesEditor } from "./LinesEditor";
import { type LinesKeys, useLinesKeys } from "./linesKeys";
import { useLinePreview } from "./preview";

i18n.loadAndActivate({ locale: "en", messages: {} });

const definitions = tidy({
  objects: {
    "lab.product": { label: "Product", fields: [{ name: "name", type: "text", label: "Name", may_create: true }, { name: "price", type: "money", label: "Price", may_create: true }, { name: "unit", type: "text", label: "Unit" }], may: { create: true, change: true }, title: "name" },
    "lab.order": { fields: [{ name: "lines", type: "lines", of: "lab.line", label: "Lines" }] },
    "lab.line": {
      lines_of: "lab.order",
      parent_field: "order",
      fields: [
        { name: "product", type: "link", to: "lab.product", label: "Product", may_create: true },
        { name: "price", type: "money", label: "Price", may_create: true, default: "product.price" },
        { name: "note", type: "text", label: "Note", may_create: true },
        { name: "unit", type: "text", label: "Unit", may_create: true, default: "product.unit" },
      ],
    },
  },
});
const shape = linesShape(definitions, definitions.objects["lab.order"]!.fields[0]!, true);
const [product, price, note] = shape.columns;

/** Each address answers when the test says so. */
const waiting = new Map<string, (body: unknown) => void>();
const asked: string[] = [];
const answer = async (address: string, body: unknown) => {
  const found = [...waiting.keys()].find((each) => each.includes(address))!;
  await act(async () => waiting.get(found)!(body));
};

beforeEach(() => {
  waiting.clear();
  asked.length = 0;
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {}, addListener: () => {}, removeListener: () => {} }));
  vi.stubGlobal("ResizeObserver", class { observe() {} unobserve() {} disconnect() {} });
  vi.stubGlobal("fetch", (address: string) => {
    asked.push(decodeURIComponent(address));
    return new Promise((resolve) => waiting.set(decodeURIComponent(address), (body) => resolve(new Response(JSON.stringify(body)))));
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

let rows: Values[] = [];
let keys: LinesKeys;

function Held({ start }: { start: Values[] }) {
  const [held, setHeld] = useState(start);
  rows = held;
  const { fillDefaults } = useLinePreview(shape, {});
  keys = useLinesKeys({ table: { current: null }, shape, rows: held, onChange: setHeld, fillDefaults, isLocked: () => false, reveal: () => {}, onMisread: () => {}, tell: () => {} });
  return null;
}

function Form() {
  const [held, setHeld] = useState<Values[]>([freshRow()]);
  const [isMaking, setMaking] = useState(true);
  rows = held;
  return (
    <form onKeyDown={outer}>
      <LinesEditor shape={shape} name="lines" label="Lines" record={{ lines: held }} rows={held} problems={{}} onChange={setHeld} />
      {isMaking && <CreateDrawer object={definitions.objects["lab.product"]!} initial={{}} onClose={() => setMaking(false)} onMade={() => {}} />}
    </form>
  );
}
const outer = vi.fn();
let client: QueryClient;
const isKnown = (id: string) => waitFor(() => expect(client.getQueryData(["record", "lab.product", id])).toBeTruthy());

function open(part: React.ReactNode) {
  client = new QueryClient();
  client.setQueryData(["session"], { user: 1, name: "Mei" });
  const router = createMemoryRouter([{ path: "*", element: part }]);
  render(
    <QueryClientProvider client={client}>
      <I18nProvider i18n={i18n}>
        <App>
          <DefinitionsProvider value={{ definitions, currency: "CNY", company: {} }}>
            <RouterProvider router={router} />
          </DefinitionsProvider>
        </App>
      </I18nProvider>
    </QueryClientProvider>,
  );
}

it("takes the price of the product that was chosen last, whichever answers last", async () => {
  open(<Held start={[freshRow()]} />);
  act(() => void keys.set(0, product!, 1, "Chair"));
  act(() => void keys.set(0, product!, 2, "Desk"));
  await answer("lab.product/2", { id: 2, price: "200" });
  await waitFor(() => expect(rows[0]!.price).toBe("200"));
  await answer("lab.product/1", { id: 1, price: "100" });
  await isKnown("1");
  expect(rows[0]).toMatchObject({ product: 2, price: "200" });
});

it("leaves alone what was typed while the product's price was on its way", async () => {
  open(<Held start={[freshRow()]} />);
  act(() => void keys.set(0, product!, 1, "Chair"));
  act(() => void keys.set(0, price!, "90"));
  await answer("lab.product/1", { id: 1, price: "100", unit: "piece" });
  await waitFor(() => expect(rows[0]!.unit).toBe("piece"));
  expect(rows[0]).toMatchObject({ product: 1, price: "90" });
});

it("keeps what was typed while pasted names were looked up", async () => {
  open(<Held start={[freshRow(), freshRow()]} />);
  const paste = { clipboardData: { getData: () => "Chair\t5" }, preventDefault: () => {} };
  act(() => void keys.paste(paste as never, 0, 0));
  act(() => void keys.set(1, note!, "by hand"));
  await answer("options/lab.product", { options: [{ id: 1, label: "Chair" }] });
  await waitFor(() => expect(rows.map((row) => [row.product, row.note])).toEqual([[1, undefined], [undefined, "by hand"]]));
});

it("keys in the drawer beside are none of the form's behind it", () => {
  open(<Form />);
  const name = within(screen.getByRole("dialog")).getByRole("textbox", { name: "Name" });
  const saves = createEvent.keyDown(name, { key: "s", ctrlKey: true });
  fireEvent(name, saves);
  expect(outer).not.toHaveBeenCalled();
});
