import { act, renderHook } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { useUnfinished } from "./unfinished";

afterEach(() => sessionStorage.clear());

const open = (draft: number) => renderHook(() => useUnfinished(draft)).result;

it("a rule that was begun is still there when one comes back, in its own draft only", () => {
  const page = open(7);
  act(() => page.current[1]({ "crm.deal": { rule: { when: "stage == \"won\"" } } }));
  expect(open(7).current[0]).toEqual({ "crm.deal": { rule: { when: "stage == \"won\"" } } });
  expect(open(8).current[0]).toEqual({});
});
