import { renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { useActKey } from "./once";

it("is one key for one act: sent again the same, said otherwise or done another", () => {
  const { result } = renderHook(useActKey);
  const { keyFor, done } = result.current;
  const first = keyFor({ text: "Ready" });
  expect(keyFor({ text: "Ready" })).toBe(first);
  const second = keyFor({ text: "Ready on Monday" });
  expect(second).not.toBe(first);
  done();
  expect(keyFor({ text: "Ready on Monday" })).not.toBe(second);
});
