import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { DefinitionsProvider } from "../../records/context";
import type { Definitions } from "../../records/definitions";
import type { Finding } from "../DraftBar";
import { FindingsList } from "./FindingsList";

i18n.loadAndActivate({ locale: "en", messages: {} });

beforeAll(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {}, addListener: () => {}, removeListener: () => {} }));
  vi.stubGlobal("ResizeObserver", class { observe() {} unobserve() {} disconnect() {} });
  vi.stubGlobal("fetch", async () => new Response("{}", { status: 200 }));
});
afterAll(() => vi.unstubAllGlobals());
afterEach(cleanup);

const NOTHING = { objects: {}, operations: {}, views: {}, prints: {}, imports: {}, apps: [], roles: [] } as unknown as Definitions;
const change = (choice: string) => ({ kind: "object", name: "own.rack", property: `fields.state.choices.${choice}.formerly`, value: ["raw"] });
const finding: Finding = {
  kind: "object",
  name: "own.rack",
  place: "fields.state.choices.raw",
  position: null,
  severity: "error",
  detail: "3 records hold “raw”.",
  fix: "",
  offers: [
    { label: "Open", change: change("open") },
    { label: "Closed", change: change("closed") },
  ],
};

it("gives the records of a choice that goes the one that was chosen", async () => {
  const onFix = vi.fn();
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <I18nProvider i18n={i18n}>
        <DefinitionsProvider value={{ definitions: NOTHING, currency: "CNY", company: undefined }}>
          <FindingsList findings={[finding]} onFix={onFix} />
        </DefinitionsProvider>
      </I18nProvider>
    </QueryClientProvider>,
  );
  fireEvent.click(screen.getByText("Give them another choice"));
  fireEvent.click(await screen.findByText("Closed"));
  expect(onFix.mock.calls[0]?.[0].change).toEqual(change("closed"));
});
