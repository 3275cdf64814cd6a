import { Plural } from "@lingui/react/macro";
import { Braces, Rows3 } from "lucide-react";
import type { FieldKind } from "./kind";

export const lines: FieldKind = {
  sortable: false,
  icon: Rows3,
  Cell: ({ value }) => {
    const rows = Array.isArray(value) ? value.length : 0;
    return rows ? <Plural value={rows} one="# line" other="# lines" /> : null;
  },
  text: (value) => (Array.isArray(value) ? String(value.length) : ""),
  literal: (value) => value,
  operators: [],
  width: 100,
};

/** Anything the screen has no better idea of. */
export const unknown: FieldKind = {
  sortable: false,
  icon: Braces,
  Cell: ({ value }) => (value === null || value === undefined ? null : <code>{typeof value === "string" ? value : JSON.stringify(value)}</code>),
  text: (value) => (value === null || value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value)),
  literal: (value) => value,
  operators: [],
  width: 160,
};
