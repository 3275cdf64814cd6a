/** What a filter finds in a tree, with all that it stands under. */
import { useQuery } from "@tanstack/react-query";
import type { Field, ObjectInfo, RecordAnswer } from "../definitions";
import type { ListState } from "../list/state";
import { fetchPage } from "../query";
import { useAll, useCardFields } from "./all";

export interface FoundTree {
  /** What stands under each; at the top, under null. */
  below: Map<number | null, RecordAnswer[]>;
  /** Those that the filter didn't find: they only show where the others belong. */
  around: ReadonlySet<number>;
}

const MOST = 500;
const DEEPEST = 100;

export function useFoundTree(object: ObjectInfo, state: ListState, parent: Field | undefined, enabled: boolean) {
  const more = [parent?.name ?? ""];
  const fields = useCardFields(object, state, more);
  const all = useAll(object, state, { more, most: MOST, enabled: enabled && Boolean(parent) });
  const ids = all.rows.map(({ id }) => id);
  const above = useQuery({
    queryKey: ["list", object.name, "above", parent?.name, fields, ids],
    queryFn: ({ signal }) => fetchAbove(object.name, parent!.name, fields, all.rows, signal),
    enabled: enabled && Boolean(parent) && all.isSuccess,
  });
  const tree = enabled && parent && above.data ? foundTree(parent.name, all.rows, above.data) : undefined;
  return { tree, hasMore: all.hasMore, error: all.error ?? above.error, retry: () => void (all.isError ? all.refetch() : above.refetch()) };
}

/** Level by level up to the top, one question a level. */
async function fetchAbove(object: string, parent: string, fields: string[], found: RecordAnswer[], signal: AbortSignal): Promise<RecordAnswer[]> {
  const known = new Set(found.map(({ id }) => id));
  const above: RecordAnswer[] = [];
  let rows = found;
  for (let level = 0; rows.length > 0 && level < DEEPEST; level += 1) {
    const ids = [...new Set(rows.map((row) => row[parent] as number | null))].filter((id): id is number => typeof id === "number" && !known.has(id));
    rows = ids.length ? (await fetchPage({ object, where: `id in (${ids.join(", ")})`, fields, pageSize: MOST }, null, signal)).records : [];
    for (const row of rows) known.add(row.id);
    above.push(...rows);
  }
  return above;
}

/** In the order in which they were found; what hangs below something out of sight stands at the top. */
export function foundTree(parent: string, found: RecordAnswer[], above: RecordAnswer[]): FoundTree {
  const known = new Map([...above, ...found].map((row) => [row.id, row]));
  const placed = new Set<number>();
  const below: FoundTree["below"] = new Map();
  for (const each of found) {
    for (let row: RecordAnswer | undefined = each; row && !placed.has(row.id); ) {
      placed.add(row.id);
      const over = known.get(row[parent] as number);
      below.set(over?.id ?? null, [...(below.get(over?.id ?? null) ?? []), row]);
      row = over;
    }
  }
  return { below, around: new Set(above.map(({ id }) => id)) };
}
