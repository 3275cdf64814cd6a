/** Lists of records by pages, and which fields to ask for so that every cell can be shown. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { get } from "../kit/api";
import { type Definitions, type Field, fieldAt, fieldOf, isLink, type ObjectInfo, type RecordAnswer, type Values } from "./definitions";

export interface ListAsk {
  object: string;
  where?: string;
  sort?: string;
  search?: string;
  fields: string[];
  trash?: boolean;
  pageSize?: number;
}

export interface ListPage {
  records: RecordAnswer[];
  next: string | null;
  count?: { value: number; exact: boolean } | null;
}

export function fetchPage(ask: ListAsk, after: string | null, signal?: AbortSignal): Promise<ListPage> {
  return get<ListPage>(
    `/api/records/${ask.object}`,
    {
      where: ask.where,
      sort: ask.sort,
      search: ask.search,
      fields: ask.fields.join(","),
      limit: ask.pageSize ?? 80,
      after,
      count: after ? undefined : true,
      trash: ask.trash || undefined,
    },
    signal,
  );
}

export function useRecordList(ask: ListAsk, enabled = true) {
  const query = useInfiniteQuery({
    queryKey: ["list", ask.object, ask],
    queryFn: ({ pageParam, signal }) => fetchPage(ask, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: (previous, previousQuery) => ((previousQuery?.queryKey[1] as string) === ask.object ? previous : undefined),
    enabled,
  });
  const rows = query.data?.pages.flatMap((page) => page.records) ?? [];
  return { ...query, rows, count: query.data?.pages[0]?.count ?? null };
}

export function useRecord(object: string, id: number | string, enabled = true) {
  return useQuery({
    queryKey: ["record", object, String(id)],
    queryFn: ({ signal }) => get<RecordAnswer>(`/api/records/${object}/${id}`, undefined, signal),
    enabled,
  });
}

/** What to ask for these columns: links with their labels, money with its currency. */
export function askedFields(object: ObjectInfo, paths: string[], definitions: Definitions): string[] {
  const asked = new Set(["id", ...(fieldOf(object, "version") || !object.append_only ? ["version"] : [])]);
  for (const path of paths) {
    const field = fieldAt(definitions, object, path);
    if (!field) continue;
    asked.add(path);
    if (isLink(field)) asked.add(`${path}._label`);
    if (field.type === "money" && field.currency) {
      const currency = currencyPath(field);
      const at = fieldAt(definitions, object, currency);
      if (at && isLink(at)) asked.add(`${currency}._label`);
    }
  }
  return [...asked];
}

const currencyPath = (field: Field): string => [...field.name.split(".").slice(0, -1), field.currency].join(".");

/** The paths of the default list: those marked for it, else the title and the first few. */
export function defaultColumns(object: ObjectInfo): string[] {
  const marked = object.fields.filter((field) => field.in_list && field.type !== "lines").map((field) => field.name);
  if (marked.length > 0) return marked;
  const plain = object.fields.filter((field) => !field.hidden && !["lines", "long_text", "json"].includes(field.type) && !field.name.endsWith("_at"));
  return plain.slice(0, 7).map((field) => field.name);
}

/** What a record is called, from a list row or a whole record. */
export function titleOf(object: ObjectInfo, row: Values): string {
  const path = /^\w+(\.\w+)*$/.test(object.title) ? object.title : "id";
  const labels = row._labels as Record<string, string> | undefined;
  const first = path.split(".")[0] ?? "id";
  const value = row[path] ?? row[`${first}._label`] ?? labels?.[first] ?? row[first];
  return value === null || value === undefined || value === "" ? `${object.label} ${row.id ?? ""}` : String(value);
}
