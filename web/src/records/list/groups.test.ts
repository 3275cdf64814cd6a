import { expect, test } from "vitest";
import type { Field, RecordAnswer } from "../definitions";
import { keyOf } from "../views/totals";
import { besides, type GroupShown, linesOf } from "./groups";

const field = (type: string): Field => ({ name: "by", label: "By", type });
const rows: RecordAnswer[] = [
  { id: 1, by: "b" },
  { id: 2, by: "b" },
  { id: 3, by: "d" },
];
const grouped = (folded: string[], isWhole = true): GroupShown => ({
  column: { path: "by", field: field("choice") },
  unit: "",
  figures: ["a", "b", "c", "d", null].map((value) => ({ value, label: "", count: 1, totals: {} })),
  folded: new Set(folded),
  onFold: () => undefined,
  isWhole,
});
const told = (group: GroupShown) => linesOf(rows, group).map((line) => (line.kind === "row" ? line.row.id : `(${line.key})`));

test("a folded group keeps its head at its place, without its rows", () => {
  expect(told(grouped([]))).toEqual(["(b)", 1, 2, "(d)", 3]);
  expect(told(grouped(["a", "c", ""]))).toEqual(["(a)", "(b)", 1, 2, "(c)", "(d)", 3, "()"]);
  expect(told(grouped(["b"]))).toEqual(["(b)", "(d)", 3]);
});

test("what comes behind the rows that are known waits for them", () => {
  expect(told(grouped(["a", ""], false))).toEqual(["(a)", "(b)", 1, 2, "(d)", 3]);
});

test("without rows the heads stand in the list's order", () => {
  const group = grouped(["a", "d"]);
  expect(linesOf([], group).map((line) => line.kind === "group" && line.key)).toEqual(["a", "d"]);
  expect(linesOf([], { ...group, figures: group.figures.toReversed() }).map((line) => line.kind === "group" && line.key)).toEqual(group.figures.map(keyOf).toReversed().filter((key) => "ad".includes(key) && key));
});

test("rows of folded groups aren't asked for", () => {
  expect(besides(field("choice"), "", [])).toBe("");
  expect(besides(field("choice"), "", ["open", ""])).toBe('(by != "open") and (not blank(by))');
  expect(besides({ ...field("link"), to: "base.party" }, "", ["7"])).toBe("by != 7");
  expect(besides(field("boolean"), "", ["true"])).toBe("by != true");
  expect(besides(field("date"), "", ["2026-11-22"])).toBe('not (by >= date("2026-11-22") and by < date("2026-11-23"))');
  expect(besides(field("date"), "quarter", ["2026-10-01"])).toBe('not (by >= date("2026-10-01") and by < date("2027-01-01"))');
});
