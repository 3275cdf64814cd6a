import { CalendarRange } from "lucide-react";
import { readDate, showDate } from "../../kit/time";
import { date } from "./date";
import type { EditorProps, FieldKind } from "./kind";
import { lately } from "./lately";
import { rangeOperators } from "./operators";

export interface Days {
  from: string | null;
  to: string | null;
}

export function sayDays(value: unknown): string {
  const { from, to } = (value as Days | null) ?? { from: null, to: null };
  return from || to ? `${from ? showDate(from) : ""} – ${to ? showDate(to) : ""}`.trim() : "";
}

/** “2026-03-01 ~ 2026-03-09”; a side left blank is open. */
function read(text: string): Days | null | undefined {
  if (!text.trim()) return null;
  const parts = text.trim().split(/\s*(?:~|～|–|—|至|到|\bto\b)\s*/);
  const [from, to] = parts.map((part) => (part ? (readDate(part) ?? undefined) : null));
  if (parts.length !== 2 || from === undefined || to === undefined || (!from && !to)) return undefined;
  return from && to && to < from ? undefined : { from: from ?? null, to: to ?? null };
}

export const dateRange: FieldKind = {
  icon: CalendarRange,
  Cell: ({ value, dense }) => (value ? <span className={dense ? "q-number" : undefined}>{sayDays(value)}</span> : null),
  Editor: lately<EditorProps>(() => import("./RangePicker")),
  FilterEditor: date.Editor,
  text: sayDays,
  read,
  literal: date.literal,
  operators: rangeOperators,
  width: 210,
  sortable: false,
  isGroup: true,
  ends: "at_once",
};
