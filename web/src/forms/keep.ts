/** What was typed outlives the tab: kept on the server for its writer, offered on coming back, gone once saved. Calls go one after the other: what is gone is not kept again by an older one. */
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
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

  const unkept = useRef<string | null>(null);
  const turn = useRef<Promise<unknown>>(Promise.resolve());
  const { current: inTurn } = useRef((act: () => Promise<unknown>) => (turn.current = turn.current.then(act).catch(() => undefined)));
  const keep = useCallback(() => {
    const typed = unkept.current;
    unkept.current = null;
    if (typed !== null) void inTurn(() => put(path, JSON.parse(typed)));
  }, [path, inTurn]);

  useEffect(() => {
    if (!draft.isTouched || isOver.current || isTrying) return undefined;
    unkept.current = body;
    const timer = setTimeout(keep, PAUSE);
    return () => clearTimeout(timer);
  }, [keep, body, draft.isTouched, isTrying]);

  useEffect(() => {
    document.addEventListener("visibilitychange", keep);
    return () => {
      document.removeEventListener("visibilitychange", keep);
      keep();
    };
  }, [keep]);

  function discard(): void {
    setAnswered(true);
    void inTurn(() => remove(path));
  }

  function restore(): void {
    setAnswered(true);
    if (found.data) draft.restore(found.data.values, found.data.labels);
  }

  /** Saved, or given up: nothing is kept any more. */
  function finish(): void {
    isOver.current = true;
    unkept.current = null;
    void inTurn(() => remove(path));
  }

  return { offer, restore, discard, finish };
}

const whatWasTyped = ({ values, labels, touched }: Draft, version: number | null) => ({
  values: Object.fromEntries([...touched].map((name) => [name, values[name] ?? null])),
  labels: Object.fromEntries(Object.entries(labels).filter(([name]) => touched.has(name))),
  version,
});
