/** Views that people keep: their own, and those that administrators share. */
import { useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { call, get, patch, post, put } from "../../kit/api";
import { useNotices } from "../../kit/notices";
import { remember, useSetting } from "../../kit/settings";
import type { ViewInfo } from "../definitions";

interface KeptAnswer {
  id: number;
  object: string;
  name: string;
  body: Omit<Partial<ViewInfo>, "label" | "name">;
  /** Null: one's own alone; empty: everybody's. */
  roles: string[] | null;
  mine: boolean;
  version: number;
}

export interface Kept extends ViewInfo {
  kept: KeptAnswer;
}

export type KeptBody = KeptAnswer["body"];

export const isKept = (view: ViewInfo | Kept | undefined): view is Kept => view !== undefined && "kept" in view;

export function useKeptViews(object: string) {
  return useQuery({
    queryKey: ["kept_views", object],
    queryFn: async ({ signal }) => {
      const { views, first } = await get<{ views: KeptAnswer[]; first: string }>(`/api/kept_views/${object}`, undefined, signal);
      remember(firstOf(object), first);
      return views.map(read);
    },
    staleTime: 60_000,
  });
}

const firstOf = (object: string): string => `first_view.${object}`;

/** The view that the list opens with, as the server says; until it does, as this browser last heard, and null before that. */
export const useFirstView = (object: string): string | null => useSetting<string | null>(firstOf(object), null)[0];

function read(answer: KeptAnswer): Kept {
  return { kind: "list", ...answer.body, object: answer.object, name: `kept:${answer.id}`, label: answer.name, kept: answer };
}

export function useKeeping(object: string) {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();

  async function attempt<T>(act: () => Promise<T>, said?: string): Promise<T | undefined> {
    try {
      const answer = await act();
      await client.invalidateQueries({ queryKey: ["kept_views", object] });
      if (said) notices.done(said);
      return answer;
    } catch (error) {
      notices.problem(error);
      await client.invalidateQueries({ queryKey: ["kept_views", object] });
      return undefined;
    }
  }

  const keep = (name: string, body: KeptBody, roles: string[] | null) =>
    attempt(async () => {
      const answer = await post<KeptAnswer>(`/api/kept_views/${object}`, { name, body, roles });
      return `kept:${answer.id}`;
    }, t`View kept`);

  function change({ kept }: Kept, news: Partial<Pick<KeptAnswer, "name" | "body" | "roles">>, said: string | undefined = t`View changed`) {
    const { name, body, roles, version } = { ...kept, ...news };
    return attempt(() => patch<KeptAnswer>(`/api/kept_view/${kept.id}`, { name, body, roles, version }), said);
  }

  function remove({ kept }: Kept): Promise<true | undefined> {
    return attempt(async () => {
      await call("DELETE", `/api/kept_view/${kept.id}`, { query: { version: kept.version } });
      notices.done(t`View removed`, { act: () => void keep(kept.name, kept.body, kept.roles) });
      return true as const;
    });
  }

  /** The two change places; where both stood at none, by the order that they are shown in. */
  async function swap(all: Kept[], one: number, other: number): Promise<void> {
    const order = all.map((_, at) => at);
    [order[one], order[other]] = [order[other]!, order[one]!];
    const changed = all.flatMap((view, at) => (view.order === order[at] ? [] : [{ view, order: order[at]! }]));
    await attempt(() => Promise.all(changed.map(({ view: { kept }, order: place }) => patch(`/api/kept_view/${kept.id}`, { name: kept.name, roles: kept.roles, version: kept.version, body: { ...kept.body, order: place } }))));
  }

  const openFirst = (view: string) =>
    attempt(async () => {
      await put(`/api/kept_views/${object}/first`, { view });
      remember(firstOf(object), view);
    });

  return { keep, change, remove, swap, openFirst };
}
