/** What a person types into a record is saved once, and never lost unasked. */
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { App } from "antd";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { DefinitionsProvider } from "../context";
import { tidy } from "../definitions";
import { EditForm } from "./EditForm";

i18n.loadAndActivate({ locale: "en", messages: {} });

const definitions = tidy({
  objects: {
    "lab.visit": {
      label: "Visit",
      may: { change: true },
      fields: [
        { name: "what", type: "text", label: "What", may_change: true },
        { name: "points", type: "lines", of: "lab.point", label: "Points", may_change: true },
      ],
    },
    "lab.point": { lines_of: "lab.visit", parent_field: "visit", fields: [{ name: "size", type: "number", label: "Size", may_change: true, may_create: true }, { name: "note", type: "text", label: "Note", may_change: true, may_create: true }] },
  },
});
const visit = definitions.objects["lab.visit"]!;
const record = { id: 7, version: 3, what: "roof", points: [{ id: 1, size: "1", note: null }, { id: 2, size: "2", note: null }] };

interface Call {
  method: string;
  path: string;
  body: Record<string, unknown>;
  answer: (status: number, body: unknown) => Promise<void>;
}
let calls: Call[] = [];
const patches = () => calls.filter(({ method }) => method === "PATCH");
const path = (part: string) => calls.filter(({ path }) => path.endsWith(part)).at(-1)!;

beforeEach(() => {
  calls = [];
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {}, addListener: () => {}, removeListener: () => {} }));
  vi.stubGlobal("ResizeObserver", class { observe() {} unobserve() {} disconnect() {} });
  vi.stubGlobal("fetch", (address: string, { method = "GET", body }: { method?: string; body?: string }) => {
    return new Promise((resolve) => {
      const answer = (status: number, said: unknown) => act(async () => resolve(new Response(JSON.stringify(said), { status })));
      calls.push({ method, path: address, body: body ? JSON.parse(body) : {}, answer });
      if (method === "GET" && address.endsWith("/draft")) resolve(new Response(JSON.stringify({ draft: null })));
    });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function open(at = "/lab/visit") {
  const client = new QueryClient();
  client.setQueryData(["session"], { user: 1, name: "Mei" });
  const onDone = vi.fn();
  const router = createMemoryRouter([{ path: "*", element: <EditForm object={visit} record={record as never} onDone={onDone} /> }], { initialEntries: [at] });
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
  return { onDone, router };
}

const type = (name: string, value: string) => fireEvent.change(screen.getByRole("textbox", { name }), { target: { value } });
const press = () => fireEvent.keyDown(screen.getByRole("textbox", { name: "What" }), { key: "s", ctrlKey: true });
const isSaving = (is: boolean) => waitFor(() => expect(document.querySelector("form")!.hasAttribute("inert")).toBe(is));

it("saves once, however often the keys are pressed", async () => {
  open();
  type("What", "roof and walls");
  press();
  await isSaving(true);
  press();
  await path("/lab.visit/7").answer(422, { code: "wrong_input", detail: "No." });
  await isSaving(false);
  expect(patches()).toHaveLength(1);
});

it("takes nothing that is typed while it is being saved, and goes on where one was when refused", async () => {
  open();
  type("What", "roof and walls");
  screen.getByRole("textbox", { name: "What" }).focus();
  press();
  await isSaving(true);
  (document.activeElement as HTMLElement).blur();
  await path("/lab.visit/7").answer(422, { code: "wrong_input", detail: "No." });
  await isSaving(false);
  expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "What" }));
});

it("asks before another record is shown in the panel", async () => {
  const { router } = open("/lab/visit?open=7");
  type("What", "roof and walls");
  await act(() => router.navigate("/lab/visit?open=8"));
  expect(router.state.location.search).toBe("?open=7");
  await screen.findAllByText("Leave without saving?");
  expect(screen.getAllByRole("dialog")).toHaveLength(1);
});

it("changes only one's own lines where somebody else changed others", async () => {
  open();
  type("Note, line 1", "mine");
  press();
  await isSaving(true);
  await path("/lab.visit/7").answer(409, { code: "stale_version", detail: "stale" });
  await waitFor(() => expect(path("/lab.visit/7").method).toBe("GET"));
  const theirs = [{ id: 1, size: "1", note: null }, { id: 2, size: "20", note: "theirs" }, { id: 3, size: "3", note: "new" }];
  await path("/lab.visit/7").answer(200, { ...record, version: 4, points: theirs });
  await isSaving(false);
  press();
  await waitFor(() => expect(patches()).toHaveLength(2));
  const { version, points } = patches().at(-1)!.body as { version: number; points: Record<string, unknown>[] };
  expect(version).toBe(4);
  expect(points.map(({ id, size, note }) => [id, size, note])).toEqual([[1, "1", "mine"], [2, "20", "theirs"], [3, "3", "new"]]);
});
