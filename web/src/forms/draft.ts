/** What a form holds while it is filled: only what the person changed travels. */
import { useState } from "react";
import { theZone } from "../kit/time";
import { useKnown } from "../records/context";
import { canWrite, type Definitions, type Field, isLink, type ObjectInfo, type RecordAnswer, SYSTEM_FIELDS, type Values } from "../records/definitions";
import { evaluate, lift, type Read } from "../rules/formula";
import { readCompany } from "./preview";
import { useMe } from "../shell/session";
import { freshRow, linesBody, mergeLines, linesShape, type LinesShape } from "./lines";

export interface Draft {
  values: Values;
  labels: Record<string, string>;
  touched: ReadonlySet<string>;
  set: (name: string, value: unknown, label?: string) => void;
  isTouched: boolean;
  /** A new record in steps is saved at the last of them. */
  hasStepsLeft: boolean;
  setStepsLeft: (are: boolean) => void;
  /** Takes newer values where the person changed nothing since `before`, in lines by row and cell. */
  rebase: (before: Values, record: Values, labels: Record<string, string>) => void;
  /** Takes up what was typed before. */
  restore: (typed: Values, labels: Record<string, string>) => void;
}

export function useDraft(start: Values, startLabels: Record<string, string> = {}): Draft {
  const [values, setValues] = useState(start);
  const [labels, setLabels] = useState(startLabels);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [hasStepsLeft, setStepsLeft] = useState(false);

  function set(name: string, value: unknown, label?: string): void {
    setValues((now) => ({ ...now, [name]: value === "" ? null : value }));
    setTouched((now) => new Set(now).add(name));
    if (label !== undefined) setLabels((now) => ({ ...now, [name]: label }));
  }

  function rebase(before: Values, record: Values, fresh: Record<string, string>): void {
    const merged = (name: string, mine: unknown, theirs: unknown) => (touched.has(name) ? upon(before[name], mine, theirs) : theirs);
    setValues((now) => ({ ...now, ...Object.fromEntries(Object.entries(record).map(([name, theirs]) => [name, merged(name, now[name], theirs)])) }));
    setLabels((now) => ({ ...fresh, ...Object.fromEntries(Object.entries(now).filter(([name]) => touched.has(name))) }));
  }

  function restore(typed: Values, known: Record<string, string>): void {
    setValues((now) => ({ ...now, ...typed }));
    setLabels((now) => ({ ...now, ...known }));
    setTouched((now) => new Set([...now, ...Object.keys(typed)]));
  }

  return { values, labels, touched, set, isTouched: touched.size > 0, hasStepsLeft, setStepsLeft, rebase, restore };
}

const isRow = (each: unknown): boolean => typeof each === "object" && each !== null && ("id" in each || "_key" in each);
const areLines = (mine: unknown, theirs: unknown): boolean => Array.isArray(mine) && Array.isArray(theirs) && [...mine, ...theirs].some(isRow);
const upon = (before: unknown, mine: unknown, theirs: unknown): unknown => (areLines(mine, theirs) ? mergeLines((before ?? []) as Values[], mine as Values[], theirs as Values[]) : mine);

export const formFields = (object: ObjectInfo, isNew: boolean): Field[] =>
  object.fields.filter((field) => canWrite(field, isNew) && !field.hidden && !SYSTEM_FIELDS.has(field.name));

export function shapesOf(definitions: Definitions, object: ObjectInfo, isNew: boolean): Record<string, LinesShape> {
  const lines = object.fields.filter((field) => field.type === "lines" && field.may_change !== false && !field.read_only);
  return Object.fromEntries(lines.map((field) => [field.name, linesShape(definitions, field, isNew)]));
}

export interface Start {
  values: Values;
  labels: Record<string, string>;
}

/** Who fills the form, and for which company. */
interface Self {
  user: number;
  name: string;
  company: Values | undefined;
  definitions: Definitions;
}

export function useSelf(): Self {
  const { user, name } = useMe();
  return { user, name, ...useKnown() };
}

function readOwn(fields: Field[], values: Values, me: Self): Read {
  return (path) => {
    if (path[0] === "company") return readCompany(me, path.slice(1));
    const field = path.length === 1 ? fields.find((each) => each.name === path[0]) : undefined;
    return field && lift(values[field.name], field.type);
  };
}

/** A new record begins with the defaults that can be told here, one blank line, and what the address brings. */
export function startOfNew(definitions: Definitions, object: ObjectInfo, given: Start, me: Self): Start {
  const values: Values = {};
  const labels: Record<string, string> = {};
  const read = readOwn(object.fields, values, me);
  for (const field of formFields(object, true)) {
    if (field.type === "lines") values[field.name] = [freshRow()];
    else if (field.default === "me" && isLink(field)) {
      values[field.name] = me.user;
      labels[field.name] = me.name;
    } else if (field.default) {
      const value = evaluate(field.default, { read, timezone: theZone() });
      if (value === undefined || value === null) continue;
      values[field.name] = isLink(field) ? Number(value) : value;
      const label = isLink(field) && me.company?.[`${field.default.replace(/^company\./, "")}._label`];
      if (label) labels[field.name] = String(label);
    }
  }
  for (const [name, shape] of Object.entries(shapesOf(definitions, object, true))) if (shape.columns.length === 0) delete values[name];
  return { values: { ...values, ...given.values }, labels: { ...labels, ...given.labels } };
}

/** Creation says what was touched or given, a default that was taken away as blank; untouched defaults are the server's to fill in. */
export function createBody(definitions: Definitions, object: ObjectInfo, draft: Draft, given: Values): Values {
  const shapes = shapesOf(definitions, object, true);
  const fallsBack = new Set(object.fields.filter((field) => field.default).map((field) => field.name));
  const body: Values = { ...given };
  for (const name of draft.touched) body[name] = draft.values[name];
  for (const [name, shape] of Object.entries(shapes)) {
    const rows = linesBody(shape, (draft.values[name] as Values[] | undefined) ?? []);
    if (rows.length > 0) body[name] = rows;
    else delete body[name];
  }
  return Object.fromEntries(Object.entries(body).filter(([name, value]) => value !== undefined && (value !== null || fallsBack.has(name))));
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
export function startOfInputs(inputs: Field[], me: Self): Start {
  const start: Start = { values: {}, labels: {} };
  for (const input of inputs) {
    if (input.type === "moment") continue;
    if (input.inner && input.required) start.values[input.name] = [freshRow()];
    else if (input.default === "me" && isLink(input)) {
      start.values[input.name] = me.user;
      start.labels[input.name] = me.name;
    } else if (input.default) {
      const value = evaluate(input.default, { read: readOwn([], {}, me), timezone: theZone() });
      if (value !== undefined && value !== null) start.values[input.name] = value;
    }
  }
  return start;
}
