import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import Picker from "./DatePicker";
import type { EditorProps } from "./kind";

beforeAll(() => {
  vi.stubGlobal("ResizeObserver", class { observe() {} unobserve() {} disconnect() {} });
});
afterEach(cleanup);

function open() {
  const chosen = vi.fn();
  const field = { name: "day", type: "date", label: "Day" } as EditorProps["field"];
  render(<Picker value={null} field={field} row={{}} onChange={chosen} ariaLabel="Day" />);
  const box = screen.getByLabelText("Day");
  const types = (text: string) => [...text].forEach((_, at) => fireEvent.change(box, { target: { value: text.slice(0, at + 1) } }));
  return { chosen, box, types };
}

it("a day in the twenties is not taken for the second on the way to it", () => {
  const { chosen, box, types } = open();
  fireEvent.focus(box);
  types("2026-11-20");
  expect(box).toHaveProperty("value", "2026-11-20");
  fireEvent.blur(box);
  expect(new Set(chosen.mock.calls.flat())).toEqual(new Set(["2026-11-20"]));
});

it.each(["2026-11-2", "2026/11/2", "2026年11月2日"])("%s is read when it is left", (text) => {
  const { chosen, box, types } = open();
  fireEvent.focus(box);
  types(text);
  expect(chosen).not.toHaveBeenCalled();
  fireEvent.blur(box);
  expect(chosen).toHaveBeenCalledWith("2026-11-02");
});
