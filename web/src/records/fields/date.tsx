import { Calendar, Clock } from "lucide-react";
import { lazy, Suspense } from "react";
import { momentOf, readDate, showDate, showMoment } from "../../kit/time";
import type { EditorProps, FieldKind } from "./kind";
import { dateOperators, momentOperators } from "./operators";

const Picker = lazy(() => import("./DatePicker"));

function DateEditor(props: EditorProps) {
  return (
    <Suspense fallback={<div className="q-input-bone" />}>
      <Picker {...props} />
    </Suspense>
  );
}

const day = (value: string): string => `date("${value}")`;

export const date: FieldKind = {
  icon: Calendar,
  Cell: ({ value }) => (value ? <span className="q-number">{showDate(String(value))}</span> : null),
  Editor: DateEditor,
  text: (value) => (value ? showDate(String(value)) : ""),
  read: (text) => (text.trim() ? (readDate(text) ?? undefined) : null),
  literal: day,
  operators: dateOperators,
  ends: "at_once",
  width: 125,
  sortable: true,
};

export const moment: FieldKind = {
  ...date,
  icon: Clock,
  Cell: ({ value }) => (value ? <span className="q-number">{showMoment(String(value))}</span> : null),
  text: (value) => (value ? showMoment(String(value)) : ""),
  read: (text) => (text.trim() ? (momentOf(text.trim().replaceAll("/", "-")) ?? undefined) : null),
  operators: momentOperators,
  ends: undefined,
  width: 165,
};
