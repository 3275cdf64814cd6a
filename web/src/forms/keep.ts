/** What was typed outlives the tab: kept on the server for its writer, offered on coming back, gone once saved. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { get, put, remove } from "../kit/api";
import type { Values } from "../records/definitions";
import { useTrying } from "../suggest/trying";
import type { Draft } from "./draft";

export interface Kept {
  values: Values;
  labels: Record<string, string>;
  version: number | null;
  at: string;
}

const PAUSE = 900;

/** `id` is "new" for a record that isn't there yet. */
export function useKept(object: string, id: number | "new", draft: Draft, version: number | null) {
  const path = `/api/records/${object}/${id}/draft`;
  const isOver = useRef(false);
  const [isAnswered, setAnswered] = useState(false);
  const isTrying = useTrying() !== null;
  const found = useQuery({
    queryKey: ["kept", object, id],
    queryFn: ({ signal }) => get<{ draft: Kept | null }>(path, undefined, signal).then(({ draft: kept }) => kept),
    staleTime: Infinity,
    enabled: !isTrying,
    gcTime: 0,
    retry: false,
  });
  const body = JSON.stringify(whatWasTyped(draft, version));
  const offer = isAnswered || draft.isTouched ? null : (found.data ?? null);

  useEffect(() => {
    if (!draft.isTouched || isOver.current || isTrying) return;
    const timer = setTimeout(() => {
      if (!isOver.current) void put(path, JSON.parse(body)).catch(() => undefined);
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [path, body, draft.isTouched, isTrying]);

  function discard(): void {
    setAnswered(true);
    void remove(path).catch(() => undefined);
  }

  function restore(): void {
    setAnswered(true);
    if (found.data) draft.restore(found.data.values, found.data.labels);
  }

  /** Saved, or given up: nothing is kept any more. */
  function finish(): void {
    isOver.current = true;
    void remove(path).catch(() => undefined);
  }

  return { offer, restore, discard, finish };
}

const whatWasTyped = ({ values, labels, touched }: Draft, version: number | null) => ({
  values: Object.fromEntries([...touched].map((name) => [name, values[name] ?? null])),
  labels: Object.fromEntries(Object.entries(labels).filter(([name]) => touched.has(name))),
  version,
});
