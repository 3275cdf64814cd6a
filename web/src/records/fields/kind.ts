/** What a field type is to the screen. One entry a type; grid, record page, form, filter bar and paste loop over it. */
import type { LucideIcon } from "lucide-react";
import type { ComponentType, ReactNode } from "react";
import type { Field, Values } from "../definitions";

export interface CellProps {
  value: unknown;
  field: Field;
  /** Flat answers of the record: `customer._label`, `currency._label`. */
  row: Values;
  /** Lists shorten, record pages show all. */
  dense?: boolean;
}

export interface EditorProps {
  value: unknown;
  field: Field;
  onChange: (value: unknown, label?: string) => void;
  id?: string;
  /** Label of the linked record(s), as known so far. */
  label?: string;
  row?: Values;
  invalid?: boolean;
  describedBy?: string;
  ariaLabel?: string;
  autoFocus?: boolean;
  compact?: boolean;
  placeholder?: string;
  /** Given up without a change. */
  onLeave?: () => void;
}

/** One way to compare in the filter bar; `takes` says what the person gives. */
export interface Operator {
  name: string;
  takes: "none" | "one" | "two" | "many" | "text" | "days";
  /** The condition as formula text; values are literals made by `literal`. */
  formula: (path: string, values: string[], field?: Field) => string;
}

export interface FieldKind {
  icon: LucideIcon;
  /** A grid draws the next record into the cell of one that left: what a cell remembers is keyed by `row.id`. */
  Cell: (props: CellProps) => ReactNode;
  Editor?: ComponentType<EditorProps>;
  /** Plain text of a value: for copying, titles of cells, conflict tables. */
  text: (value: unknown, field: Field, row: Values) => string;
  /** From what was typed or pasted to the JSON value; undefined when it can't be read. */
  read?: (text: string, field: Field) => unknown;
  /** A value as a formula literal. */
  literal: (value: string) => string;
  operators: Operator[];
  /** What the filter bar asks with, where the form's editor asks for more. */
  FilterEditor?: ComponentType<EditorProps>;
  width: number;
  align?: "right";
  sortable?: boolean;
  /** Takes the whole width of a form and of the record page. */
  isWide?: boolean;
  /** The editor has several inputs: its label names the group. */
  isGroup?: boolean;
  /** In a list the editor ends with the first choice, or in a dialog of its own; else with Enter or by leaving it. */
  ends?: "at_once" | "in_dialog";
}

export const isBlank = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** What every editor of one input says alike: which it is, what is asked of it and wrong with it, and how small it stands. */
export const inputOf = ({ field, id, invalid, ariaLabel, describedBy, autoFocus, placeholder, compact }: EditorProps) => ({
  id,
  autoFocus,
  placeholder,
  status: invalid ? ("error" as const) : undefined,
  size: compact ? ("small" as const) : undefined,
  variant: compact ? ("borderless" as const) : undefined,
  "aria-label": ariaLabel,
  "aria-required": field.required || undefined,
  "aria-invalid": invalid || undefined,
  "aria-describedby": describedBy,
});
