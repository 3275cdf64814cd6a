/** Dates are plain days; moments travel in UTC and are shown in the company's time zone. */
import { language } from "./i18n";

let zone = "Asia/Shanghai";

export function setZone(name: string | undefined): void {
  if (!name) return;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    zone = name;
  } catch {
    // An unknown zone name keeps the last good one.
  }
}

/** The company's time zone. */
export const theZone = (): string => zone;

const tag = (): string => (language() === "zh" ? "zh-CN" : "en-GB");

export function showDate(text: string): string {
  const [year, month, day] = text.split("-").map(Number);
  if (!year || !month || !day) return text;
  if (language() === "zh") return `${year}-${pad(month)}-${pad(day)}`;
  return writer(tag(), { dateStyle: "medium", timeZone: "UTC" }).format(Date.UTC(year, month - 1, day));
}

const writers = new Map<string, Intl.DateTimeFormat>();

/** Making one costs a hundred times what writing with it does. */
function writer(locale: string, how: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(how);
  const known = writers.get(key) ?? new Intl.DateTimeFormat(locale, how);
  writers.set(key, known);
  return known;
}

export function showMoment(text: string): string {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return text;
  const wall = wallOf(at);
  const time = `${pad(wall.hour)}:${pad(wall.minute)}`;
  return `${showDate(`${wall.year}-${pad(wall.month)}-${pad(wall.day)}`)} ${time}`;
}

/** “5 minutes ago” up to a week, then the moment itself. */
export function showAgo(text: string, now: number = Date.now()): string {
  const seconds = (new Date(text).getTime() - now) / 1000;
  const words = new Intl.RelativeTimeFormat(tag(), { numeric: "auto" });
  const size = Math.abs(seconds);
  if (size < 60) return words.format(Math.round(seconds), "second");
  if (size < 3600) return words.format(Math.round(seconds / 60), "minute");
  if (size < 86_400) return words.format(Math.round(seconds / 3600), "hour");
  if (size < 7 * 86_400) return words.format(Math.round(seconds / 86_400), "day");
  return showMoment(text);
}

export interface Wall {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

/** The wall clock of the company's zone at a moment. */
export function wallOf(at: Date): Wall {
  const parts = writer("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(at);
  const number = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return {
    year: number("year"),
    month: number("month"),
    day: number("day"),
    hour: number("hour"),
    minute: number("minute"),
    second: number("second"),
  };
}

/** “2026-03-01 08:30” on the company's wall clock → ISO moment in UTC; null for a day or an hour that there is not. */
export function momentOf(wallText: string): string | null {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(wallText.trim());
  if (!match) return null;
  const [year, month, day, hour = 0, minute = 0, second = 0] = match.slice(1).map((part) => Number(part ?? 0)) as number[];
  if (!readDate(`${year}-${month}-${day}`) || hour > 23 || minute > 59 || second > 59) return null;
  const guess = Date.UTC(year!, month! - 1, day, hour, minute, second);
  let at = guess;
  for (let round = 0; round < 2; round += 1) {
    const wall = wallOf(new Date(at));
    at += guess - Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
  }
  return new Date(at).toISOString().replace(".000Z", "Z");
}

/** ISO moment → “2026-03-01 08:30” on the company's wall clock. */
export function wallText(moment: string): string {
  const wall = wallOf(new Date(moment));
  return `${wall.year}-${pad(wall.month)}-${pad(wall.day)} ${pad(wall.hour)}:${pad(wall.minute)}`;
}

export function todayText(now: Date = new Date()): string {
  const wall = wallOf(now);
  return `${wall.year}-${pad(wall.month)}-${pad(wall.day)}`;
}

/** What a person typed or pasted as a day: 2026-3-1, 2026/03/01, 2026.3.1, 2026年3月1日. */
export function readDate(text: string): string | null {
  const match = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text.normalize("NFKC").trim());
  if (!match) return null;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const at = new Date(Date.UTC(year, month - 1, day));
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) return null;
  return `${year}-${pad(month)}-${pad(day)}`;
}

const pad = (value: number): string => String(value).padStart(2, "0");
