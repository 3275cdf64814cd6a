/** Days as whole numbers since 1970: weeks, months, and where spans of days stand without covering each other. */
import { language } from "../../kit/i18n";

const DAY = 86_400_000;

export const dayOf = (text: string): number => Math.round(Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / DAY);
export const dayText = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);
/** 0 is Sunday. */
export const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;

interface Weeks {
  firstDay: number;
}

/** The day that a week begins with where the reader is; the browser's region counts when it speaks the screen's language. */
export function firstWeekday(): number {
  const own = typeof navigator === "undefined" ? "" : navigator.language;
  const tag = own.toLowerCase().startsWith(language()) ? own : language() === "zh" ? "zh-CN" : "en-GB";
  const locale = new Intl.Locale(tag) as Intl.Locale & { getWeekInfo?: () => Weeks; weekInfo?: Weeks };
  return (locale.getWeekInfo?.() ?? locale.weekInfo ?? { firstDay: 1 }).firstDay % 7;
}

export const startOfWeek = (day: number, first: number): number => day - ((weekdayOf(day) - first + 7) % 7);
export const week = (start: number): number[] => Array.from({ length: 7 }, (_, at) => start + at);

export function startOfMonth(day: number): number {
  return dayOf(`${dayText(day).slice(0, 7)}-01`);
}

/** The same day of another month, or its last. */
export function addMonths(day: number, months: number): number {
  const [year, month, date] = dayText(day).split("-").map(Number) as [number, number, number];
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return Math.round(Date.UTC(year, month - 1 + months, Math.min(date, last)) / DAY);
}

/** Whole weeks that hold a month. */
export function weeksOfMonth(day: number, first: number): number[][] {
  const from = startOfMonth(day);
  const to = addMonths(from, 1) - 1;
  const start = startOfWeek(from, first);
  return Array.from({ length: Math.ceil((to - start + 1) / 7) }, (_, at) => week(start + 7 * at));
}

export interface Span {
  from: number;
  to: number;
}

/** The first free lane for each span, the longer first among those that begin together; both ends count. */
export function lanesOf<T extends Span>(spans: T[]): Map<T, number> {
  const ends: number[] = [];
  const lanes = new Map<T, number>();
  for (const span of spans.toSorted((one, other) => one.from - other.from || other.to - one.to)) {
    const free = ends.findIndex((end) => end < span.from);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = span.to;
    lanes.set(span, lane);
  }
  return lanes;
}

/** Side by side where they overlap: column and number of columns of each; an end touches no beginning. */
export function columnsOf<T extends Span>(spans: T[]): Map<T, { column: number; of: number }> {
  const places = new Map<T, { column: number; of: number }>();
  let together: T[] = [];
  let end = Number.NEGATIVE_INFINITY;
  const settle = () => {
    const lanes = lanesOf(together.map((span) => ({ from: span.from, to: Math.max(span.from, span.to - 1), span })));
    const of = Math.max(0, ...lanes.values()) + 1;
    for (const [{ span }, column] of lanes) places.set(span, { column, of });
  };
  for (const span of spans.toSorted((one, other) => one.from - other.from || other.to - one.to)) {
    if (span.from >= end && together.length > 0) {
      settle();
      together = [];
    }
    together.push(span);
    end = Math.max(together.length === 1 ? span.to : end, span.to);
  }
  if (together.length > 0) settle();
  return places;
}

const tag = (): string => (language() === "zh" ? "zh-CN" : "en-GB");

export function sayDay(day: number, how: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(tag(), { ...how, timeZone: "UTC" }).format(day * DAY);
}

/** “3 – 9 March 2026”, as the language writes it. */
export function sayRange(from: number, to: number, how: Intl.DateTimeFormatOptions = { dateStyle: "medium" }): string {
  return new Intl.DateTimeFormat(tag(), { ...how, timeZone: "UTC" }).formatRange(from * DAY, to * DAY);
}
