import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { App } from "antd";
import { afterEach, expect, it, vi } from "vitest";
import { createMemoryRouter, RouterProvider } from "react-router";
import { get } from "../kit/api";
import { Gate } from "./Gate";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("asks for a password of one's own before anything else is loaded", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address);
    return new Response(JSON.stringify({ me: { login: "wang", name: "Wang", language: "en", roles: [], must_change: true } }));
  });
  i18n.loadAndActivate({ locale: "en", messages: {} });
  const router = createMemoryRouter([{ path: "*", element: <Gate /> }]);
  render(
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={new QueryClient()}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </I18nProvider>,
  );
  await screen.findByRole("heading", { level: 1 }, { timeout: 8000 });
  expect(document.querySelectorAll('input[autocomplete="new-password"]')).toHaveLength(2);
  expect(asked).toEqual(["/api/session"]);
});

const wang = { user: 4, login: "wang", name: "Wang", language: "en", roles: [], workspace: "harbour", company: {}, administers: false };
let isSignedIn = true;

function openWork() {
  isSignedIn = true;
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {} }));
  vi.stubGlobal("ResizeObserver", class { observe() {} unobserve() {} disconnect() {} });
  vi.stubGlobal("fetch", async (address: string, { method = "GET" }: { method?: string } = {}) => {
    if (address === "/api/session" && method === "POST") isSignedIn = true;
    else if (!isSignedIn) return new Response(JSON.stringify({ status: 401 }), { status: 401 });
    return new Response(JSON.stringify({ me: wang, release: 1, language: "en", objects: {}, operations: {}, views: {}, forms: {}, prints: {}, imports: {}, apps: [], roles: [] }));
  });
  i18n.loadAndActivate({ locale: "en", messages: {} });
  const router = createMemoryRouter([{ element: <Gate />, children: [{ path: "*", element: <input aria-label="Note" defaultValue="" /> }] }]);
  render(
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <App>
          <RouterProvider router={router} />
        </App>
      </QueryClientProvider>
    </I18nProvider>,
  );
}

async function type(words: string): Promise<HTMLInputElement> {
  const note = await screen.findByRole<HTMLInputElement>("textbox", { name: "Note" }, { timeout: 8000 });
  fireEvent.change(note, { target: { value: words } });
  return note;
}

it("keeps what was typed when the session ends, and goes on after signing in again", async () => {
  openWork();
  const note = await type("half a sentence");
  isSignedIn = false;
  await get("/api/records/lab.visit").catch(() => undefined);
  const again = await screen.findByRole("dialog", { name: "Sign in again" }, { timeout: 8000 });
  expect(within(again).getByRole<HTMLInputElement>("textbox", { name: "Login" }).value).toBe("wang");
  expect([note.isConnected, note.value]).toEqual([true, "half a sentence"]);
  fireEvent.change(within(again).getByLabelText("Password"), { target: { value: "harbour-2026" } });
  fireEvent.submit(again.querySelector("form")!);
  await waitFor(() => expect(screen.queryByRole("dialog", { name: "Sign in again" })).toBeNull());
  expect([note.isConnected, note.value]).toEqual([true, "half a sentence"]);
});

it("keeps what was typed when the language is changed", async () => {
  openWork();
  const note = await type("half a sentence");
  act(() => i18n.loadAndActivate({ locale: "zh", messages: {} }));
  await waitFor(() => expect(document.querySelector("[aria-busy=true]")).toBeNull());
  expect([note.isConnected, note.value]).toEqual([true, "half a sentence"]);
});
