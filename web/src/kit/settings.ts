/** What this browser remembers for a person: language, theme, widths, folded menus. */
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();

export function remember(name: string, value: unknown): void {
  try {
    localStorage.setItem(`queti.${name}`, JSON.stringify(value));
  } catch {
    // A browser that refuses storage only forgets.
  }
  for (const listener of listeners) listener();
}

export function recall<T>(name: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(`queti.${name}`);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A remembered value as React state; the text form keeps snapshots comparable. */
export function useSetting<T>(name: string, otherwise: T): [T, (value: T) => void] {
  const text = useSyncExternalStore(subscribe, () => JSON.stringify(recall(name, otherwise)));
  return [JSON.parse(text) as T, (value: T) => remember(name, value)];
}
