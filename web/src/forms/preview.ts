/** Computed fields while typing. The server has the last word; what can't be told here stays blank. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { get } from "../kit/api";
import { Decimal, isDecimalText } from "../kit/decimal";
import { theZone } from "../kit/time";
import { useKnown } from "../records/context";
import { type Definitions, type Field, isLink, type ObjectInfo, type RecordAnswer, type Values } from "../records/definitions";
import { type Env, evaluate, lift, type Read } from "../rules/formula";
import { settingsOf } from "../rules/linkage";
import type { Me } from "../shell/session";
import { type Moment, momentOf } from "../rules/values";
import type { LinesShape } from "./lines";
import { names } from "./naming";

/** What formulas look into beyond the form; the hour is one for the form's life. */
export interface World {
  definitions: Definitions;
  company: Values | undefined;
  now?: Moment;
  /** Of the person and all below; unknown to who has no account. */
  departments?: number[];
  known: (object: string, id: number) => Values | undefined;
}

interface Parent {
  field: string;
  read: Read;
}

/** Reads links through records that were fetched before; the parent of a line is the record around it. */
export function readerOf({ definitions, company, known }: Omit<World, "now">, object: ObjectInfo, values: Values, parent?: Parent): Read {
  return function read(path: string[]): unknown {
    const [first = "", ...rest] = path;
    if (first === "company" && rest.length > 0) return readCompany({ definitions, company }, rest);
    if (parent && first === parent.field && rest.length > 0) return parent.read(rest);
    const value = values[first];
    const field = object.fields.find((each) => each.name === first);
    if (!field) return undefined;
    if (rest.length === 0) return lift(value, field.type);
    const target = field.to;
    const found = target && typeof value === "number" ? known(target, value) : undefined;
    const inner = target ? definitions.objects[target] : undefined;
    return found && inner ? readerOf({ definitions, company, known }, inner, found)(rest) : undefined;
  };
}

export function readCompany({ definitions, company }: Pick<World, "definitions" | "company">, path: string[]): unknown {
  const name = path.join(".");
  const value = company?.[name];
  if (value === undefined) return undefined;
  const field = definitions.objects["base.company"]?.fields.find((each) => each.name === name);
  return lift(value, field?.type ?? typeOf(value));
}

function typeOf(value: unknown): string {
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "number") return "link";
  return isDecimalText(value) ? "number" : "text";
}

function useWorld(): World {
  const client = useQueryClient();
  const { definitions, company } = useKnown();
  const [now] = useState(() => momentOf(new Date().toISOString()));
  const departments = client.getQueryData<Me | null>(["session"])?.departments;
  return { definitions, company, now, departments, known: (object, id) => client.getQueryData<RecordAnswer>(["record", object, String(id)]) };
}

const envOf = ({ definitions, now, departments }: World, read: Read, rows?: Env["rows"]): Env =>
  ({ read, rows, now, timezone: theZone(), rules: (name) => definitions.deciding?.[name], myDepartments: departments?.map((id) => new Decimal(id)) });

/** Formulas in definition order; those that lean on others of the record once more, when all have been told. */
function compute(world: World, fields: Field[], values: Values, read: (values: Values) => Read, rows?: Env["rows"]): Values {
  const all = { ...values };
  const computed: Values = {};
  for (const field of formulasOf(fields)) {
    const value = evaluate(field.formula!, envOf(world, read(all), rows));
    if (value !== undefined) computed[field.name] = all[field.name] = value;
  }
  return computed;
}

const formulas = new WeakMap<Field[], Field[]>();

function formulasOf(fields: Field[]): Field[] {
  const known = formulas.get(fields);
  if (known) return known;
  const computed = fields.filter((field) => field.formula);
  const leaning = computed.filter(({ formula }) => computed.some(({ name }) => names(formula!, name)));
  const all = [...computed, ...leaning];
  formulas.set(fields, all);
  return all;
}

// --- lines

/** A line as formulas see it: what was typed, above what defaults, linkage and formulas give. */
export interface LineSeen {
  given: Values;
  read: Read;
}

interface Remembered extends LineSeen {
  line: ObjectInfo;
  around: Values;
  company: Values | undefined;
  /** The linked records that were looked into, as they were found. */
  looked: [object: string, id: number, found: Values | undefined][];
}

/** A line stays as it was seen until it, the record around it or a record it looks into changes: only the line being typed is computed. */
const remembered = new WeakMap<Values, Remembered>();

/** Sees the lines of one state of the record around them. */
export function lineSight(world: World, shape: LinesShape, record: Values): (row: Values) => LineSeen {
  const line = shape.object;
  if (!line) return () => NOTHING_SEEN;
  const around = Object.fromEntries(Object.entries(record).filter(([, value]) => !Array.isArray(value)));
  const isSameAround = onceEach((other: Values) => isAlike(around, other));
  return (row) => {
    const last = remembered.get(row);
    if (last && last.line === line && last.company === world.company && isSameAround(last.around) && last.looked.every(([object, id, found]) => world.known(object, id) === found)) return last;
    const seen = seeLine(world, shape, line, around, row);
    remembered.set(row, seen);
    return seen;
  };
}

const NOTHING_SEEN: LineSeen = { given: {}, read: () => undefined };

function seeLine(world: World, shape: LinesShape, line: ObjectInfo, around: Values, row: Values): Remembered {
  const looked: Remembered["looked"] = [];
  const noting: World = {
    ...world,
    known: (object, id) => {
      const found = world.known(object, id);
      looked.push([object, id, found]);
      return found;
    },
  };
  const outer = line.lines_of ? world.definitions.objects[line.lines_of] : undefined;
  const parent = outer && { field: line.parent_field ?? "parent", read: readerOf(noting, outer, around) };
  const reader = (values: Values): Read => readerOf(noting, line, values, parent);
  const said = withoutBlanks(row);
  const defaults = defaultsOf(noting, shape, row, reader(row));
  const settings = settingsOf(line.linkage, { ...defaults, ...said }, new Set(Object.keys(said)), (values) => envOf(noting, reader(values)));
  const full = { ...defaults, ...said, ...settings };
  const computed = compute(noting, line.fields, full, reader);
  const read = remembering(readerOf(world, line, { ...full, ...computed }, parent && { ...parent, read: readerOf(world, outer!, around) }));
  return { line, around, company: world.company, looked, given: { ...defaults, ...settings, ...computed }, read };
}

/** A line's own fields are read by each total again and again. */
function remembering(read: Read): Read {
  const values = new Map<string, unknown>();
  return (path) => {
    const [name = ""] = path;
    if (path.length > 1) return read(path);
    if (!values.has(name)) values.set(name, read(path));
    return values.get(name);
  };
}

function onceEach<Given extends object, Told>(tell: (given: Given) => Told): (given: Given) => Told {
  const told = new Map<Given, Told>();
  return (given) => {
    if (!told.has(given)) told.set(given, tell(given));
    return told.get(given)!;
  };
}

function isAlike(one: Values, other: Values): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => Object.is(one[name], other[name]));
}

export function useLinePreview(shape: LinesShape, record: Values) {
  const client = useQueryClient();
  const world = useWorld();
  const see = lineSight(world, shape, record);

  /** A chosen link may give other columns their value (price of the product); only blank ones are filled. */
  async function fillDefaults(row: Values, chosen: string): Promise<Values | null> {
    const to = shape.columns.find(({ field }) => field.name === chosen)?.field.to;
    const id = row[chosen];
    const leans = shape.columns.filter(({ field }) => new RegExp(`\\b${chosen}\\.`).test(field.default ?? ""));
    if (!shape.object || !to || typeof id !== "number" || leans.length === 0) return null;
    await client.ensureQueryData({ queryKey: ["record", to, String(id)], queryFn: () => get<RecordAnswer>(`/api/records/${to}/${id}`) }).catch(() => undefined);
    const { read } = see(row);
    const filled: Values = {};
    for (const { field } of leans) {
      const value = evaluate(field.default ?? "", envOf(world, read));
      if (value !== undefined && value !== null) filled[field.name] = numbered(field, value);
    }
    return filled;
  }

  /** What linkage asks of a line reads from these. */
  const env = (row: Values): Env => envOf(world, see(row).read);
  return { see, env, fillDefaults };
}

/** Formulas answer links as numbers in words; forms hold ids. */
export const numbered = (field: Field | undefined, value: unknown): unknown => (field && isLink(field) && value !== null ? Number(value) : value);

function defaultsOf(world: World, shape: LinesShape, row: Values, read: Read): Values {
  const defaults: Values = {};
  for (const { field } of shape.columns) {
    if (!field.default || !isOpen(row[field.name])) continue;
    const value = evaluate(field.default, envOf(world, read));
    if (value !== undefined && value !== null) defaults[field.name] = numbered(field, value);
  }
  return defaults;
}

const isOpen = (value: unknown): boolean => value === undefined || value === null || value === "";
const withoutBlanks = (row: Values): Values => Object.fromEntries(Object.entries(row).filter(([, value]) => !isOpen(value)));

// --- the record

/** What formulas over the record may read of values as they stand in the form, computed fields too. */
export function useRecordEnv(object: ObjectInfo, shapes: Record<string, LinesShape>): (values: Values) => Env {
  const world = useWorld();
  return onceEach((values: Values) => {
    const { computed, lists } = previewOf(world, object, shapes, values);
    return envOf(world, readerOf(world, object, { ...values, ...computed }), (list) => lists[list]);
  });
}

export function previewOf(world: World, object: ObjectInfo, shapes: Record<string, LinesShape>, values: Values): { computed: Values; lists: Record<string, Read[]> } {
  const lists: Record<string, Read[]> = {};
  for (const [name, shape] of Object.entries(shapes)) {
    const rows = values[name];
    if (!shape.object || !Array.isArray(rows)) continue;
    const see = lineSight(world, shape, values);
    lists[name] = (rows as Values[]).map((row) => see(row).read);
  }
  return { computed: compute(world, object.fields, values, (now) => readerOf(world, object, now), (list) => lists[list]), lists };
}
