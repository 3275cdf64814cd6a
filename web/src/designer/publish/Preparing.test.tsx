import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { Preparing, usePublication } from "./Preparing";
import type { Publication } from "./publishing";

i18n.loadAndActivate({ locale: "en", messages: {} });

const start: Publication = { publication: 4, state: "filling", done: 30_000, rows: 120_000, left_seconds: 12, problem: null, draft: 9, release: null };
let standing = start;
const asked: string[] = [];

/** The server: one publication, which rests and goes on as it is told. */
function answer(path: string, method: string): unknown {
  const act = /\/api\/publications\/4\/(\w+)$/.exec(path)?.[1];
  if (method === "POST" && act) standing = { ...standing, state: { pause: "paused", resume: "filling", cancel: "cancelled" }[act] as Publication["state"], problem: null };
  return path === "/api/publications" ? { publications: [standing] } : standing;
}

beforeAll(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {}, addListener: () => {}, removeListener: () => {} }));
  vi.stubGlobal("ResizeObserver", class { observe() {} unobserve() {} disconnect() {} });
  vi.stubGlobal("fetch", async (path: string, { method = "GET" }: RequestInit = {}) => {
    asked.push(`${method} ${path}`);
    return new Response(JSON.stringify(answer(path, method)), { status: 200 });
  });
});
afterAll(() => vi.unstubAllGlobals());
afterEach(cleanup);
beforeEach(() => {
  standing = start;
  asked.length = 0;
});

function Panel() {
  const { data, refetch } = usePublication(null);
  return data ? <Preparing publication={data} onTold={() => void refetch()} /> : null;
}

const open = () =>
  render(
    <QueryClientProvider client={new QueryClient()}>
      <I18nProvider i18n={i18n}>
        <Panel />
      </I18nProvider>
    </QueryClientProvider>,
  );

it("meets a publication that somebody began, rests it and lets it go on", async () => {
  open();
  await screen.findByText(/about 12 seconds are left/);
  expect(screen.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("25");
  fireEvent.click(screen.getByRole("button", { name: /Pause/ }));
  await screen.findByText(/It rests/);
  fireEvent.click(screen.getByRole("button", { name: /Go on/ }));
  await screen.findByText(/about 12 seconds are left/);
  expect(asked.filter((each) => each.startsWith("POST"))).toEqual(["POST /api/publications/4/pause", "POST /api/publications/4/resume"]);
});

it("says why it failed, and tries again", async () => {
  standing = { ...start, state: "failed", problem: { code: "values_wrong", detail: "The quantity of 3 orders is not a number." } };
  open();
  await screen.findByText("The quantity of 3 orders is not a number.");
  fireEvent.click(screen.getByRole("button", { name: /Try again/ }));
  await screen.findByText(/about 12 seconds are left/);
});

it("is called off only when that is meant", async () => {
  open();
  fireEvent.click(await screen.findByRole("button", { name: /Call it off/ }));
  expect(asked.some((each) => each.endsWith("/cancel"))).toBe(false);
  await screen.findByText("Everything is then as before it began.");
  fireEvent.click(screen.getAllByRole("button", { name: /Call it off/ }).at(-1)!);
  await waitFor(() => expect(asked).toContain("POST /api/publications/4/cancel"));
});
