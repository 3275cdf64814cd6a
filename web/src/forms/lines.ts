/** What lines look like in a form: their columns, from the child object or from an operation's input. */
import { canWrite, type Definitions, type Field, type ObjectInfo, SYSTEM_FIELDS, type Values } from "../records/definitions";

export interface LineColumn {
  field: Field;
  editable: boolean;
}

export interface LinesShape {
  columns: LineColumn[];
  /** The child object, when there is one: its formulas give the preview. */
  object?: ObjectInfo;
}

export function linesShape(definitions: Definitions, field: Field, isNew: boolean): LinesShape {
  const object = field.of ? definitions.objects[field.of] : undefined;
  const fields = field.inner ?? object?.fields ?? [];
  const columns = fields
    .filter((column) => !SYSTEM_FIELDS.has(column.name) && column.name !== object?.parent_field && !column.hidden && column.type !== "lines")
    .map((column) => ({ field: column, editable: canWrite(column, isNew) }))
    .filter((column) => column.editable || (isShownWhenComputed(column.field) && !(isNew && isFilledLater(column.field))));
  return { columns, object };
}

const isShownWhenComputed = (field: Field): boolean => Boolean(field.in_list && (field.computed || field.formula || field.read_only));

/** What only operations write, such as the quantity shipped, says nothing in a record that is just being written. */
const isFilledLater = (field: Field): boolean => Boolean(field.read_only && !field.computed && !field.formula);

/** New rows carry a key of the screen's own until the server gives an id. */
let made = 0;
export const freshRow = (values: Values = {}): Values => ({ ...values, _key: `n${(made += 1)}` });
export const rowKey = (row: Values): string => String(row._key ?? row.id);

const byId = (rows: Values[]): Map<unknown, Values> => new Map(rows.filter((row) => row.id !== undefined).map((row) => [row.id, row]));

/** Somebody saved other lines in the meantime: one's own changes, cell by cell, upon theirs. What they removed and one changed comes back as a new line. */
export function mergeLines(before: Values[], mine: Values[], theirs: Values[]): Values[] {
  const [was, now] = [byId(before), byId(theirs)];
  const merged = mine.flatMap((row): Values[] => {
    const [old, their] = [was.get(row.id), now.get(row.id)];
    if (!old) return [row];
    const own = changedIn(old, row);
    if (their) return [{ ...their, ...own, _labels: { ...(their._labels ?? {}), ...changedIn(old._labels ?? {}, row._labels ?? {}) } }];
    return Object.keys(own).length > 0 ? [freshRow({ ...row, id: undefined })] : [];
  });
  return [...merged, ...theirs.filter((row) => !was.has(row.id))];
}

const changedIn = (before: object, now: object): Values =>
  Object.fromEntries(Object.entries(now).filter(([name, value]) => JSON.stringify(value ?? null) !== JSON.stringify((before as Values)[name] ?? null)));

/** What travels of lines: ids of those that stay, the columns that may be written, an emptied cell as blank, no blank rows. */
export function linesBody(shape: LinesShape, rows: Values[]): Values[] {
  const names = shape.columns.filter((column) => column.editable).map((column) => column.field.name);
  return rows.flatMap((row) => {
    const values = names.filter((name) => row[name] !== undefined).map((name) => [name, row[name] === "" ? null : row[name]]);
    const said = Object.fromEntries(values) as Values;
    if (row.id !== undefined) return [{ id: row.id, ...said }];
    const filled = Object.entries(said).filter(([, value]) => value !== null);
    return filled.length > 0 ? [Object.fromEntries(filled)] : [];
  });
}
