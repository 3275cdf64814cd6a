import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { Select } from "antd";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { leaveComposingAlone } from "./composing";

beforeAll(() => {
  vi.stubGlobal("ResizeObserver", class { observe() {} unobserve() {} disconnect() {} });
  leaveComposingAlone();
});
afterEach(cleanup);

function open() {
  const chosen = vi.fn();
  render(<Select open showSearch={{ filterOption: false }} aria-label="Customer" options={[{ value: 1, label: "Grand Hotel" }]} onChange={chosen} defaultActiveFirstOption />);
  return { chosen, box: screen.getByRole("combobox", { name: "Customer" }) };
}

it.each([{ isComposing: true }, { keyCode: 229 }])("Enter that ends composing chooses nothing from a list: %o", (how) => {
  const { chosen, box } = open();
  fireEvent.keyDown(box, { key: "Enter", ...how });
  expect(chosen).not.toHaveBeenCalled();
});

it("Enter chooses from a list", () => {
  const { chosen, box } = open();
  fireEvent.keyDown(box, { key: "Enter", keyCode: 13 });
  expect(chosen).toHaveBeenCalledOnce();
});
