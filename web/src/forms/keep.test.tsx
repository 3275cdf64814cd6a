import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Draft } from "./draft";
import { useKept } from "./keep";

let calls: string[] = [];
let answers: (() => void)[] = [];

beforeEach(() => {
  calls = [];
  answers = [];
  vi.useFakeTimers();
  vi.stubGlobal("fetch", (_: string, { method, body }: { method: string; body?: string }) => {
    calls.push(`${method} ${body ? (JSON.parse(body) as { values: { what: string } }).values.what : ""}`.trim());
    return new Promise((resolve) => answers.push(() => resolve(new Response(null, { status: 204 }))));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const typed = (what: string) => ({ values: { what }, labels: {}, touched: new Set(["what"]), isTouched: true }) as unknown as Draft;
const open = (what: string) =>
  renderHook(({ draft }: { draft: Draft }) => useKept("lab.visit", 7, draft, 3), {
    initialProps: { draft: typed(what) },
    wrapper: ({ children }) => <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>,
  });
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

it("forgets what was saved after all that was kept before", async () => {
  const { result } = open("roof");
  await pass(1000);
  expect(calls).toEqual(["GET", "PUT roof"]);
  act(() => result.current.finish());
  await pass(10);
  expect(calls).toHaveLength(2);
  answers[1]!();
  await pass(10);
  expect(calls.at(-1)).toBe("DELETE");
});

it("keeps the last words of a page that is left", async () => {
  const { rerender, unmount } = open("roof");
  rerender({ draft: typed("roof and walls") });
  await pass(100);
  unmount();
  await pass(10);
  expect(calls.at(-1)).toBe("PUT roof and walls");
});
