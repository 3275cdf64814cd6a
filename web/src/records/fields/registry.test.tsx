import { render } from "@testing-library/react";
import { createElement } from "react";
import { describe, expect, it } from "vitest";
import { DefinitionsProvider } from "../context";
import { type Field, tidy } from "../definitions";
import { readDuration, showDuration } from "./number";
import { KINDS, kindOf } from "./registry";

const TYPES = "text long_text number money percent boolean date moment duration choice choices link lines email phone url serial".split(" ");
const SAMPLES: Record<string, unknown> = {
  text: "Grand Hotel", long_text: "Call ahead", number: "12.5", money: "-1234.5", percent: "13", boolean: true, date: "2026-03-01",
  moment: "2026-03-01T00:30:00Z", duration: "P2DT3H", choice: "open", choices: ["open", "won"], link: 7, lines: [{}, {}],
  email: "a@example.com", phone: "+86 21", url: "https://example.com", serial: "SO-1",
};
const field = (type: string): Field => ({
  name: "x", type, label: "X", decimals: type === "money" ? 2 : null,
  choices: [{ name: "open", label: "Open" }, { name: "won", label: "Won", tone: "good" }],
});

describe.each(TYPES)("%s", (type) => {
  it("has an entry that shows, writes out and filters", () => {
    const kind = KINDS[type]!;
    expect(kind).toBeDefined();
    expect(typeof kind.text(SAMPLES[type], field(type), { "x._label": "Grand Hotel" })).toBe("string");
    for (const operator of kind.operators) expect(operator.formula("x", ["1", "2"])).toContain("x");
    expect(new Set(kind.operators.map((operator) => operator.name)).size).toBe(kind.operators.length);
  });

  it("is blank for blank", () => expect(KINDS[type]!.text(null, field(type), {})).toBe(""));
});

it("shows what it doesn't know as it is", () => expect(kindOf(field("json")).text({ a: 1 }, field("json"), {})).toBe('{"a":1}'));

it("shows money with its sign and grouping", () => {
  const { Cell } = KINDS.money!;
  const known = { definitions: tidy({}), currency: "CNY", company: {} };
  const cell = createElement(Cell, { value: "-1234.5", field: field("money"), row: {} });
  const { container } = render(createElement(DefinitionsProvider, { value: known, children: cell }));
  expect(container.textContent).toBe("¥-1,234.50");
  expect(container.querySelector(".q-negative")).not.toBeNull();
});

describe("pasted text", () => {
  it.each([
    ["choice", "Won", "won"],
    ["choice", "nobody", undefined],
    ["choices", "Open, Won", ["open", "won"]],
    ["boolean", "是", true],
    ["boolean", "no", false],
    ["boolean", "perhaps", undefined],
    ["date", "2026/3/1", "2026-03-01"],
    ["date", "soon", undefined],
    ["money", "¥1,200.50", "1200.5"],
  ])("%s %s", (type, text, expected) => expect(KINDS[type]!.read!(text, field(type))).toEqual(expected));
});

it("reads and shows durations", () => {
  expect(showDuration("P2DT3H")).toBe("2 d 3 h");
  expect(readDuration("2天3小时")).toBe("P2DT3H");
  expect(readDuration("36:30")).toBe("PT36H30M");
  expect(readDuration("later")).toBeNull();
});
