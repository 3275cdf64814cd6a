/** What a form holds while it is filled: only what the person changed travels. */
import { useState } from "react";
import { canWrite, type Definitions, type Field, type ObjectInfo, type RecordAnswer, SYSTEM_FIELDS, type Values } from "../records/definitions";
import { evaluate } from "../rules/formula";
import { freshRow, linesBody, linesShape, type LinesShape } from "./lines";

export interface Draft {
  values: Values;
  labels: Record<string, string>;
  touched: ReadonlySet<string>;
  set: (name: string, value: unknown, label?: string) => void;
  isTouched: boolean;
}

export function useDraft(start: Values, startLabels: Record<string, string> = {}): Draft {
  const [values, setValues] = useState(start);
  const [labels, setLabels] = useState(startLabels);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());

  function set(name: string, value: unknown, label?: string): void {
    setValues((now) => ({ ...now, [name]: value === "" ? null : value }));
    setTouched((now) => new Set(now).add(name));
    if (label !== undefined) setLabels((now) => ({ ...now, [name]: label }));
  }

  return { values, labels, touched, set, isTouched: touched.size > 0 };
}

export const formFields = (object: ObjectInfo, isNew: boolean): Field[] =>
  object.fields.filter((field) => canWrite(field, isNew) && !field.hidden && !SYSTEM_FIELDS.has(field.name) && field.type !== "json");

export function shapesOf(definitions: Definitions, object: ObjectInfo, isNew: boolean): Record<string, LinesShape> {
  const lines = object.fields.filter((field) => field.type === "lines" && field.may_change !== false && !field.read_only);
  return Object.fromEntries(lines.map((field) => [field.name, linesShape(definitions, field, isNew)]));
}

export interface Start {
  values: Values;
  labels: Record<string, string>;
}

/** A new record begins with the defaults that can be told here, one blank line, and what the address brings. */
export function startOfNew(definitions: Definitions, object: ObjectInfo, given: Start, me: { user: number; name: string }): Start {
  const values: Values = {};
  const labels: Record<string, string> = {};
  const read = (path: string[]) => (path.length === 1 ? values[path[0] ?? ""] : undefined);
  for (const field of formFields(object, true)) {
    if (field.type === "lines") values[field.name] = [freshRow()];
    else if (field.default === "me" && field.type === "link") {
      values[field.name] = me.user;
      labels[field.name] = me.name;
    } else if (field.default && field.type !== "link") {
      const value = evaluate(field.default, { read, fields: (name) => values[name] });
      if (value !== undefined && value !== null) values[field.name] = value;
    }
  }
  for (const [name, shape] of Object.entries(shapesOf(definitions, object, true))) if (shape.columns.length === 0) delete values[name];
  return { values: { ...values, ...given.values }, labels: { ...labels, ...given.labels } };
}

/** Creation says what was touched or given; untouched defaults are the server's to fill in. */
export function createBody(definitions: Definitions, object: ObjectInfo, draft: Draft, given: Values): Values {
  const shapes = shapesOf(definitions, object, true);
  const body: Values = { ...given };
  for (const name of draft.touched) body[name] = draft.values[name];
  for (const [name, shape] of Object.entries(shapes)) {
    const rows = linesBody(shape, (draft.values[name] as Values[] | undefined) ?? []);
    if (rows.length > 0) body[name] = rows;
    else delete body[name];
  }
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined && value !== null));
}

export function changeBody(definitions: Definitions, object: ObjectInfo, draft: Draft, record: RecordAnswer): Values {
  const shapes = shapesOf(definitions, object, false);
  const body: Values = { version: record.version };
  for (const name of draft.touched) {
    const shape = shapes[name];
    body[name] = shape ? linesBody(shape, (draft.values[name] as Values[] | undefined) ?? []) : (draft.values[name] ?? null);
  }
  return body;
}

/** Inputs of an operation that stands alone: their defaults, and one blank line where lines must be given. */
export function startOfInputs(inputs: Field[], me: { user: number; name: string }): Start {
  const start: Start = { values: {}, labels: {} };
  for (const input of inputs) {
    if (input.inner && input.required) start.values[input.name] = [freshRow()];
    else if (input.default === "me" && input.type === "link") {
      start.values[input.name] = me.user;
      start.labels[input.name] = me.name;
    } else if (input.default) {
      const value = evaluate(input.default, { read: () => undefined });
      if (value !== undefined && value !== null) start.values[input.name] = value;
    }
  }
  return start;
}
