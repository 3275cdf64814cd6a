import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { createMemoryRouter, RouterProvider } from "react-router";
import { Gate } from "./Gate";

afterEach(() => vi.unstubAllGlobals());

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
