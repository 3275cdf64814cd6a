import { Clock4 } from "lucide-react";
import type { EditorProps, FieldKind } from "./kind";
import { lately } from "./lately";
import { quote, timeOperators } from "./operators";

/** “9:05”, “０９：０５”, “930”, “下午3:20”, “3:20 pm” or “15点20分” → `HH:MM`. */
export function readTime(text: string): string | undefined {
  const plain = text.normalize("NFKC").trim().toLowerCase();
  const match = /^(上午|下午)?\s*(\d{1,2})(?:[:点时.]?(\d{2})分?|[点时])?(?::00)?\s*(am|pm)?$/.exec(plain);
  if (!match) return undefined;
  const isLate = match[1] === "下午" || match[4] === "pm";
  const isEarly = match[1] === "上午" || match[4] === "am";
  const [hour, minute] = [isLate || isEarly ? Number(match[2]) % 12 : Number(match[2]), Number(match[3] ?? 0)];
  const full = hour + (isLate ? 12 : 0);
  return full < 24 && minute < 60 ? `${String(full).padStart(2, "0")}:${String(minute).padStart(2, "0")}` : undefined;
}

export const time: FieldKind = {
  icon: Clock4,
  Cell: ({ value }) => (value ? <span className="q-number">{String(value)}</span> : null),
  Editor: lately<EditorProps>(() => import("./TimePicker")),
  text: (value) => String(value ?? ""),
  read: (text) => (text.trim() ? readTime(text) : null),
  literal: quote,
  operators: timeOperators,
  width: 90,
  sortable: true,
  ends: "at_once",
};
