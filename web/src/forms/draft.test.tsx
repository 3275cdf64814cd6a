import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { tidy } from "../records/definitions";
import { createBody, useDraft } from "./draft";

const definitions = tidy({
  objects: {
    "oms.sales_order": {
      fields: [
        { name: "customer", type: "text", may_create: true },
        { name: "ordered_on", type: "date", may_create: true, default: "today()" },
        { name: "note", type: "text", may_create: true },
      ],
    },
  },
});

it("says that a default was taken away", () => {
  const { result } = renderHook(() => useDraft({ ordered_on: "2026-03-01" }), {
    wrapper: ({ children }) => <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>,
  });
  act(() => result.current.set("customer", "Grand Hotel"));
  act(() => result.current.set("ordered_on", null));
  expect(createBody(definitions, definitions.objects["oms.sales_order"]!, result.current, {})).toEqual({ customer: "Grand Hotel", ordered_on: null });
});
