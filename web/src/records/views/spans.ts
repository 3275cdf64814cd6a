/** When a record is: from one field (a day, a moment, or a range of days), or from two; and what to write to have it at another time. */
import { momentOf, wallText } from "../../kit/time";
import { canWrite, type Field, fieldOf, type ObjectInfo, type RecordAnswer, type Values } from "../definitions";
import { type Days, sayDays } from "../fields/dateRange";
import { dayOf, dayText, type Span } from "./days";

export interface When {
  start: Field;
  end?: Field;
}

export interface Placed {
  row: RecordAnswer;
  /** Days, both included. */
  from: number;
  to: number;
  /** A range of days that has no beginning, or no end; `from` and `to` are its one day. */
  open?: "from" | "to";
  /** The open range in words. */
  said?: string;
  /** Minutes of the day, where both ends are moments of one day. */
  minutes?: { from: number; to: number };
}

const HOUR = 60;

export function whenOf(object: ObjectInfo, start: string, end: string): When | undefined {
  const first = fieldOf(object, start);
  return first && { start: first, end: isRange(first) ? undefined : fieldOf(object, end) };
}

const isRange = (field: Field): boolean => field.type === "date_range";

export const canMove = (object: ObjectInfo, { start, end }: When): boolean =>
  Boolean(object.may.change) && !object.append_only && canWrite(start, false) && (!end || canWrite(end, false));
export const canResize = (object: ObjectInfo, { start, end = isRange(start) ? start : undefined }: When): boolean => Boolean(object.may.change && !object.append_only && end && canWrite(end, false));

/** The day of a value, on the company's calendar. */
const dayIn = (field: Field, value: unknown): number => dayOf(field.type === "moment" ? wallText(String(value)) : String(value));

function minuteIn(value: unknown): number {
  const [hour, minute] = wallText(String(value)).slice(11).split(":").map(Number);
  return (hour ?? 0) * HOUR + (minute ?? 0);
}

/** Undefined where it has no beginning; an end before the beginning counts as none. */
export function placed(row: RecordAnswer, { start, end }: When): Placed | undefined {
  const begins = row[start.name];
  if (isRange(start)) return rangePlaced(row, begins as Days | null);
  if (!begins) return undefined;
  const from = dayIn(start, begins);
  const ends = end && row[end.name];
  const to = ends ? Math.max(from, dayIn(end, ends)) : from;
  if (start.type !== "moment" || from !== to) return { row, from, to };
  const first = minuteIn(begins);
  const last = ends && end.type === "moment" ? minuteIn(ends) : first + HOUR;
  return { row, from, to, minutes: { from: first, to: Math.min(24 * HOUR, Math.max(last, first + 30)) } };
}

function rangePlaced(row: RecordAnswer, range: Days | null): Placed | undefined {
  const [first, last] = [range?.from ?? range?.to, range?.to ?? range?.from];
  if (!first || !last) return undefined;
  const days = { row, from: dayOf(first), to: dayOf(last) };
  return range?.from && range.to ? days : { ...days, open: range?.from ? "to" : "from", said: sayDays(range) };
}

/** As it is drawn between these days: what is open at one side reaches the edge. */
export function reaching<T extends Span & Pick<Placed, "open">>(span: T, first: number, last: number): T {
  if (!span.open) return span;
  return span.open === "from" ? { ...span, from: Math.min(span.to, first) } : { ...span, to: Math.max(span.from, last) };
}

/** The value `days` and `minutes` later; the time of the day stays on the company's clock. */
export function later(field: Field, value: unknown, days: number, minutes = 0): unknown {
  if (!value) return value ?? null;
  if (isRange(field)) return shifted(value as Days, days);
  if (field.type !== "moment") return dayText(dayOf(String(value)) + days);
  const wall = wallText(String(value));
  const moved = dayOf(wall) * 24 * HOUR + minuteIn(value) + days * 24 * HOUR + minutes;
  return momentAt(Math.floor(moved / (24 * HOUR)), ((moved % (24 * HOUR)) + 24 * HOUR) % (24 * HOUR));
}

/** What a record gets that begins there. */
export function valueAt(field: Field, day: number, minute: number): string {
  if (isRange(field)) return `${dayText(day)} ~ ${dayText(day)}`;
  return (field.type === "moment" && momentAt(day, minute)) || dayText(day);
}

export function momentAt(day: number, minute: number): string | null {
  return momentOf(`${dayText(day)} ${pad(Math.floor(minute / HOUR))}:${pad(minute % HOUR)}`);
}

/** Both ends together. */
export function moved(row: RecordAnswer, { start, end }: When, days: number, minutes = 0): Values {
  const both = [start, ...(end && row[end.name] ? [end] : [])];
  return Object.fromEntries(both.map((field) => [field.name, later(field, row[field.name], days, minutes)]));
}

/** The end alone, never before the beginning. */
export function stretched(row: RecordAnswer, { start, end }: When, days: number, minutes = 0): Values {
  const at = placed(row, { start, end });
  if (at && isRange(start)) return { [start.name]: { from: at.open === "from" ? null : dayText(at.from), to: dayText(Math.max(at.from, at.to + days)) } };
  if (!at || !end) return {};
  const value = row[end.name];
  if (minutes !== 0) {
    const next = later(end, value || row[start.name], days, minutes);
    return String(next) > String(row[start.name]) ? { [end.name]: next } : {};
  }
  const to = Math.max(at.from, at.to + days);
  if (end.type !== "moment") return { [end.name]: dayText(to) };
  return { [end.name]: value ? later(end, value, to - at.to) : momentAt(to, 17 * HOUR) };
}

/** The beginning alone, never behind the end. */
export function begun(row: RecordAnswer, { start, end }: When, days: number): Values {
  const at = placed(row, { start, end });
  if (!at) return {};
  if (isRange(start)) return { [start.name]: { from: dayText(Math.min(at.to, at.from + days)), to: at.open === "to" ? null : dayText(at.to) } };
  return { [start.name]: later(start, row[start.name], Math.min(at.to, at.from + days) - at.from) };
}

const shifted = ({ from, to }: Days, days: number): Days => ({ from: from && dayText(dayOf(from) + days), to: to && dayText(dayOf(to) + days) });

/** One working day. */
export function begunOn({ start, end }: When, day: number, withEnd: boolean): Values {
  if (isRange(start)) return { [start.name]: { from: dayText(day), to: dayText(day) } };
  return { [start.name]: valueAt(start, day, 9 * HOUR), ...(end && withEnd ? { [end.name]: valueAt(end, day, 17 * HOUR) } : {}) };
}

/** A day as a literal of the field's type. */
export function literalOf(field: Field, day: number): string {
  return field.type === "moment" ? `moment("${momentAt(day, 0)}")` : `date("${dayText(day)}")`;
}

/** What touches these days. */
export function touching({ start, end }: When, from: number, to: number): string {
  if (isRange(start)) return rangeTouching(start.name, literalOf(start, from), literalOf(start, to));
  const first = literalOf(start, from);
  const behind = literalOf(start, to + 1);
  const own = `${start.name} >= ${first} and ${start.name} < ${behind}`;
  return end ? `(${own}) or (${start.name} < ${behind} and ${end.name} >= ${literalOf(end, from)})` : own;
}

function rangeTouching(name: string, from: string, to: string): string {
  const [first, last] = [`first_day(${name})`, `last_day(${name})`];
  return `(${first} <= ${to} and ${last} >= ${from}) or (blank(${last}) and ${first} <= ${to}) or (blank(${first}) and ${last} >= ${from})`;
}

const pad = (value: number): string => String(value).padStart(2, "0");
