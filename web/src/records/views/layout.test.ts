import { describe, expect, it } from "vitest";
import type { Field, ObjectInfo, RecordAnswer } from "../definitions";
import { distance } from "./calendarMoves";
import { clustersOf, fitting as sightOf, toDegrees, toPixels, zoomed } from "./clusters";
import { colouredBy, groundClass, tonesOf } from "./colours";
import { addMonths, columnsOf, dayOf, dayText, lanesOf, startOfWeek, weeksOfMonth } from "./days";
import { type BarLine, leadsBack, linesOf, rangeOf, ticksOf } from "./ganttLines";
import { kindsOf, shapeOf } from "./shape";
import { begun, moved, placed, reaching, stretched, touching } from "./spans";
import { periodOf } from "./totals";

const field = (name: string, type: string, more: Partial<Field> = {}): Field => ({ name, type, label: name, ...more });
const when = { start: field("starts_on", "date"), end: field("ends_on", "date") };
const task = (id: number, from: string | null, to: string | null, more: object = {}): RecordAnswer => ({ id, starts_on: from, ends_on: to, ...more });

describe("weeks and months", () => {
  it("a month is whole weeks, from the weekday that the reader's weeks begin with", () => {
    const monday = weeksOfMonth(dayOf("2026-11-22"), 1);
    expect([dayText(monday[0]![0]!), dayText(monday.at(-1)!.at(-1)!), monday.length]).toEqual(["2026-10-26", "2026-12-06", 6]);
    const sunday = weeksOfMonth(dayOf("2026-11-22"), 0);
    expect([dayText(sunday[0]![0]!), sunday.length]).toEqual(["2026-11-01", 5]);
    expect(dayText(startOfWeek(dayOf("2026-11-22"), 1))).toBe("2026-11-16");
  });
  it("a month later is the last day where there is no such day", () => {
    expect(dayText(addMonths(dayOf("2028-01-31"), 1))).toBe("2028-02-29");
    expect(dayText(addMonths(dayOf("2026-01-15"), -1))).toBe("2025-12-15");
  });
  it.each([
    ["month", "2026-11-01"],
    ["quarter", "2026-10-01"],
    ["year", "2026-01-01"],
    ["day", "2026-11-22"],
  ] as const)("by %s", (unit, first) => expect(periodOf("2026-11-22", unit)).toBe(first));
});

describe("spans that share a place", () => {
  it("take lanes of their own, and a lane again once it is free", () => {
    const spans = [{ from: 1, to: 3 }, { from: 2, to: 2 }, { from: 4, to: 5 }, { from: 1, to: 9 }];
    const lanes = lanesOf(spans);
    expect(spans.map((span) => lanes.get(span))).toEqual([1, 2, 1, 0]);
  });
  it("stand side by side in the hours that they share, and alone in others", () => {
    const spans = [{ from: 540, to: 600 }, { from: 570, to: 660 }, { from: 660, to: 700 }];
    const places = columnsOf(spans);
    expect([...places.values()]).toEqual([{ column: 0, of: 2 }, { column: 1, of: 2 }, { column: 0, of: 1 }]);
  });
});

describe("moving in time", () => {
  const row = task(1, "2026-11-20", "2026-11-22");
  it("moves both ends, stretches one, and never turns around", () => {
    expect(moved(row, when, 7)).toEqual({ starts_on: "2026-11-27", ends_on: "2026-11-29" });
    expect(stretched(row, when, -9)).toEqual({ ends_on: "2026-11-20" });
    expect(begun(row, when, 9)).toEqual({ starts_on: "2026-11-22" });
  });
  it("keeps the time of the day on the company's clock", () => {
    const met = { start: field("at", "moment"), end: field("until", "moment") };
    const meeting = { id: 1, at: "2026-11-20T01:00:00Z", until: "2026-11-20T02:30:00Z" };
    expect(placed(meeting, met)?.minutes).toEqual({ from: 9 * 60, to: 10 * 60 + 30 });
    expect(moved(meeting, met, 1, 30)).toEqual({ at: "2026-11-21T01:30:00Z", until: "2026-11-21T03:00:00Z" });
    expect(stretched(meeting, met, 0, -120)).toEqual({});
  });
  it("counts days, and minutes only between places that have them", () => {
    expect(distance("2026-11-20 540", "2026-11-21 600")).toEqual({ days: 1, minutes: 60 });
    expect(distance("2026-11-20", "2026-11-18 30")).toEqual({ days: -2, minutes: 0 });
  });
  it("asks for what touches the days that are seen", () => {
    expect(touching({ start: when.start }, dayOf("2026-11-01"), dayOf("2026-11-30"))).toBe('starts_on >= date("2026-11-01") and starts_on < date("2026-12-01")');
  });
});

describe("a Gantt chart", () => {
  const rows = [task(1, "2026-11-01", "2026-11-20"), task(2, "2026-11-02", "2026-11-05", { under: 1 }), task(3, null, null, { under: 1 }), task(4, "2026-12-01", null, { under: 4 })];
  const asked = { when, parent: "under", folded: new Set<string>() };
  it("draws parts under their whole, folds them, and survives a record under itself", () => {
    const bars = linesOf(rows, asked) as BarLine[];
    expect(bars.map(({ row, depth }) => [row.id, depth])).toEqual([[1, 0], [2, 1], [3, 1], [4, 0]]);
    expect(linesOf(rows, { ...asked, folded: new Set(["row 1"]) }).map(({ key }) => key)).toEqual(["row 1", "row 4"]);
  });
  it("groups, counts, and sums up from first to last", () => {
    const [head] = linesOf(rows, { ...asked, groupOf: () => ({ key: "7", label: "Crane" }) });
    expect(head).toMatchObject({ kind: "group", label: "Crane", count: 2, span: { from: dayOf("2026-11-01"), to: dayOf("2026-12-01") } });
  });
  it("reaches over whole months around all bars and today", () => {
    const range = rangeOf(linesOf(rows, asked), dayOf("2026-11-22"));
    expect([dayText(range.from), dayText(range.to)]).toEqual(["2026-10-01", "2027-01-31"]);
    expect(ticksOf(range, "month", 1)).toHaveLength(4);
  });
  it("knows who would wait for itself", () => {
    const waits = new Map([[3, 2], [2, 1]]);
    expect(leadsBack(1, 3, (id) => waits.get(id))).toBe(true);
    expect(leadsBack(3, 1, (id) => waits.get(id))).toBe(false);
  });
});

describe("coloured by a field", () => {
  const object = { name: "lab.visit", fields: [field("state", "choice", { choices: [{ name: "late", label: "Late", tone: "bad" }, { name: "plain", label: "Plain" }] as never }), field("paint", "colour")] } as unknown as ObjectInfo;
  const visit = { id: 1, state: "late", paint: "#abc" };
  const ground = (by: string, row: RecordAnswer, tones = { fields: {} }) => groundClass(colouredBy(object, by, row, tones)).trim();
  it("takes the tone of a choice, and the value of a colour", () => {
    expect(ground("state", visit)).toBe("q-toned q-toned-bad");
    expect(colouredBy(object, "paint", visit, { fields: {} }).paint).toEqual({ "--q-paint": "#aabbcc" });
    expect(ground("paint", visit)).toBe("q-painted");
  });
  it("is the last word: conditions come first, and nothing has no colour", () => {
    expect(ground("paint", visit, { row: "good", fields: {} } as never)).toBe("q-toned q-toned-good");
    expect(["plain", null].map((state) => ground("state", { ...visit, state }))).toEqual(["", ""]);
    expect(["url(x)", null].map((paint) => ground("paint", { ...visit, paint }))).toEqual(["", ""]);
    expect(ground("gone", visit)).toBe("");
  });
});

describe("a map", () => {
  const size = { width: 800, height: 400 };
  const points = [{ lat: 31.23, lng: 121.47, of: 1 }, { lat: 31.24, lng: 121.48, of: 2 }, { lat: 39.9, lng: 116.4, of: 3 }];
  it("fits all points, and makes one mark of those that are close", () => {
    const sight = sightOf(points, size);
    for (const point of points) {
      const [x, y] = toPixels(sight, size, point);
      expect(x > 0 && x < 800 && y > 0 && y < 400).toBe(true);
    }
    expect(clustersOf(points, sight, size).map((cluster) => cluster.points.length).sort()).toEqual([1, 2]);
  });
  it("comes closer about the point under the pointer", () => {
    const sight = sightOf(points, size);
    const before = toDegrees(sight, size, 100, 100);
    const after = toDegrees(zoomed(sight, size, 2, 100, 100), size, 100, 100);
    expect(after.lat).toBeCloseTo(before.lat, 6);
    expect(Math.abs(after.lng - before.lng)).toBeLessThan(1);
  });
});

it("the first colour that holds is the one that shows, of the record and of each field", () => {
  const colours = [{ when: "a", tone: "bad" as const }, { when: "b", tone: "good" as const }, { when: "b", tone: "info" as const, field: "total" }];
  expect(tonesOf(colours, () => true)).toEqual({ row: "bad", fields: { total: "info" } });
  expect(tonesOf(colours, ({ when: text }) => text === "b")).toEqual({ row: "good", fields: { total: "info" } });
});

it("fields suggest how records can be shown; the address has the last word", () => {
  const fields = [field("name", "text"), field("state", "choice"), field("starts_on", "date"), field("ends_on", "date"), field("above", "link", { to: "a.task" })];
  const object = { name: "a.task", fields } as unknown as ObjectInfo;
  expect(kindsOf(object)).toEqual(["list", "board", "calendar", "gantt", "tree"]);
  const gantt = (text: string) => shapeOf(object, "gantt", undefined, new URLSearchParams(text));
  expect(gantt("")).toMatchObject({ start: "starts_on", end: "ends_on", parent: "above", depends: "" });
  expect(gantt("parent=-&start=name")).toMatchObject({ start: "starts_on", parent: "" });
});

const range = { start: { name: "stay", label: "Stay", type: "date_range" } };
const stay = (from: string | null, to: string | null): RecordAnswer => ({ id: 1, stay: from || to ? { from, to } : null });

it("a range of days is a bar over all of them; open at one side it reaches the edge of what is drawn", () => {
  expect(placed(stay("2026-11-22", "2026-11-25"), range)).toMatchObject({ from: dayOf("2026-11-22"), to: dayOf("2026-11-25") });
  expect(placed(stay(null, "2026-11-25"), range)).toMatchObject({ from: dayOf("2026-11-25"), to: dayOf("2026-11-25") });
  expect(reaching(placed(stay(null, "2026-11-25"), range)!, 5, 90_000)).toMatchObject({ from: 5, to: dayOf("2026-11-25") });
  expect(reaching(placed(stay("2026-11-22", null), range)!, 5, 90_000)).toMatchObject({ from: dayOf("2026-11-22"), to: 90_000 });
  expect(stretched(stay(null, "2026-11-25"), range, 1)).toEqual({ stay: { from: null, to: "2026-11-26" } });
  expect(begun(stay("2026-11-22", null), range, -1)).toEqual({ stay: { from: "2026-11-21", to: null } });
  expect(placed(stay(null, null), range)).toBeUndefined();
});

it("a range moves with both ends, is stretched at its end, and never turns round", () => {
  const row = stay("2026-11-22", "2026-11-25");
  expect(moved(row, range, 3)).toEqual({ stay: { from: "2026-11-25", to: "2026-11-28" } });
  expect(stretched(row, range, -9)).toEqual({ stay: { from: "2026-11-22", to: "2026-11-22" } });
  expect(begun(row, range, 9)).toEqual({ stay: { from: "2026-11-25", to: "2026-11-25" } });
  expect(moved(stay("2026-11-22", null), range, 1)).toEqual({ stay: { from: "2026-11-23", to: null } });
});
