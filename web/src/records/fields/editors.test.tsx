import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, waitFor } from "@testing-library/react";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { DefinitionsProvider } from "../context";
import { tidy } from "../definitions";
import { kindOf } from "./registry";

beforeAll(() => {
  i18n.loadAndActivate({ locale: "en", messages: {} });
  vi.stubGlobal("ResizeObserver", class { observe() {} unobserve() {} disconnect() {} });
});
afterEach(cleanup);

const OF_ONE_INPUT = ["text", "long_text", "number", "money", "percent", "duration", "choice", "choices", "link", "user", "role", "email", "phone", "url", "barcode", "colour", "encrypted", "id_number", "time", "tree_choice", "date"];

it.each(OF_ONE_INPUT)("%s: a reader of the screen hears that it must be filled in, and what is wrong with it", async (type) => {
  const field = { name: "x", type, label: "X", required: true, to: "base.party", choices: [{ name: "open", label: "Open" }] };
  const { Editor } = kindOf(field);
  const { container } = render(
    <QueryClientProvider client={new QueryClient()}>
      <I18nProvider i18n={i18n}>
        <DefinitionsProvider value={{ definitions: tidy({ roles: [] }), currency: "CNY", company: {} }}>
          {Editor && <Editor value={null} field={field} onChange={() => {}} invalid describedBy="why" />}
        </DefinitionsProvider>
      </I18nProvider>
    </QueryClientProvider>,
  );
  const input = await waitFor(() => {
    const found = container.querySelector("[aria-invalid=true]");
    expect(found).not.toBeNull();
    return found!;
  });
  expect(input.matches("input, textarea")).toBe(true);
  expect(input.getAttribute("aria-required")).toBe("true");
  expect(input.getAttribute("aria-describedby")).toContain("why");
});
