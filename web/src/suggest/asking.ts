/** “Suggest a change” can be pressed anywhere; one dialog, loaded then, takes it. */
import { useSyncExternalStore } from "react";

export interface About {
  object?: string;
  field?: string;
  /** The page's address, where it shows no object. */
  page?: string;
}

const listeners = new Set<() => void>();
let about: About | null = null;

export function askToSuggest(wanted: About | null): void {
  about = wanted;
  for (const listener of listeners) listener();
}

export const useAsked = (): About | null =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => about,
  );
