import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useLiveEvents } from "./events";

class Source extends EventTarget {
  static CLOSED = 2;
  readyState = 1;
  onerror: () => void = () => {};
  onopen: () => void = () => {};
  constructor(readonly url: string) {
    super();
    opened.push(this);
  }
  close(): void {
    this.readyState = 2;
  }
  refuse(): void {
    this.readyState = 2;
    this.onerror();
  }
  tell(name: string, lastEventId: string): void {
    this.dispatchEvent(new MessageEvent(name, { data: "{}", lastEventId }));
  }
}
let opened: Source[] = [];

beforeEach(() => {
  opened = [];
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Source);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function open() {
  const client = new QueryClient();
  const asked = vi.spyOn(client, "invalidateQueries");
  const { unmount } = renderHook(() => useLiveEvents("mei"), { wrapper: ({ children }) => <QueryClientProvider client={client}>{children}</QueryClientProvider> });
  return { asked, unmount };
}
const wait = () => act(() => vi.advanceTimersByTimeAsync(10_000));

it("comes back behind what it heard last when the server refused it for a while", async () => {
  open();
  opened[0]!.tell("presence", "17-4");
  opened[0]!.refuse();
  await wait();
  opened[1]!.refuse();
  await wait();
  expect(opened.map(({ url }) => url)).toEqual(["/api/events", "/api/events?after=17-4", "/api/events?after=17-4"]);
});

it("asks for everything again when it can't know what it missed", async () => {
  const { asked } = open();
  opened[0]!.refuse();
  await wait();
  opened[1]!.onopen();
  expect(asked).toHaveBeenCalledWith();
});

it("stays away once the page is left", async () => {
  const { unmount } = open();
  opened[0]!.refuse();
  unmount();
  await wait();
  expect(opened).toHaveLength(1);
});
