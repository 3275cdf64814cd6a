/** Computed fields while typing. The server has the last word; what can't be told here stays blank. */
import { useQueryClient } from "@tanstack/react-query";
import { get } from "../kit/api";
import { useDefs } from "../records/context";
import type { Definitions, Field, ObjectInfo, RecordAnswer, Values } from "../records/definitions";
import { evaluate } from "../rules/formula";
import type { LinesShape } from "./lines";

type Known = (object: string, id: number) => Values | undefined;

/** Reads links through records that were fetched before; the parent of a line is the record around it. */
export function readerOf(definitions: Definitions, object: ObjectInfo, values: Values, known: Known, parent?: { field: string; read: (path: string[]) => unknown }) {
  return function read(path: string[]): unknown {
    const [first = "", ...rest] = path;
    if (parent && first === parent.field && rest.length > 0) return parent.read(rest);
    const value = values[first];
    if (rest.length === 0) return value;
    const target = object.fields.find((field) => field.name === first)?.to;
    const found = target && typeof value === "number" ? known(target, value) : undefined;
    const inner = target ? definitions.objects[target] : undefined;
    return found && inner ? readerOf(definitions, inner, found, known)(rest) : undefined;
  };
}

function useKnownRecords(): Known {
  const client = useQueryClient();
  return (object, id) => client.getQueryData<RecordAnswer>(["record", object, String(id)]);
}

/** Formulas in definition order, twice: enough for those that lean on each other within a record. */
function compute(fields: Field[], values: Values, read: (values: Values) => (path: string[]) => unknown): Values {
  const all = { ...values };
  const computed: Values = {};
  for (let round = 0; round < 2; round += 1) {
    for (const field of fields) {
      if (!field.formula) continue;
      const value = evaluate(field.formula, { read: read(all), fields: (name) => all[name] });
      if (value !== undefined) computed[field.name] = all[field.name] = value;
    }
  }
  return computed;
}

export function useLinePreview(shape: LinesShape, record: Values) {
  const definitions = useDefs();
  const client = useQueryClient();
  const known = useKnownRecords();
  const { object } = shape;
  const around = object?.lines_of ? definitions.objects[object.lines_of] : undefined;
  const parent = object && around ? { field: object.parent_field ?? "parent", read: readerOf(definitions, around, record, known) } : undefined;
  const read = (values: Values) => (object ? readerOf(definitions, object, values, known, parent) : () => undefined);

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
  const definitions = useDefs();
  const known = useKnownRecords();
  const withLines: Values = { ...values };
  const readRecord = readerOf(definitions, object, values, known);
  for (const [name, shape] of Object.entries(shapes)) {
    const { object: line } = shape;
    const rows = values[name];
    if (!line || !Array.isArray(rows)) continue;
    const parent = { field: line.parent_field ?? "parent", read: readRecord };
    withLines[name] = (rows as Values[]).map((row) => {
      const defaults = defaultsOf(shape, row, readerOf(definitions, line, row, known, parent));
      const full = { ...defaults, ...withoutBlanks(row) };
      return { ...full, ...compute(line.fields, full, (now) => readerOf(definitions, line, now, known, parent)) };
    });
  }
  return compute(object.fields, withLines, (now) => readerOf(definitions, object, now, known));
}

const withoutBlanks = (row: Values): Values => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== ""));
