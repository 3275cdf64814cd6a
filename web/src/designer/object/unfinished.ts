/** Rules that aren't whole yet are no part of the draft; they wait in this browser until they are. */
import { useState } from "react";
import type { Body } from "../draft";

/** Object → its unfinished rules by name. */
export type Unfinished = Record<string, Record<string, Body>>;

export function useUnfinished(draft: number): [Unfinished, (next: Unfinished) => void] {
  const place = `queti.unfinished.${draft}`;
  const [unfinished, set] = useState(() => JSON.parse(sessionStorage.getItem(place) ?? "{}") as Unfinished);
  function keep(next: Unfinished): void {
    sessionStorage.setItem(place, JSON.stringify(next));
    set(next);
  }
  return [unfinished, keep];
}
