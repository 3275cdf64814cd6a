/** Computed fields while typing. The server has the last word; what can't be told here stays blank. */
import { useQueryClient } from "@tanstack/react-query";
import { get } from "../kit/api";
import { isDecimalText } from "../kit/decimal";
import { useKnown } from "../records/context";
import type { Definitions, Field, ObjectInfo, RecordAnswer, Values } from "../records/definitions";
import { type Env, evaluate, lift, type Read } from "../rules/formula";
import type { LinesShape } from "./lines";

interface World {
  definitions: Definitions;
  company: Values | undefined;
  known: (object: string, id: number) => Values | undefined;
}

/** Reads links through records that were fetched before; the parent of a line is the record around it. */
export function readerOf({ definitions, company, known }: World, object: ObjectInfo, values: Values, parent?: { field: string; read: Read }): Read {
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
  return { definitions, company, known: (object, id) => client.getQueryData<RecordAnswer>(["record", object, String(id)]) };
}

/** Formulas in definition order, twice: enough for those that lean on each other within a record. */
function compute(fields: Field[], values: Values, read: (values: Values) => Read, rows?: (list: string) => Read[] | undefined): Values {
  const all = { ...values };
  const computed: Values = {};
  for (let round = 0; round < 2; round += 1) {
    for (const field of fields) {
      if (!field.formula) continue;
      const value = evaluate(field.formula, { read: read(all), rows });
      if (value !== undefined) computed[field.name] = all[field.name] = value;
    }
  }
  return computed;
}

export function useLinePreview(shape: LinesShape, record: Values) {
  const client = useQueryClient();
  const world = useWorld();
  const { definitions } = world;
  const { object } = shape;
  const around = object?.lines_of ? definitions.objects[object.lines_of] : undefined;
  const parent = object && around ? { field: object.parent_field ?? "parent", read: readerOf(world, around, record) } : undefined;
  const read = (values: Values) => (object ? readerOf(world, object, values, parent) : () => undefined);

  /** Computed columns, and as placeholders the defaults that the server would fill in. */
  function preview(row: Values): Values {
    if (!object) return {};
    const defaults = defaultsOf(shape, row, read(row));
    return { ...defaults, ...compute(object.fields, { ...defaults, ...row }, read) };
  }

  /** A chosen link may give other columns their value (price of the product); only blank ones are filled. */
  async function fillDefaults(row: Values, chosen: string): Promise<Values | null> {
    const to = shape.columns.find(({ field }) => field.name === chosen)?.field.to;
    const id = row[chosen];
    const leans = shape.columns.filter(({ field }) => new RegExp(`\\b${chosen}\\.`).test(field.default ?? ""));
    if (!object || !to || typeof id !== "number" || leans.length === 0) return null;
    await client.ensureQueryData({ queryKey: ["record", to, String(id)], queryFn: () => get<RecordAnswer>(`/api/records/${to}/${id}`) }).catch(() => undefined);
    const filled: Values = {};
    for (const { field } of leans) {
      const value = evaluate(field.default ?? "", { read: read(row) });
      if (value !== undefined && value !== null) filled[field.name] = value;
    }
    return filled;
  }

  return { preview, fillDefaults };
}

function defaultsOf(shape: LinesShape, row: Values, read: (path: string[]) => unknown): Values {
  const defaults: Values = {};
  for (const { field } of shape.columns) {
    if (!field.default || (row[field.name] !== undefined && row[field.name] !== null && row[field.name] !== "")) continue;
    const value = evaluate(field.default, { read });
    if (value !== undefined && value !== null) defaults[field.name] = value;
  }
  return defaults;
}

/** Totals of a record from its lines as they stand in the form. */
export function useRecordPreview(object: ObjectInfo, shapes: Record<string, LinesShape>, values: Values): Values {
  return previewOf(useWorld(), object, shapes, values).computed;
}

/** What formulas over the record may read of values as they stand in the form, computed fields too. */
export function useRecordEnv(object: ObjectInfo, shapes: Record<string, LinesShape>): (values: Values) => Env {
  const world = useWorld();
  return (values) => {
    const { computed, lists } = previewOf(world, object, shapes, values);
    return { read: readerOf(world, object, { ...values, ...computed }), rows: (list) => lists[list] };
  };
}

function previewOf(world: World, object: ObjectInfo, shapes: Record<string, LinesShape>, values: Values): { computed: Values; lists: Record<string, Read[]> } {
  const lists: Record<string, Read[]> = {};
  const readRecord = readerOf(world, object, values);
  for (const [name, shape] of Object.entries(shapes)) {
    const { object: line } = shape;
    const rows = values[name];
    if (!line || !Array.isArray(rows)) continue;
    const parent = { field: line.parent_field ?? "parent", read: readRecord };
    lists[name] = (rows as Values[]).map((row) => {
      const defaults = defaultsOf(shape, row, readerOf(world, line, row, parent));
      const full = { ...defaults, ...withoutBlanks(row) };
      const computed = compute(line.fields, full, (now) => readerOf(world, line, now, parent));
      return readerOf(world, line, { ...full, ...computed }, parent);
    });
  }
  return { computed: compute(object.fields, values, (now) => readerOf(world, object, now), (list) => lists[list]), lists };
}

const withoutBlanks = (row: Values): Values => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== ""));
