/** Moving to the trash and back, with undo; what every list and page refreshes after a write. */
import { useLingui } from "@lingui/react/macro";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { call, post } from "../kit/api";
import { useNotices } from "../kit/notices";
import type { ObjectInfo, RecordAnswer } from "./definitions";
import { titleOf } from "./query";

/** Any write may change computed figures elsewhere: what is on the screen is asked for again. */
export async function refreshAfterWrite(client: QueryClient): Promise<void> {
  const kept = new Set(["session", "definitions", "ant-locale", "samples", "kept", "presence"]);
  await client.invalidateQueries({ predicate: ({ queryKey }) => !kept.has(String(queryKey[0])) });
}

export function useTrash(object: ObjectInfo) {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();

  async function restore(rows: RecordAnswer[]): Promise<void> {
    try {
      for (const row of rows) await post(`/api/records/${object.name}/${row.id}/restore`, {});
      notices.done(rows.length === 1 ? t`Brought back` : t`${rows.length} records brought back`);
    } catch (error) {
      notices.problem(error);
    }
    await refreshAfterWrite(client);
  }

  /** True when all went; what was removed before a refusal can still be undone. */
  async function remove(rows: RecordAnswer[]): Promise<boolean> {
    const gone: RecordAnswer[] = [];
    try {
      for (const row of rows) {
        await call("DELETE", `/api/records/${object.name}/${row.id}`, { query: { version: row.version }, body: { version: row.version } });
        gone.push(row);
      }
    } catch (error) {
      notices.problem(error);
    }
    const [first] = gone;
    if (first) {
      const text = gone.length === 1 ? t`${titleOf(object, first)} is in the trash` : t`${gone.length} records are in the trash`;
      notices.done(text, { act: () => void restore(gone) });
    }
    await refreshAfterWrite(client);
    return gone.length === rows.length;
  }

  return { remove, restore };
}
