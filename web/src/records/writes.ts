/** Moving to the trash and back, with undo; what every list and page refreshes after a write. */
import { useLingui } from "@lingui/react/macro";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { freshKey, post } from "../kit/api";
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

  /** All or none; true when they came. */
  async function restore(rows: RecordAnswer[]): Promise<boolean> {
    try {
      await post(`/api/bulk/${object.name}/restore`, { ids: rows.map(({ id }) => id) }, freshKey());
    } catch (error) {
      notices.problem(error);
      await refreshAfterWrite(client);
      return false;
    }
    notices.done(rows.length === 1 ? t`Brought back` : t`${rows.length} records brought back`);
    await refreshAfterWrite(client);
    return true;
  }

  /** All or none; true when they went. */
  async function remove(rows: RecordAnswer[]): Promise<boolean> {
    try {
      await post(`/api/bulk/${object.name}/trash`, { versions: Object.fromEntries(rows.map(({ id, version }) => [id, version])) }, freshKey());
    } catch (error) {
      notices.problem(error);
      await refreshAfterWrite(client);
      return false;
    }
    const text = rows.length === 1 ? t`${titleOf(object, rows[0]!)} is in the trash` : t`${rows.length} records are in the trash`;
    notices.done(text, { act: () => void restore(rows) });
    await refreshAfterWrite(client);
    return true;
  }

  return { remove, restore };
}
