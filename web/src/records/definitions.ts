/** What the server says this person may see: the shapes of `GET /api/definitions`. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { get } from "../kit/api";
import type { Tone } from "../kit/theme";
import type { RuleBody } from "../rules/deciding";
import type { Linkage } from "../rules/linkage";

export interface Choice {
  name: string;
  label: string;
  tone?: Tone;
  /** Tree choice: the choice that this one belongs under. */
  under?: string;
}

export interface Field {
  name: string;
  type: string;
  label: string;
  help?: string;
  group?: string;
  order?: number;
  required?: boolean;
  read_only?: boolean;
  fixed?: boolean;
  computed?: boolean;
  live?: boolean;
  unique?: boolean;
  in_list?: boolean;
  hidden?: boolean;
  search?: boolean;
  choices?: Choice[];
  decimals?: number | null;
  currency?: string | null;
  to?: string | null;
  of?: string | null;
  reverse?: string | null;
  filter?: string | null;
  min?: string | null;
  max?: string | null;
  max_length?: number | null;
  app?: string;
  may_change?: boolean;
  may_create?: boolean;
  formula?: string | null;
  default?: string | null;
  many?: boolean;
  inner?: Field[];
  /** The object that it belongs to; inputs of operations have none. */
  object?: string;
  /** Can't be changed now, and why (which may be no words at all). */
  locked?: string;
  /** Columns of the form's section that it takes. */
  width?: number;
  accept?: string[];
  max_size?: number | null;
  max_count?: number | null;
  depth?: "province" | "city" | "district" | null;
  write_only?: boolean;
  symbology?: "code128" | "ean13" | "qr" | null;
  tree?: string | null;
  path?: string | null;
  /** Lookup, formula, query: the type of what they come to, where the server says it apart. */
  result?: string | null;
}

export interface ObjectInfo {
  name: string;
  label: string;
  plural: string;
  app: string;
  icon?: string;
  title: string;
  subtitle?: string;
  sort?: string;
  state_field?: string;
  board_by?: string;
  calendar_by?: string;
  append_only?: boolean;
  creatable?: boolean;
  lines_of?: string;
  parent_field?: string;
  groups: { name: string; label: string }[];
  may: { create?: boolean; change?: boolean; remove?: boolean; export?: boolean };
  fields: Field[];
  related: { name: string; label: string; object: string; field: string }[];
  operations: string[];
  /** Rules about these records. */
  decided_by?: string[];
  views: string[];
  prints: string[];
  imports: string[];
  forms: string[];
  linkage: Linkage[];
  rules: { name: string; require: string; say: string; field: string }[];
}

export interface FormItem {
  name: string;
  field: string;
  operation: string;
  note: string;
  label: string;
  help: string;
  width: number;
}

export interface FormSection {
  name: string;
  label: string;
  help: string;
  kind: "section" | "tab" | "step";
  columns: number;
  is_side: boolean;
  collapsed: boolean;
  when: string;
  items: FormItem[];
}

export interface FormInfo {
  name: string;
  label: string;
  object: string;
  device: "any" | "desktop" | "phone";
  use: "any" | "create" | "record";
  rest: boolean;
  sections: FormSection[];
}

/** An operation that a report leads to, and which column or input of the report each of its inputs takes. */
export interface ReportOffer {
  operation: string;
  takes: Record<string, string>;
}

export interface OperationInfo {
  name: string;
  label: string;
  help?: string;
  on?: string | null;
  key?: string;
  primary?: boolean;
  order?: number;
  tone?: Tone;
  reads_only?: boolean;
  inputs: Field[];
  /** What the rows of a report hold. */
  columns?: Field[];
  /** What a report leads to. */
  offers?: ReportOffer[];
}

export type ViewKind = "list" | "board" | "calendar" | "gantt" | "gallery" | "tree" | "map";
export type Aggregate = "sum" | "avg" | "min" | "max" | "count";
export type Unit = "" | "day" | "month" | "quarter" | "year";

export interface ViewColour {
  when: string;
  tone?: Tone;
  /** Empty: the whole record. */
  field?: string;
  order?: number;
}

export interface ViewInfo {
  /** `oms.open_orders`, or `kept:12` of one that a person keeps. */
  name: string;
  label: string;
  object: string;
  kind: ViewKind;
  where?: string;
  sort?: string;
  fields?: string[];
  group?: string;
  unit?: Unit;
  totals?: Record<string, Aggregate>;
  colours?: Record<string, ViewColour>;
  colour_by?: string;
  start?: string;
  end?: string;
  depends?: string;
  progress?: string;
  parent?: string;
  image?: string;
  location?: string;
  order?: number;
}

export interface MenuItem {
  name: string;
  label: string;
  object?: string;
  view?: string;
  page?: string;
  operation?: string;
  icon?: string;
  order?: number;
}

export interface AppInfo {
  name: string;
  label: string;
  icon?: string;
  order?: number;
  menu: MenuItem[];
}

export interface Definitions {
  release: number;
  language: string;
  apps: AppInfo[];
  objects: Record<string, ObjectInfo>;
  operations: Record<string, OperationInfo>;
  views: Record<string, ViewInfo>;
  forms: Record<string, FormInfo>;
  prints: Record<string, { name: string; label: string; object: string }>;
  imports: Record<string, { name: string; label: string; target: string; format?: string }>;
  roles: { name: string; label: string }[];
  /** Rules that formulas ask: forms decide by them while one types. */
  deciding?: Record<string, RuleBody>;
}

/** Values of a record as the server answers them: decimals are strings, links are ids. */
export type Values = Record<string, unknown>;

export interface RecordAnswer extends Values {
  id: number;
  version?: number;
  _labels?: Record<string, string>;
}

type Raw = Record<string, any>;

export function useDefinitions(language: string, enabled = true) {
  return useQuery({
    queryKey: ["definitions", language],
    queryFn: async ({ signal }) => tidy(await get<Raw>("/api/definitions", undefined, signal)),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    enabled,
  });
}

/** Lists where the server may answer mappings, defaults where it answers nothing. */
export function tidy(raw: Raw): Definitions {
  const objects = mapValues(raw.objects, (body, name) => tidyObject(body, name));
  const operations = mapValues(raw.operations, (body, name) => ({
    ...body,
    name,
    label: body.label || lastName(name),
    inputs: tidyFields(body.inputs),
  }));
  return {
    release: raw.release ?? 0,
    language: raw.language ?? "en",
    apps: inOrder(listOf(raw.apps)).map((app) => ({ ...app, menu: inOrder(listOf(app.menu)) })) as AppInfo[],
    objects,
    operations: operations as Record<string, OperationInfo>,
    views: mapValues(raw.views, (body, name) => ({ kind: "list", ...body, name })) as Record<string, ViewInfo>,
    forms: (raw.forms ?? {}) as Definitions["forms"],
    prints: mapValues(raw.prints, (body, name) => ({ ...body, name })) as Definitions["prints"],
    imports: mapValues(raw.imports, (body, name) => ({ ...body, name })) as Definitions["imports"],
    roles: listOf(raw.roles) as Definitions["roles"],
    deciding: (raw.deciding ?? {}) as Definitions["deciding"],
  };
}

function tidyObject(body: Raw, name: string): ObjectInfo {
  return {
    ...body,
    name,
    label: body.label || lastName(name),
    plural: body.plural || body.label || lastName(name),
    app: body.app ?? name.split(".")[0],
    title: body.title ?? "id",
    groups: listOf(body.groups) as ObjectInfo["groups"],
    may: body.may ?? {},
    fields: tidyFields(body.fields).map((field) => ({ ...field, object: name })),
    related: listOf(body.related) as ObjectInfo["related"],
    operations: body.operations ?? [],
    views: body.views ?? [],
    prints: body.prints ?? [],
    imports: body.imports ?? [],
    forms: body.forms ?? [],
    linkage: body.linkage ?? [],
    rules: body.rules ?? [],
  };
}

function tidyFields(raw: unknown): Field[] {
  return inOrder(listOf(raw)).map((field) => {
    const inner = field.inner ?? field.fields;
    return { ...field, label: field.label || field.name, ...(inner ? { inner: tidyFields(inner) } : {}) } as Field;
  });
}

function listOf(raw: unknown): Raw[] {
  if (Array.isArray(raw)) return raw as Raw[];
  return Object.entries((raw as Record<string, Raw> | null) ?? {}).map(([name, body]) =>
    typeof body === "string" ? { name, label: body } : { name, ...body },
  );
}

function mapValues(raw: unknown, read: (body: Raw, name: string) => any): Record<string, any> {
  const entries = Array.isArray(raw)
    ? (raw as Raw[]).map((body) => [String(body.name), body] as const)
    : Object.entries((raw as Record<string, Raw> | null) ?? {});
  return Object.fromEntries(entries.map(([name, body]) => [name, read(body, name)]));
}

const inOrder = (items: Raw[]): Raw[] => items.toSorted((one, other) => (one.order ?? 0) - (other.order ?? 0));
const lastName = (name: string): string => name.split(".").at(-1) ?? name;

export const SYSTEM_FIELDS = new Set([
  "id",
  "version",
  "created_at",
  "created_by",
  "changed_at",
  "changed_by",
  "trashed_at",
  "search",
  "parent",
  "position",
]);

const LINKS = new Set(["link", "user", "department", "cascade"]);

/** Holds the id of another record, however it is chosen. */
export const isLink = (field: Pick<Field, "type">): boolean => LINKS.has(field.type);

export const fieldOf = (object: ObjectInfo, name: string): Field | undefined =>
  object.fields.find((field) => field.name === name);

/** The field at the end of a path through links, with a label that names the way: “Customer · Region”. */
export function fieldAt(definitions: Definitions, object: ObjectInfo, path: string): Field | undefined {
  const [first = "", ...rest] = path.split(".");
  const field = fieldOf(object, first);
  if (!field || rest.length === 0) return field;
  const target = field.to ? definitions.objects[field.to] : undefined;
  const inner = target && fieldAt(definitions, target, rest.join("."));
  return inner && { ...inner, name: path, label: `${field.label} · ${inner.label}`, may_change: false };
}

export const objectPath = (object: string): string => `/${object.replace(".", "/")}`;
export const recordPath = (object: string, id: number | string): string => `${objectPath(object)}/${id}`;

export function canWrite(field: Field, isNew: boolean): boolean {
  if (field.computed || field.read_only || field.formula) return false;
  if (SYSTEM_FIELDS.has(field.name) || field.type === "serial") return false;
  if (field.fixed && !isNew) return false;
  return (isNew ? (field.may_create ?? field.may_change) : field.may_change) !== false;
}

/** Fields of the record page and the form, in order, grouped by heading. */
export function groupsOf(object: ObjectInfo, keep: (field: Field) => boolean): { name: string; label: string; fields: Field[] }[] {
  const fields = object.fields.filter((field) => !SYSTEM_FIELDS.has(field.name) && field.type !== "lines" && keep(field));
  const known = new Set(object.groups.map((group) => group.name));
  const groups = [{ name: "", label: "" }, ...object.groups];
  return groups
    .map((group) => ({
      ...group,
      fields: fields.filter((field) => (known.has(field.group ?? "") ? field.group : "") === group.name),
    }))
    .filter((group) => group.fields.length > 0);
}
