/** Changing a record where it is drawn: shown at once, said, undone by a press, put back when refused. */
import { useLingui } from "@lingui/react/macro";
import { type InfiniteData, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { patch } from "../../kit/api";
import { useNotices } from "../../kit/notices";
import type { ObjectInfo, RecordAnswer, Values } from "../definitions";
import type { ListPage } from "../query";
import { refreshAfterWrite } from "../writes";

type Cached = InfiniteData<ListPage> | ListPage | undefined;

function show(client: QueryClient, object: string, id: number, values: Values): void {
  const inPage = (page: ListPage): ListPage => ({ ...page, records: page.records.map((row) => (row.id === id ? { ...row, ...values } : row)) });
  client.setQueriesData<Cached>({ queryKey: ["list", object] }, (data) => {
    if (!data) return data;
    if ("pages" in data) return { ...data, pages: data.pages.map(inPage) };
    return Array.isArray(data.records) ? inPage(data) : data;
  });
}

const written = (values: Values): Values => Object.fromEntries(Object.entries(values).filter(([name]) => !name.endsWith("._label")));

const turns = new Map<string, Promise<number>>();

/** One write of a record after the other, each with the version that the last one made: keys are faster than answers. */
async function inTurn(key: string, version: number, act: (version: number) => Promise<RecordAnswer>): Promise<RecordAnswer> {
  const before = turns.get(key)?.catch(() => 0) ?? Promise.resolve(0);
  const answer = before.then((known) => act(Math.max(version, known)));
  const turn = answer.then((now) => now.version ?? 0);
  turns.set(key, turn);
  void turn.catch(() => 0).then(() => turns.get(key) === turn && turns.delete(key));
  return answer;
}

export type Move = (row: RecordAnswer, values: Values, said: string) => Promise<boolean>;

/** Writes the values (`customer._label` is only shown); true when the server took them. */
export function useMove(object: ObjectInfo): Move {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();

  async function write(row: RecordAnswer, values: Values): Promise<RecordAnswer | undefined> {
    const before = Object.fromEntries(Object.keys(values).map((name) => [name, row[name] ?? null]));
    await client.cancelQueries({ queryKey: ["list", object.name] });
    show(client, object.name, row.id, values);
    try {
      const now = await inTurn(`${object.name} ${row.id}`, row.version ?? 0, (version) => patch<RecordAnswer>(`/api/records/${object.name}/${row.id}`, { ...written(values), version }));
      show(client, object.name, row.id, { version: now.version });
      return now;
    } catch (error) {
      show(client, object.name, row.id, before);
      notices.problem(error);
      return undefined;
    } finally {
      await refreshAfterWrite(client);
    }
  }

  return async (row, values, said) => {
    if (Object.entries(written(values)).every(([name, value]) => (row[name] ?? null) === value)) return false;
    const before = Object.fromEntries(Object.keys(values).map((name) => [name, row[name] ?? null]));
    const now = await write(row, values);
    if (now) notices.done(said, { act: () => void write({ ...row, ...values, version: now.version }, before).then((back) => back && notices.done(t`Put back`)) });
    return Boolean(now);
  };
}
