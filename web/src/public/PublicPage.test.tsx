import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { App } from "antd";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Component } from "./PublicPage";

let sent: unknown[] = [];

beforeEach(() => {
  sent = [];
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {} }));
  vi.stubGlobal("ResizeObserver", class { observe() {} unobserve() {} disconnect() {} });
  vi.stubGlobal("fetch", async (_: string, { method, body }: { method: string; body?: string }) => {
    if (method === "POST") {
      sent.push(JSON.parse(body!));
      return new Promise(() => {});
    }
    const label = i18n.locale === "zh" ? "故障" : "What is broken";
    return new Response(JSON.stringify({ kind: "form", title: "Repair", intro: "", stamp: "s", honeypot: "website", links: [], object: { name: "form", label: "", linkage: [], fields: [{ name: "what", type: "text", label, may_create: true }] } }));
  });
  i18n.loadAndActivate({ locale: "en", messages: {} });
  const router = createMemoryRouter([{ path: "f/:secret", element: <Component /> }], { initialEntries: ["/f/s3cret"] });
  render(
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={new QueryClient()}>
        <App>
          <RouterProvider router={router} />
        </App>
      </QueryClientProvider>
    </I18nProvider>,
  );
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("keeps a stranger's words when they choose the other language", async () => {
  fireEvent.change(await screen.findByRole("textbox", { name: "What is broken" }), { target: { value: "the lift" } });
  act(() => i18n.loadAndActivate({ locale: "zh", messages: {} }));
  expect((await screen.findByRole<HTMLInputElement>("textbox", { name: "故障" })).value).toBe("the lift");
});

it("sends once, however often Enter is pressed", async () => {
  const box = await screen.findByRole("textbox", { name: "What is broken" });
  fireEvent.change(box, { target: { value: "the lift" } });
  const form = box.closest("form")!;
  fireEvent.submit(form);
  await waitFor(() => expect(form.hasAttribute("inert")).toBe(true));
  fireEvent.submit(form);
  await act(async () => undefined);
  await waitFor(() => expect(sent).toHaveLength(1));
});
