import { render } from "@testing-library/react";
import { createElement } from "react";
import { describe, expect, it } from "vitest";
import { DefinitionsProvider } from "../context";
import { type Field, tidy } from "../definitions";
import { readDuration, showDuration } from "./number";
import { LAND } from "./PlaceMap";
import { KINDS, kindOf } from "./registry";

const TYPES = Object.keys(KINDS);
const SAMPLES: Record<string, unknown> = {
  text: "Grand Hotel", long_text: "Call ahead", number: "12.5", money: "-1234.5", percent: "13", boolean: true, date: "2026-03-01",
  moment: "2026-03-01T00:30:00Z", duration: "P2DT3H", choice: "open", choices: ["open", "won"], link: 7, lines: [{}, {}],
  rich_text: "<p>Call <b>ahead</b></p>", progress: "40", rating: 4, capitals: "1409.50", date_range: { from: "2026-03-01", to: null }, time: "09:30",
  tree_choice: "won", region: "440305", address: { region: "440305", street: "1 Park Rd", name: "Mei" }, location: { lat: "31.23", lng: "121.47" },
  cascade: 7, user: 7, department: 7, role: "sales", id_number: "11010519491231002X", barcode: "6901234567892", colour: "#0e6a63",
  encrypted: { kept: true }, file: { file: 1, name: "a.pdf", size: 9, type: "application/pdf" }, image: { file: 2, name: "a.png", size: 9, type: "image/png" },
  files: [{ file: 1, name: "a.pdf", size: 9, type: "application/pdf" }], signature: { file: 3, name: "s.png", size: 9, type: "image/png" }, json: { a: 1 },
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
    expect(SAMPLES).toHaveProperty(type);
    expect(kind.text(SAMPLES[type], field(type), { "x._label": "Grand Hotel" })).not.toBe("");
    for (const operator of kind.operators) expect(operator.formula("x", ["1", "2"])).toContain("x");
    expect(new Set(kind.operators.map((operator) => operator.name)).size).toBe(kind.operators.length);
  });

  it("is blank for blank", () => expect(KINDS[type]!.text(null, field(type), {})).toBe(""));
});

it("draws land that crosses the line of dates without a line across the map", () => {
  const rings = LAND.split("M").slice(1).map((ring) => ring.replace("Z", "").split("L").map((point) => point.split(" ").map(Number)));
  const steps = rings.flatMap((ring) => ring.slice(1).map(([lng, lat], at) => [Math.abs(lng! - ring[at]![0]!), lat!]));
  expect(rings.length).toBeGreaterThan(100);
  expect(steps.filter(([step, lat]) => step! > 180 && lat !== 90)).toEqual([]);
});

it("offers no order where the server has none", () => {
  const types = ["address", "choices", "date_range", "encrypted", "file", "files", "image", "json", "lines", "location", "rich_text", "signature"];
  expect(types.filter((type) => KINDS[type]!.sortable !== false)).toEqual([]);
});

it("shows what it doesn't know as it is", () => expect(kindOf(field("news")).text({ a: 1 }, field("news"), {})).toBe('{"a":1}'));

it("shows a worked out field as what it comes to", () => expect(kindOf({ ...field("query"), result: "money" })).toBe(KINDS.money));

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
    ["rating", "★★★", 3],
    ["rating", "6", undefined],
    ["progress", "45 %", "45"],
    ["progress", "145", undefined],
    ["time", "下午3:20", "15:20"],
    ["time", "9点", "09:00"],
    ["time", "12:15 am", "00:15"],
    ["time", "25:00", undefined],
    ["date_range", "2026/3/1 至 2026-03-09", { from: "2026-03-01", to: "2026-03-09" }],
    ["date_range", "2026-03-01 ~", { from: "2026-03-01", to: null }],
    ["date_range", "2026-03-09 ~ 2026-03-01", undefined],
    ["colour", "0E6", "#00ee66"],
    ["colour", "green", undefined],
    ["id_number", "110105 19491231 002x", "11010519491231002X"],
    ["id_number", "110105194912310021", undefined],
    ["location", "31.2304，121.4737", { lat: "31.2304", lng: "121.4737" }],
    ["location", "131, 121", undefined],
    ["json", '{"a": [1]}', { a: [1] }],
    ["json", "{a}", undefined],
    ["rich_text", "a < b\nc", "<p>a &lt; b</p><p>c</p>"],
  ])("%s %s", (type, text, expected) => expect(KINDS[type]!.read!(text, field(type))).toEqual(expected));
});

it("reads and shows durations", () => {
  expect(showDuration("P2DT3H")).toBe("2 d 3 h");
  expect(readDuration("2天3小时")).toBe("P2DT3H");
  expect(readDuration("36:30")).toBe("PT36H30M");
  expect(readDuration("later")).toBeNull();
});
