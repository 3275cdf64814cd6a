/** Editing and pasting in the grid: each record with its version, shown at once, put back when refused. */
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { type InfiniteData, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { patch } from "../../kit/api";
import { useNotices } from "../../kit/notices";
import { isLink, type ObjectInfo, type RecordAnswer, type Values } from "../definitions";
import { fetchOptions, type Option } from "../fields/options";
import { kindOf } from "../fields/registry";
import type { ListPage } from "../query";
import type { Column } from "./Grid";
import type { Cell } from "./moves";

interface Change {
  row: RecordAnswer;
  values: Values;
}

export function useCellWrites(object: ObjectInfo, columns: Column[], rows: RecordAnswer[]) {
  const { t } = useLingui();
  const notices = useNotices();
  const write = useWrites(object);

  async function edit(row: RecordAnswer, column: Column, given: unknown): Promise<boolean> {
    const value = given === "" ? null : given;
    return value === (row[column.path] ?? null) || write([{ row, values: { [column.path]: value } }]);
  }

  /** Rows of tabs, from the cell rightwards and down, all or none; read-only columns are passed over. */
  async function paste(at: Cell, text: string): Promise<void> {
    try {
      const changes = await readTable(columns.slice(at.column), rows.slice(at.row), text);
      if (changes.length === 0 || !(await write(changes))) return;
      const changed = changes.length;
      notices.done(t`${plural(changed, { one: "# record changed", other: "# records changed" })}`);
    } catch (error) {
      notices.problem(error);
    }
  }

  return { edit, paste };
}

/** One write after the other, each with the versions that those before it answered; after the last one the list is asked for again. */
function useWrites(object: ObjectInfo): (changes: Change[]) => Promise<boolean> {
  const client = useQueryClient();
  const notices = useNotices();
  const turns = useRef({ last: Promise.resolve(true), waiting: 0, versions: new Map<number, number>() }).current;

  function show(changes: Change[]): void {
    const news = new Map(changes.map(({ row, values }) => [row.id, values]));
    client.setQueriesData<InfiniteData<ListPage>>({ queryKey: ["list", object.name] }, (data) =>
      data?.pages ? { ...data, pages: data.pages.map((page) => ({ ...page, records: page.records.map((row) => (news.has(row.id) ? { ...row, ...news.get(row.id) } : row)) })) } : data,
    );
  }

  async function send(changes: Change[]): Promise<boolean> {
    const versionOf = (row: RecordAnswer) => Math.max(row.version ?? 0, turns.versions.get(row.id) ?? 0);
    try {
      const body = changes.map(({ row, values }) => ({ ...values, id: row.id, version: versionOf(row) }));
      const { records } = await patch<{ records: RecordAnswer[] }>(`/api/records/${object.name}`, body);
      for (const { id, version } of records) turns.versions.set(id, version ?? 0);
      return true;
    } catch (error) {
      show(changes.map(({ row, values }) => ({ row, values: Object.fromEntries(Object.keys(values).map((name) => [name, row[name] ?? null])) })));
      notices.problem(error);
      return false;
    }
  }

  async function settle(): Promise<void> {
    turns.waiting -= 1;
    if (turns.waiting > 0) return;
    await Promise.all([client.invalidateQueries({ queryKey: ["list", object.name] }), client.invalidateQueries({ queryKey: ["record", object.name] })]);
  }

  return function write(changes) {
    show(changes);
    turns.waiting += 1;
    turns.last = turns.last.then(() => send(changes));
    return turns.last.then((went) => settle().then(() => went));
  };
}

async function readTable(columns: Column[], rows: RecordAnswer[], text: string): Promise<Change[]> {
  const table = text.replace(/\r?\n$/, "").split(/\r?\n/).slice(0, rows.length).map((line) => line.split("\t"));
  const find = once(findByLabel);
  const read = await Promise.all(table.map((texts) => readRow(columns, texts, find)));
  return read.flatMap((values, at) => (Object.keys(values).length > 0 ? { row: rows[at]!, values } : []));
}

type Find = typeof findByLabel;

/** A name that stands in many rows is asked for once. */
function once(find: Find): Find {
  const known = new Map<string, ReturnType<Find>>();
  return (object, text, filter) => {
    const key = JSON.stringify([object, text.trim(), filter]);
    const answer = known.get(key) ?? find(object, text, filter);
    known.set(key, answer);
    return answer;
  };
}

async function readRow(columns: Column[], texts: string[], find: Find): Promise<Values> {
  const read = await Promise.all(columns.slice(0, texts.length).map(async (column, at) => [column.path, column.editable ? await readCell(column, texts[at]!, find) : undefined] as const));
  return Object.fromEntries(read.filter(([, value]) => value !== undefined));
}

async function readCell({ field }: Column, text: string, find: Find): Promise<unknown> {
  if (!isLink(field)) return kindOf(field).read?.(text, field);
  const found = field.to ? await find(field.to, text, field.filter) : undefined;
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
