/** The lines of a Gantt chart: groups, records under their parents, and where each bar lies. */
import type { RecordAnswer } from "../definitions";
import { addMonths, dayOf, dayText, type Span, startOfMonth, startOfWeek } from "./days";
import { placed, type Placed, type When } from "./spans";

export interface GroupLine {
  kind: "group";
  key: string;
  label: string;
  count: number;
  span?: Span;
  isOpen: boolean;
}

export interface BarLine {
  kind: "bar";
  key: string;
  row: RecordAnswer;
  depth: number;
  hasChildren: boolean;
  isOpen: boolean;
  at?: Placed;
  /** From the first beginning to the last end below it. */
  below?: Span;
}

export type Line = GroupLine | BarLine;

interface Asked {
  when: When;
  parent: string;
  /** The group of a row, and what it is called. */
  groupOf?: (row: RecordAnswer) => { key: string; label: string };
  folded: ReadonlySet<string>;
}

export function linesOf(rows: RecordAnswer[], { when, parent, groupOf, folded }: Asked): Line[] {
  const known = new Map(rows.map((row) => [row.id, row]));
  const above = (row: RecordAnswer) => (parent ? known.get(row[parent] as number) : undefined);
  const roots = rows.filter((row) => !above(row) || isInLoop(row, above));
  const children = groupBy(
    rows.filter((row) => above(row)),
    (row) => row[parent] as number,
  );

  function under(row: RecordAnswer, depth: number, seen: ReadonlySet<number>): BarLine[] {
    const inner = (children.get(row.id) ?? []).filter((child) => !seen.has(child.id)).flatMap((child) => under(child, depth + 1, new Set([...seen, child.id])));
    const key = `row ${row.id}`;
    const isOpen = !folded.has(key);
    const line: BarLine = { kind: "bar", key, row, depth, hasChildren: inner.length > 0, isOpen, at: placed(row, when), below: whole(inner) };
    return [line, ...(isOpen ? inner : [])];
  }

  const trees = (of: RecordAnswer[]) => of.flatMap((row) => under(row, 0, new Set([row.id])));
  if (!groupOf) return trees(roots);
  const groups = groupBy(roots, (row) => groupOf(row).key);
  return [...groups].flatMap(([key, of]): Line[] => {
    const inner = trees(of);
    const isOpen = !folded.has(`group ${key}`);
    const head: GroupLine = { kind: "group", key: `group ${key}`, label: groupOf(of[0]!).label, count: of.length, span: whole(inner), isOpen };
    return [head, ...(isOpen ? inner : [])];
  });
}

function groupBy<T, K>(items: T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

function isInLoop(row: RecordAnswer, above: (row: RecordAnswer) => RecordAnswer | undefined): boolean {
  const seen = new Set<number>();
  for (let at = above(row); at && !seen.has(at.id); at = above(at)) {
    if (at.id === row.id) return true;
    seen.add(at.id);
  }
  return false;
}

function whole(lines: BarLine[]): Span | undefined {
  const spans = lines.flatMap(({ at, below }) => [at, below]).filter((span): span is Placed => span !== undefined);
  if (spans.length === 0) return undefined;
  return { from: Math.min(...spans.map(({ from }) => from)), to: Math.max(...spans.map(({ to }) => to)) };
}

/** Would it end up waiting for itself, or under itself? */
export function leadsBack(start: number, wanted: number, next: (id: number) => number | undefined): boolean {
  const seen = new Set<number>();
  for (let at: number | undefined = wanted; at !== undefined && !seen.has(at); at = next(at)) {
    if (at === start) return true;
    seen.add(at);
  }
  return false;
}

export const ROW = 36;
export const HEAD = 52;
export type Zoom = "day" | "week" | "month";
export const WIDTHS: Record<Zoom, number> = { day: 34, week: 13, month: 4.2 };

/** The days that are drawn: what there is and today, with room around, on whole months. */
export function rangeOf(lines: Line[], today: number): Span {
  const spans = lines.flatMap((line) => (line.kind === "bar" ? [line.at, line.below] : [line.span])).filter((span): span is Span => span !== undefined);
  const from = Math.min(today, ...spans.map((span) => span.from));
  const to = Math.max(today, ...spans.map((span) => span.to));
  return { from: startOfMonth(from - 14), to: addMonths(startOfMonth(to + 45), 1) - 1 };
}

export interface Tick {
  from: number;
  to: number;
}

/** The lower row of the head: days, weeks or months. The upper one is months, or years above months. */
export function ticksOf({ from, to }: Span, zoom: Zoom, firstWeekday: number): Tick[] {
  const next = { day: (at: number) => at + 1, week: (at: number) => startOfWeek(at, firstWeekday) + 7, month: (at: number) => addMonths(startOfMonth(at), 1) }[zoom];
  return cut({ from, to }, next);
}

export function upperTicks(range: Span, zoom: Zoom): Tick[] {
  return cut(range, zoom === "month" ? (at) => dayOf(`${Number(dayText(at).slice(0, 4)) + 1}-01-01`) : (at) => addMonths(startOfMonth(at), 1));
}

function cut({ from, to }: Span, next: (at: number) => number): Tick[] {
  const ticks: Tick[] = [];
  for (let at = from; at <= to; at = next(at)) ticks.push({ from: at, to: Math.min(to, next(at) - 1) });
  return ticks;
}

/** From the end of one bar to the beginning of the other: straight parts with round corners. */
export function arrowOf(x1: number, y1: number, x2: number, y2: number): string {
  const down = y2 >= y1 ? 1 : -1;
  const turn = 6;
  if (x2 - x1 >= 2 * turn + 4) {
    const at = x2 - turn - 6;
    return y1 === y2 ? `M${x1} ${y1}H${x2}` : `M${x1} ${y1}H${at - turn}q${turn} 0 ${turn} ${turn * down}V${y2 - turn * down}q0 ${turn * down} ${turn} ${turn * down}H${x2}`;
  }
  const between = y1 + ((y2 - y1) / 2);
  return `M${x1} ${y1}h6V${between}H${x2 - 10}V${y2}H${x2}`;
}
