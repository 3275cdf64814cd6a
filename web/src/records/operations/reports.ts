/** Reports: operations that answer rows of declared columns. Their inputs stand in the address. */
import type { Field, OperationInfo, ReportOffer, Values } from "../definitions";
import { kindOf } from "../fields/registry";

/** How a row is set: a heading has no figures, a total is bold, a part repeats some of the line above. */
export type RowKind = "heading" | "line" | "part" | "total" | "warning";

export interface Drill {
  operation: string;
  inputs: Values;
}

export interface Report {
  rows: Values[];
  /** Sums below the table, by column. */
  totals?: Record<string, string>;
  notice?: { tone: "good" | "warning" | "bad" | "info"; text: string };
}

export const kindOfRow = (row: Values): RowKind => (row._kind as RowKind | undefined) ?? "line";
export const isZero = (value: unknown): boolean => /^-?0(\.0+)?$/.test(String(value));

export const operationPath = (operation: string): string => `/do/${operation.replace(".", "/")}`;

/** What the address says of the inputs, else what they begin with. Ids of links are numbers. */
export function readInputs(inputs: Field[], address: URLSearchParams, start: Values): Values {
  const values: Values = { ...start };
  for (const input of inputs) {
    const told = address.get(input.name);
    if (told === null) continue;
    if (told === "") delete values[input.name];
    else values[input.name] = kindOf(input).ends === "at_once" && input.to ? Number(told) : told;
  }
  return values;
}

/** The address keeps what differs from the beginning; an emptied input is kept as empty. */
export function writeInputs(values: Values, start: Values): URLSearchParams {
  const address = new URLSearchParams();
  for (const name of new Set([...Object.keys(values), ...Object.keys(start)])) {
    const value = values[name] ?? "";
    if (value !== (start[name] ?? "")) address.set(name, String(value));
  }
  return address;
}

export function drillPath({ operation, inputs }: Drill): string {
  const given = Object.entries(inputs).map(([name, value]) => [name, String(value)]);
  return `${operationPath(operation)}?${new URLSearchParams(given)}`;
}

export interface Span {
  name: "this_month" | "last_month" | "this_quarter" | "this_year" | "last_year";
  from: string;
  to: string;
}

/** The periods that people ask for, around a day `2026-11-22`. */
export function spansAround(today: string): Span[] {
  const [year = 0, month = 0] = today.split("-").map(Number);
  const quarter = month - ((month - 1) % 3);
  return [
    { name: "this_month", ...span(year, month, 1) },
    { name: "last_month", ...span(year, month - 1, 1) },
    { name: "this_quarter", ...span(year, quarter, 3) },
    { name: "this_year", ...span(year, 1, 12) },
    { name: "last_year", ...span(year - 1, 1, 12) },
  ];
}

/** First and last day of `months` months; month 0 is December before. */
function span(year: number, month: number, months: number): { from: string; to: string } {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  return { from: day(Date.UTC(year, month - 1, 1)), to: day(Date.UTC(year, month - 1 + months, 0)) };
}

/** The inputs that a period sets: `from` and `to`, or the one day `on`, which is the period's last. */
export function spanInputs(operation: OperationInfo, { from, to }: Span): Values | null {
  const dates = new Set(operation.inputs.filter((input) => input.type === "date").map((input) => input.name));
  if (dates.has("from") && dates.has("to")) return { from, to };
  return dates.has("on") ? { on: to } : null;
}

/** For the whole report as it was asked; else for each group of rows that are one in what it takes. */
export const isOfWhole = (report: OperationInfo, offer: ReportOffer): boolean =>
  Object.values(offer.takes).every((source) => report.inputs.some((input) => input.name === source));

export const isOfRows = (report: OperationInfo, offer: ReportOffer): boolean =>
  Object.values(offer.takes).length > 0 && Object.values(offer.takes).every((source) => report.columns?.some((column) => column.name === source));

/** What the operation is given of a row, or of the report's inputs; blank ones are left out. */
export function givenTo({ takes }: ReportOffer, from: Values): Values {
  const given = Object.entries(takes).map(([input, source]) => [input, from[source]] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined && value !== null && value !== ""));
}

/** Rows in their order, those together that follow one another and are one in these columns. */
export function groupRows(rows: Values[], names: string[]): Values[][] {
  const groups: Values[][] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last && names.every((name) => last[0]![name] === row[name])) last.push(row);
    else groups.push([row]);
  }
  return groups;
}

/** The record that a row is about, where it names one. */
export interface DocumentLink {
  label: string;
  object?: string;
  id?: number;
}

export const isAmount = (column: Field): boolean => column.type === "money" || column.type === "number" || column.type === "percent";
