/** All records of a drawing at once, up to what a drawing can show. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useDefs } from "../context";
import { fieldAt, type ObjectInfo, type RecordAnswer } from "../definitions";
import { joinWhere } from "../filters";
import { askedFields, fetchPage, type ListPage } from "../query";
import type { ListState } from "../list/state";
import { useColourPaths } from "./colours";

const PAGE = 1000;
const NO_ROWS: RecordAnswer[] = [];

/** Columns, title, state and what colours read: all that a card may show. */
export function useCardFields(object: ObjectInfo, state: ListState, more: string[]): string[] {
  const definitions = useDefs();
  const coloured = useColourPaths(object, state.shape);
  const paths = [object.title, object.subtitle ?? "", object.state_field ?? "", ...state.columns, ...coloured, ...more].filter((path) => path && fieldAt(definitions, object, path));
  return askedFields(object, [...new Set(paths)], definitions);
}

export function useAll(object: ObjectInfo, state: ListState, { where = "", sort = state.sort, more = [] as string[], most = 3 * PAGE, enabled = true }) {
  const fields = useCardFields(object, state, more);
  const ask = { object: object.name, where: joinWhere([state.formula, where]), sort, search: state.search, fields, trash: state.trash, pageSize: PAGE };
  const query = useQuery({
    queryKey: ["list", object.name, "all", most, ask],
    queryFn: ({ signal }) => fetchUpTo(most, ask, signal),
    placeholderData: (before, former) => ((former?.queryKey[1] as string) === object.name ? before : undefined),
    enabled,
  });
  const rows = query.data?.records ?? NO_ROWS;
  return useMemo(() => ({ ...query, rows, count: query.data?.count?.value ?? rows.length, hasMore: Boolean(query.data?.next) }), [query, rows]);
}

async function fetchUpTo(most: number, ask: Parameters<typeof fetchPage>[0], signal: AbortSignal): Promise<ListPage> {
  const first = await fetchPage(ask, null, signal);
  let [records, next] = [first.records, first.next];
  while (next && records.length < most) {
    const page = await fetchPage(ask, next, signal);
    [records, next] = [[...records, ...page.records], page.next];
  }
  return { ...first, records, next };
}
