import { canWrite, type Definitions, type Field } from "../definitions";

/** An import's mapping: input → formula over the file's columns. */
export interface Mapping {
  target: string;
  each?: Record<string, string>;
  lines?: Record<string, { each?: Record<string, string>; from?: string } & Record<string, unknown>>;
  group_by?: string[];
  key?: string[];
  /** Link (`customer`, `lines.product`) → how a record is made that it doesn't find. */
  make?: Record<string, Record<string, string>>;
  [other: string]: unknown;
}

export interface Report {
  total: number;
  good: number;
  bad: number;
  created: number;
  changed: number;
  left_out: number;
  /** Object → records that are made because rows name them. */
  made?: Record<string, number>;
  /** How many problems of each kind there are in the whole file. */
  kinds?: { code: string; field?: string; column?: string; text: string; count: number }[];
  problems: { row: number; text: string; code?: string; field?: string; column?: string; value?: string }[];
}

export interface ImportState {
  id: number;
  state: string;
  file_name?: string;
  mapping: Mapping;
  tables: Record<string, { columns: Record<string, string>; sample: Record<string, string>[]; rows: number }>;
  report: Report;
  progress?: { done?: number; total?: number; problem?: string } | null;
  can_undo?: boolean;
  /** What an undo left as it was: records that somebody has built on. */
  left?: { object: string; count: number; records: { id: number; label: string }[] }[];
}

/** Is the server still working on it? */
export const isUnderWay = ({ state }: ImportState): boolean => state === "checking" || state === "running" || isWished(state);
const isWished = (state: string): boolean => state === "cancelling" || state === "pausing";

export interface Target {
  name: string;
  plural: string;
  object: boolean;
  fields: Field[];
  lines: { field: Field; fields: Field[] }[];
}

/** An object or an operation that rows can be brought into. */
export function targetOf(definitions: Definitions, name: string): Target | undefined {
  const object = definitions.objects[name];
  const operation = definitions.operations[name];
  const inputs = object ? object.fields.filter((field) => canWrite(field, true)) : operation?.inputs;
  if (!inputs) return undefined;
  const lines = inputs
    .filter((field) => field.type === "lines")
    .map((field) => {
      const child = field.of ? definitions.objects[field.of] : undefined;
      const fields = field.inner ?? child?.fields.filter((inner) => canWrite(inner, true) && inner.name !== child.parent_field) ?? [];
      return { field, fields };
    });
  return {
    name,
    plural: object?.plural ?? operation?.label ?? name,
    object: Boolean(object),
    fields: inputs.filter((field) => field.type !== "lines" && field.type !== "group"),
    lines,
  };
}
