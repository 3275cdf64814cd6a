/** What is written into a list's cells: in turn, with the version that is there by then. */
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import { App } from "antd";
import type { ReactNode } from "react";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { DefinitionsProvider } from "../context";
import { tidy } from "../definitions";
import type { Column } from "./Grid";
import { useCellWrites } from "./writes";

i18n.loadAndActivate({ locale: "en", messages: {} });

const definitions = tidy({
  objects: {
    "lab.visit": {
      label: "Visit",
      may: { change: true },
      fields: [
        { name: "what", type: "text", label: "What" },
        { name: "where", type: "text", label: "Where" },
        { name: "place", type: "link", to: "lab.place", label: "Place" },
      ],
    },
    "lab.place": { label: "Place", fields: [{ name: "name", type: "text", label: "Name" }] },
  },
});
const visit = definitions.objects["lab.visit"]!;
const columns: Column[] = ["what", "where", "place"].map((path) => ({ path, field: visit.fields.find(({ name }) => name === path)!, editable: true }));
const rows = [
  { id: 1, version: 3, what: "roof", where: "A", place: null },
  { id: 2, version: 8, what: "door", where: "B", place: null },
];

interface Call {
  method: string;
  path: string;
  body: unknown;
  answer: (status: number, body: unknown) => Promise<void>;
}
let calls: Call[] = [];
const patches = () => calls.filter(({ method }) => method === "PATCH");

beforeEach(() => {
  calls = [];
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {}, addListener: () => {}, removeListener: () => {} }));
  vi.stubGlobal("fetch", (path: string, { method = "GET", body }: { method?: string; body?: string } = {}) => {
    return new Promise((resolve) => {
      const answer = (status: number, said: unknown) => act(async () => resolve(new Response(JSON.stringify(said), { status })));
      calls.push({ method, path, body: body ? JSON.parse(body) : undefined, answer });
    });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function write() {
  const client = new QueryClient();
  client.setQueryData(["list", "lab.visit", "all"], { pages: [{ records: rows }], pageParams: [] });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>
      <I18nProvider i18n={i18n}>
        <App>
          <DefinitionsProvider value={{ definitions, currency: "CNY", company: {} }}>
            <MemoryRouter>{children}</MemoryRouter>
          </DefinitionsProvider>
        </App>
      </I18nProvider>
    </QueryClientProvider>
  );
  const shown = () => client.getQueryData<{ pages: { records: typeof rows }[] }>(["list", "lab.visit", "all"])!.pages[0]!.records;
  return { ...renderHook(() => useCellWrites(visit, columns, rows), { wrapper }).result.current, shown };
}

it("sends the second edit of a row with the version that the first one made", async () => {
  const { edit, shown } = write();
  const both = Promise.all([edit(rows[0]!, columns[0]!, "wall"), edit(rows[0]!, columns[1]!, "C")]);
  expect(shown()[0]).toMatchObject({ what: "wall", where: "C" });
  await waitFor(() => expect(patches()).toHaveLength(1));
  expect(patches()[0]!.body).toEqual([{ id: 1, version: 3, what: "wall" }]);
  await patches()[0]!.answer(200, { records: [{ id: 1, version: 4 }] });
  await waitFor(() => expect(patches()).toHaveLength(2));
  expect(patches()[1]!.body).toEqual([{ id: 1, version: 4, where: "C" }]);
  await patches()[1]!.answer(200, { records: [{ id: 1, version: 5 }] });
  expect(await both).toEqual([true, true]);
});

it("puts back what was refused, and goes on with the next", async () => {
  const { edit, shown } = write();
  const both = Promise.all([edit(rows[0]!, columns[0]!, "wall"), edit(rows[0]!, columns[1]!, "C")]);
  await waitFor(() => expect(patches()).toHaveLength(1));
  await patches()[0]!.answer(422, { detail: "No walls." });
  expect(shown()[0]).toMatchObject({ what: "roof", where: "C" });
  await waitFor(() => expect(patches()).toHaveLength(2));
  await patches()[1]!.answer(200, { records: [{ id: 1, version: 4 }] });
  expect(await both).toEqual([false, true]);
});

it("pastes many rows at once, asking for each name once", async () => {
  const { paste, shown } = write();
  const pasted = paste({ row: 0, column: 0 }, "wall\tC\tYard\ngate\tD\tYard\n");
  await waitFor(() => expect(calls).toHaveLength(1));
  expect(calls[0]!.path).toContain("/api/options/lab.place");
  await calls[0]!.answer(200, { options: [{ id: 9, label: "Yard" }] });
  await waitFor(() => expect(patches()).toHaveLength(1));
  expect(patches()[0]!.path).toMatch(/\/api\/records\/lab\.visit$/);
  expect(patches()[0]!.body).toEqual([
    { id: 1, version: 3, what: "wall", where: "C", place: 9 },
    { id: 2, version: 8, what: "gate", where: "D", place: 9 },
  ]);
  await patches()[0]!.answer(409, { detail: "Changed by Mei." });
  await pasted;
  expect(shown()).toMatchObject([{ what: "roof" }, { what: "door" }]);
});
