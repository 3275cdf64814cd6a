/** Editing and pasting in the grid: each record with its version, shown at once, put back when refused. */
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { type InfiniteData, useQueryClient } from "@tanstack/react-query";
import { patch } from "../../kit/api";
import { useNotices } from "../../kit/notices";
import { isLink, type ObjectInfo, type RecordAnswer, type Values } from "../definitions";
import { fetchOptions, type Option } from "../fields/options";
import { kindOf } from "../fields/registry";
import type { ListPage } from "../query";
import type { Column } from "./Grid";
import type { Cell } from "./moves";

export function useCellWrites(object: ObjectInfo, columns: Column[], rows: RecordAnswer[]) {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();

  function show(id: number, values: Values): void {
    client.setQueriesData<InfiniteData<ListPage>>({ queryKey: ["list", object.name] }, (data) =>
      data?.pages
        ? { ...data, pages: data.pages.map((page) => ({ ...page, records: page.records.map((row) => (row.id === id ? { ...row, ...values } : row)) })) }
        : data,
    );
  }

  async function write(row: RecordAnswer, values: Values): Promise<RecordAnswer> {
    show(row.id, values);
    return patch<RecordAnswer>(`/api/records/${object.name}/${row.id}`, { ...values, version: row.version });
  }

  async function settle(): Promise<void> {
    await Promise.all([client.invalidateQueries({ queryKey: ["list", object.name] }), client.invalidateQueries({ queryKey: ["record", object.name] })]);
  }

  async function edit(row: RecordAnswer, column: Column, value: unknown): Promise<boolean> {
    const before = row[column.path] ?? null;
    if ((value === "" ? null : value) === before) return true;
    try {
      await write(row, { [column.path]: value === "" ? null : value });
      await settle();
      return true;
    } catch (error) {
      show(row.id, { [column.path]: before });
      notices.problem(error);
      return false;
    }
  }

  /** Rows of tabs, from the cell rightwards and down; read-only columns are passed over. */
  async function paste(at: Cell, text: string): Promise<void> {
    const table = text.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => line.split("\t"));
    let done = 0;
    try {
      for (const [offset, texts] of table.entries()) {
        const row = rows[at.row + offset];
        if (!row) break;
        const values = await readRow(columns.slice(at.column), texts);
        if (Object.keys(values).length === 0) continue;
        await write(row, values);
        done += 1;
      }
      if (done > 0) notices.done(t`${plural(done, { one: "# record changed", other: "# records changed" })}`);
    } catch (error) {
      notices.problem(error);
    }
    await settle();
  }

  return { edit, paste };
}

async function readRow(columns: Column[], texts: string[]): Promise<Values> {
  const values: Values = {};
  for (const [index, text] of texts.entries()) {
    const column = columns[index];
    if (!column?.editable) continue;
    const read = await readCell(column, text);
    if (read !== undefined) values[column.path] = read;
  }
  return values;
}

async function readCell({ field }: Column, text: string): Promise<unknown> {
  if (!isLink(field)) return kindOf(field).read?.(text, field);
  const found = field.to ? await findByLabel(field.to, text, field.filter) : undefined;
  return found === null ? null : found?.id;
}

/** The one record whose label or second line is exactly this text; null for no text, undefined when it isn't clear. */
export async function findByLabel(object: string, text: string, filter?: string | null): Promise<Option | null | undefined> {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return null;
  const options = await fetchOptions(object, text.trim(), filter);
  const exact = options.filter((option) => [option.label, option.subtitle].some((name) => name?.toLowerCase() === wanted));
  return exact.length === 1 ? exact[0] : options.length === 1 ? options[0] : undefined;
}
