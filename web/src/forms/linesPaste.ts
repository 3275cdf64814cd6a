/** Rows out of a spreadsheet: read by the type of each column; what can't be read is named at its cell. */
import { isLink, type Values } from "../records/definitions";
import { isBlank } from "../records/fields/kind";
import type { Option } from "../records/fields/options";
import { kindOf } from "../records/fields/registry";
import { freshRow, type LineColumn, rowKey } from "./lines";

/** Tabs and lines; cells that hold either are in quotes, quotes within are doubled. */
export function readTable(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /"((?:[^"]|"")*)"(?=\t|\r?\n|$)|([^\t\r\n]*)/y;
  for (let at = 0; at <= text.length; ) {
    cell.lastIndex = at;
    const [whole, quoted, plain] = cell.exec(text)!;
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    at += whole.length;
    if (text.startsWith("\r\n", at)) at += 1;
    if (text[at] === "\n") rows.push([]);
    at += 1;
  }
  while (rows.length > 1 && rows.at(-1)!.every((each) => !each)) rows.pop();
  return rows;
}

/** A first row that repeats the names of columns says where the others go. */
export function columnsFor(table: string[][], editable: LineColumn[], from: LineColumn[]): { columns: (LineColumn | undefined)[]; texts: string[][] } {
  const [head = [], ...rest] = table;
  const named = head.map((text) => editable.find(({ field }) => field.label.toLowerCase() === text.trim().toLowerCase()));
  const isHead = rest.length > 0 && named.some(Boolean) && named.every((column, at) => column || !head[at]!.trim());
  return isHead ? { columns: named, texts: rest } : { columns: from, texts: table };
}

/** What the names in pasted cells of links were found to be. */
export type Links = ReadonlyMap<string, Option | null | undefined>;
export type FindLink = (column: LineColumn, text: string) => Promise<Option | null | undefined>;

export interface Pasted {
  rows: Values[];
  /** Row key and column → the text that could not be read. */
  misread: Record<string, string>;
  /** The first row that was written to, and how many. */
  count: number;
  /** Cells that nobody may change now: they stay as they are. */
  locked: number;
}

export type IsLocked = (row: Values, field: string) => boolean;

export function pasteInto(rows: Values[], at: number, columns: (LineColumn | undefined)[], texts: string[][], links: Links, isLocked: IsLocked = () => false): Pasted {
  const missing = Math.max(0, at + texts.length - rows.length);
  const next = [...rows, ...Array.from({ length: missing }, () => freshRow())];
  const misread: Record<string, string> = {};
  let locked = 0;
  for (const [offset, cells] of texts.entries()) {
    const before = next[at + offset]!;
    const row = { ...before };
    for (const [place, text] of cells.entries()) {
      const column = columns[place];
      if (!column?.editable) continue;
      if (isLocked(before, column.field.name)) locked += 1;
      else if (!readCell(row, column, text, links)) misread[cellKey(row, column.field.name)] = text;
    }
    next[at + offset] = row;
  }
  return { rows: next, misread, count: texts.length, locked };
}

export const cellKey = (row: Values, field: string): string => `${rowKey(row)}.${field}`;

/** Writes into the row; false where the text says nothing of this type. A misread cell is left blank. */
function readCell(row: Values, { field }: LineColumn, text: string, links: Links): boolean {
  const plain = text.trim();
  const found = isLink(field) ? links.get(linkKey(field.name, plain)) : undefined;
  const value = !plain ? null : isLink(field) ? found?.id : (kindOf(field).read ?? (() => undefined))(text, field);
  row[field.name] = value ?? null;
  if (found) row._labels = { ...(row._labels as object | undefined), [field.name]: found.label };
  return value !== undefined && !(Array.isArray(value) && isBlank(value) && plain !== "");
}

const linkKey = (field: string, text: string): string => `${field}\n${text.toLowerCase()}`;
const AT_ONCE = 6;

/** Each name is asked for once, a few at a time. */
export async function findLinks(columns: (LineColumn | undefined)[], texts: string[][], find: FindLink): Promise<Links> {
  const wanted = new Map<string, { column: LineColumn; text: string }>();
  for (const cells of texts) {
    for (const [place, text] of cells.entries()) {
      const column = columns[place];
      if (column?.editable && isLink(column.field) && text.trim()) wanted.set(linkKey(column.field.name, text.trim()), { column, text: text.trim() });
    }
  }
  const found = new Map<string, Option | null | undefined>();
  const waiting = [...wanted];
  const work = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) found.set(next[0], await find(next[1].column, next[1].text));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}
