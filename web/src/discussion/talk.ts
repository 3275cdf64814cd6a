/** What is said about a record, who follows it, and what is new for me. */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { get, post } from "../kit/api";
import type { StoredFile } from "../records/fields/upload";

export interface Mention {
  id: number;
  name: string;
}

export interface Comment {
  id: number;
  by: number;
  by_name: string;
  at: string;
  text: string;
  mentions: Mention[];
  files: StoredFile[];
  edited_at: string | null;
  mine: boolean;
}

export interface News {
  object: string;
  object_label: string;
  id: number;
  label: string;
  act: string;
  changes: number;
  comments: number;
  mentioned: boolean;
  at: string;
  by_name: string;
  text: string;
}

export const placeOf = (object: string, id: number): string => `/api/records/${object}/${id}`;

export function useComments(object: string, id: number) {
  const query = useInfiniteQuery({
    queryKey: ["comments", object, id],
    queryFn: ({ pageParam, signal }) => get<{ comments: Comment[]; next: number | null }>(`${placeOf(object, id)}/comments`, { before: pageParam }, signal),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next ?? undefined,
  });
  return { ...query, comments: query.data?.pages.flatMap((page) => page.comments) ?? [] };
}

export interface Followers {
  followers: Mention[];
  following: boolean;
}

export function useFollowers(object: string, id: number) {
  return useQuery({ queryKey: ["followers", object, id], queryFn: ({ signal }) => get<Followers>(`${placeOf(object, id)}/followers`, undefined, signal) });
}

export function useNews() {
  return useQuery({
    queryKey: ["news"],
    queryFn: ({ signal }) => get<{ news: News[]; unread: number }>("/api/news", undefined, signal),
    staleTime: 30_000,
    refetchInterval: 300_000,
  });
}

/** Who has the record before their eyes knows what is new of it, now and whatever comes while they look. */
export function useSeen(object: string, id: number): void {
  const client = useQueryClient();
  const { data } = useNews();
  const latest = data?.news.find((one) => one.object === object && one.id === id)?.at;
  useEffect(() => {
    if (!latest) return;
    const see = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", see);
      void post(`${placeOf(object, id)}/seen`, {}).then(() => client.invalidateQueries({ queryKey: ["news"] }), () => undefined);
    };
    document.addEventListener("visibilitychange", see);
    see();
    return () => document.removeEventListener("visibilitychange", see);
  }, [client, object, id, latest]);
}
