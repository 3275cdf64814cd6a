/** Values of formulas in memory, and what can be done with them: exactly as the server's back ends do.
 *
 * Numbers are Decimal, dates `YYYY-MM-DD`, durations and moments have classes of their own, blank is null.
 * What has no answer is blank; what can't be told here throws `Unknown`. */
import { Decimal } from "../kit/decimal";

export class Unknown extends Error {}

/** A duration, in microseconds. */
export class Span {
  readonly micros: bigint;
  constructor(micros: bigint) {
    this.micros = micros;
  }
}

/** What `months()` and `years()` come to. */
export class Months {
  readonly count: number;
  constructor(count: number) {
    this.count = count;
  }
}

/** A point in time, in microseconds since 1970 in UTC. */
export class Moment {
  readonly micros: bigint;
  constructor(micros: bigint) {
    this.micros = micros;
  }
}

export interface Range {
  from: string | null;
  to: string | null;
}

export type Value = Decimal | Span | Months | Moment | Range | string | boolean | null | unknown[];

const UNITS = { days: 86_400_000_000n, hours: 3_600_000_000n, minutes: 60_000_000n };
export type Unit = keyof typeof UNITS;
const MOST_MICROS = 100_000n * UNITS.days;
const MOST_MONTHS = 48_000;
const FIRST_MOMENT = -62_135_510_400_000_000n;
const LAST_MOMENT = 253_402_128_000_000_000n;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

export const isDate = (value: unknown): value is string => typeof value === "string" && DATE.test(value);

// --- numbers

/** Truncated to 20 decimals, then rounded to 12, half away from zero. */
export function divide(one: Decimal, other: Decimal): Decimal | null {
  return other.isZero() ? null : one.dividedBy(other).toDecimalPlaces(20, Decimal.ROUND_DOWN).toDecimalPlaces(12);
}

export function roundTo(value: Decimal, places: Decimal): Decimal | null {
  const count = Number(places.toDecimalPlaces(0, Decimal.ROUND_DOWN).toFixed());
  if (Math.abs(count) > 20) return null;
  if (count >= 0) return value.toDecimalPlaces(count);
  const unit = new Decimal(10).pow(-count);
  return value.dividedBy(unit).toDecimalPlaces(0).times(unit);
}

export const plain = (value: Decimal): string => {
  const text = value.toFixed();
  const bare = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return bare === "-0" ? "0" : bare;
};

const PLAIN_NUMBER = /^(?:[+-]?(?:\d{1,30}|\d{1,3}(?:,\d{3}){1,9})(?:\.\d{0,20})?|[+-]?\.\d{1,20})$/;

export function numberOf(text: string): Decimal | null {
  const found = strip(text);
  return PLAIN_NUMBER.test(found) ? new Decimal(found.replaceAll(",", "").replace(/\.$/, "").replace(/^\+/, "")) : null;
}

const whole = (value: Decimal): number => Number(value.toDecimalPlaces(0, Decimal.ROUND_DOWN).toFixed());
const truncated = (value: Decimal, most: number): number | null => (Math.abs(whole(value)) <= most ? whole(value) : null);

// --- durations and days

export function spanOf(micros: Decimal): Span | null {
  const count = BigInt(micros.toDecimalPlaces(0).toFixed());
  return count <= MOST_MICROS && count >= -MOST_MICROS ? new Span(count) : null;
}

export const duration = (unit: Unit, count: Decimal): Span | null => spanOf(count.times(UNITS[unit].toString()));
export const inUnit = (unit: Unit, span: Span): Decimal | null => divide(microsOf(span), new Decimal(UNITS[unit].toString()));
export const microsOf = (span: Span): Decimal => new Decimal(span.micros.toString());
export const secondsOf = (span: Span): string => plain(microsOf(span).dividedBy(1_000_000));

export function monthsOf(size: number, count: Decimal): Months | null {
  const found = truncated(count, Math.floor(MOST_MONTHS / size));
  return found === null ? null : new Months(found * size);
}

const dayNumber = (date: string): number => Math.round(Date.parse(`${date}T00:00:00Z`) / 86_400_000);

function dateOf(days: number): string | null {
  const text = new Date(days * 86_400_000).toISOString();
  return /^\d{4}-/.test(text) && !text.startsWith("0000") ? text.slice(0, 10) : null;
}

const floorDays = (micros: bigint): number => Number(micros / UNITS.days - (micros < 0n && micros % UNITS.days !== 0n ? 1n : 0n));

export function datePlus(date: string, span: Span): string | null {
  return span.micros > MOST_MICROS || span.micros < -MOST_MICROS ? null : dateOf(dayNumber(date) + floorDays(span.micros));
}

export const isReal = (date: string): boolean => dateOf(dayNumber(date)) === date;

const partsOf = (date: string): [number, number, number] => date.split("-").map(Number) as [number, number, number];
const daysIn = (year: number, month: number): number => (month === 2 ? ((year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
const dateText = (year: number, month: number, day: number): string => `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;

/** The same day `count` months later, or the last of that month. */
export function datePlusMonths(date: string, count: number): string | null {
  const [year, month, day] = partsOf(date);
  const months = year * 12 + month - 1 + count;
  const to = Math.floor(months / 12);
  const at = (((months % 12) + 12) % 12) + 1;
  return to >= 1 && to <= 9999 ? dateText(to, at, Math.min(day, daysIn(to, at))) : null;
}

export const daysBetween = (one: string, other: string): Span => new Span(BigInt(dayNumber(one) - dayNumber(other)) * UNITS.days);

export function datePart(part: "year" | "month" | "day" | "weekday", date: string): Decimal {
  const [year, month, day] = partsOf(date);
  return new Decimal(part === "weekday" ? (((dayNumber(date) + 3) % 7) + 7) % 7 + 1 : { year, month, day }[part]);
}

export function startOf(unit: "week" | "month" | "year", date: string): string | null {
  const [year, month] = partsOf(date);
  if (unit === "week") return dateOf(dayNumber(date) - ((((dayNumber(date) + 3) % 7) + 7) % 7));
  return dateText(year, unit === "month" ? month : 1, 1);
}

export function endOfMonth(date: string): string {
  const [year, month] = partsOf(date);
  return dateText(year, month, daysIn(year, month));
}

export function makeDate(year: Decimal, month: Decimal, day: Decimal): string | null {
  const [years, months, days] = [truncated(year, 9999), truncated(month, MOST_MONTHS), truncated(day, 100_000)];
  if (years === null || years < 1 || months === null || days === null) return null;
  const first = datePlusMonths(dateText(years, 1, 1), months - 1);
  return first && dateOf(dayNumber(first) + days - 1);
}

export function overlaps(one: Range, other: Range): boolean {
  const ends = (from: string | null, to: string | null): boolean => from === null || to === null || from <= to;
  return ends(one.from, other.to) && ends(other.from, one.to);
}

// --- moments

export const momentPlus = (moment: Moment, span: Span): Moment | null => known(moment.micros + span.micros);
const known = (micros: bigint): Moment | null => (micros >= FIRST_MOMENT && micros <= LAST_MOMENT ? new Moment(micros) : null);

/** `2026-01-05T10:30:00.25Z`; without an offset nobody knows when it is. */
export function momentOf(text: string): Moment | undefined {
  const found = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(Z|[+-]\d{2}:\d{2})$/.exec(text);
  if (!found) return undefined;
  const [, date = "", hours, minutes, seconds = "0", fraction = "", zone = "Z"] = found;
  const offset = zone === "Z" ? 0 : (zone.startsWith("-") ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
  const at = BigInt(dayNumber(date)) * UNITS.days + BigInt((Number(hours) * 60 + Number(minutes) - offset) * 60 + Number(seconds)) * 1_000_000n;
  return new Moment(at + BigInt(fraction.padEnd(6, "0")));
}

export function showMoment(moment: Moment): string {
  const seconds = moment.micros / 1_000_000n - (moment.micros % 1_000_000n < 0n ? 1n : 0n);
  const rest = moment.micros - seconds * 1_000_000n;
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${text}${rest === 0n ? "" : `.${String(rest).padStart(6, "0").replace(/000$/, "")}`}Z`;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** The wall clock of a zone as [date, hour, minute, second]. */
export function wall(moment: Moment, zone: string): { date: string; hour: number; minute: number; second: number } {
  let clock = clocks.get(zone);
  if (!clock) clocks.set(zone, (clock = new Intl.DateTimeFormat("en-CA", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" })));
  const millis = Number(moment.micros / 1000n - (moment.micros % 1000n < 0n ? 1n : 0n));
  const parts = Object.fromEntries(clock.formatToParts(new Date(millis)).map(({ type, value }) => [type, Number(value)]));
  return { date: dateText(parts.year!, parts.month!, parts.day!), hour: parts.hour!, minute: parts.minute!, second: parts.second! };
}

/** The moment of midnight in a zone. */
export function startOfDay(date: string, zone: string): Moment | null {
  return inZone(BigInt(dayNumber(date)) * UNITS.days, zone);
}

/** The moment of a clock time. Of an hour that comes twice, or is skipped, the smaller offset counts. */
function inZone(local: bigint, zone: string): Moment | null {
  const offsets = [local - UNITS.days, local + UNITS.days].map((at) => offsetAt(new Moment(at), zone));
  const fitting = offsets.filter((offset) => offsetAt(new Moment(local - offset), zone) === offset);
  return known(local - (fitting.length > 0 ? fitting : offsets).reduce((least, offset) => (offset < least ? offset : least)));
}

export function momentPlusMonths(moment: Moment, count: number, zone: string): Moment | null {
  const local = moment.micros + offsetAt(moment, zone);
  const days = floorDays(local);
  const date = dateOf(days);
  const to = date && datePlusMonths(date, count);
  return to ? inZone(BigInt(dayNumber(to)) * UNITS.days + (local - BigInt(days) * UNITS.days), zone) : null;
}

function offsetAt(moment: Moment, zone: string): bigint {
  const { date, hour, minute, second } = wall(moment, zone);
  const local = BigInt(dayNumber(date)) * UNITS.days + BigInt((hour * 60 + minute) * 60 + second) * 1_000_000n;
  const floor = moment.micros - (((moment.micros % 1_000_000n) + 1_000_000n) % 1_000_000n);
  return local - floor;
}

const PARTS = /YYYY|MM|DD|HH|MI|SS|M|D/g;

/** `YYYY-MM-DD HH:MI` of a date, or of a moment by the wall clock of a zone. */
export function written(pattern: string, value: string | Moment, zone: string): string | null {
  const at = value instanceof Moment ? wall(value, zone) : { date: value, hour: 0, minute: 0, second: 0 };
  const [year = "", month = "", day = ""] = at.date.split("-");
  const two = (count: number): string => String(count).padStart(2, "0");
  const parts: Record<string, string> = { YYYY: year, MM: month, DD: day, M: String(Number(month)), D: String(Number(day)), HH: two(at.hour), MI: two(at.minute), SS: two(at.second) };
  return pattern.replace(PARTS, (part) => parts[part]!) || null;
}

/** A number with a fixed number of decimals. */
export function fixed(value: Decimal, places: Decimal): string {
  const rounded = roundTo(value, places);
  if (!rounded) throw new Unknown("text");
  return (rounded.isZero() ? new Decimal(0) : rounded).toFixed(Math.max(0, Number(places.toFixed())));
}

// --- texts

const SPACES = /^[ \t\n\r\f\v\u00a0\u3000]+|[ \t\n\r\f\v\u00a0\u3000]+$/g;
export const strip = (text: string): string => text.replace(SPACES, "");
const letters = (text: string): string[] => Array.from(text);
export const lengthOf = (text: string | null): Decimal => new Decimal(text ? letters(text).length : 0);
const TITLED = /[\u1f80-\u1fff\u0149\u01f0\u0390\u03b0\u0587\u1e96-\u1e9a\ufb00-\ufb17]/;

export const lower = (text: string): string => letters(text).map((letter) => oneLetter(letter, letter.toLowerCase(), letter === "İ" ? "i" : letter)).join("");

export function upper(text: string): string {
  if (TITLED.test(text)) throw new Unknown("letters with a title form");
  return letters(text).map((letter) => oneLetter(letter, letter.toUpperCase(), letter)).join("");
}

const oneLetter = (_: string, found: string, otherwise: string): string => (letters(found).length === 1 ? found : otherwise);

export function left(text: string, count: Decimal): string | null {
  const size = truncated(count, 1_000_000_000);
  return size === null ? null : letters(text).slice(0, size).join("") || null;
}

export function right(text: string, count: Decimal): string | null {
  const size = truncated(count, 1_000_000_000);
  return size ? letters(text).slice(-size).join("") || null : null;
}

export function middle(text: string, start: Decimal, count: Decimal): string | null {
  const [first, size] = [truncated(start, 1_000_000_000), truncated(count, 1_000_000_000)];
  if (first === null || size === null || first < 1 || size < 0) return null;
  return letters(text).slice(first - 1, first - 1 + size).join("") || null;
}

/** By code points, as everywhere. */
export function compareTexts(one: string, other: string): number {
  const [a, b] = [letters(one), letters(other)];
  const at = a.findIndex((letter, place) => letter !== b[place]);
  if (at < 0) return a.length - b.length;
  return at >= b.length ? 1 : a[at]!.codePointAt(0)! - b[at]!.codePointAt(0)!;
}
