/** Trying a draft: every call of this tab asks for the draft's answers, until it is left. Nothing is written. */
import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { get, onTryingRefused, type Tried, tryWith } from "../kit/api";

export interface Trying extends Tried {
  title?: string;
  /** What the role or person is called. */
  as?: string;
}

const KEPT = "queti.trying";
const listeners = new Set<() => void>();
let trying: Trying | null = recall();
tryWith(trying);
// Published, discarded, or somebody else's: the product itself comes back.
let isBeginning = false;
onTryingRefused(() => {
  if (isBeginning) return;
  set(null);
  location.assign("/");
});

/** Kept for this tab alone, so that a reload doesn't end it and other tabs stay as they are. */
function recall(): Trying | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as Trying | null;
  } catch {
    return null;
  }
}

function set(wanted: Trying | null): void {
  trying = wanted;
  tryWith(wanted);
  if (wanted) sessionStorage.setItem(KEPT, JSON.stringify(wanted));
  else sessionStorage.removeItem(KEPT);
  for (const listener of listeners) listener();
}

/** Throws the server's words where the draft can't be tried; then everything stays as it was. */
export async function beginTrying(client: QueryClient, wanted: Trying): Promise<void> {
  isBeginning = true;
  tryWith(wanted);
  try {
    await get("/api/definitions");
  } catch (error) {
    tryWith(trying);
    throw error;
  } finally {
    isBeginning = false;
  }
  set(wanted);
  await client.resetQueries({ predicate: isOfProduct });
}

/** Without a look at what is shown: on signing out. */
export const stopTrying = (): void => set(null);

export async function leaveTrying(client: QueryClient): Promise<void> {
  set(null);
  await client.resetQueries({ predicate: isOfProduct });
}

/** Who is signed in stays; what is shown of the product is asked for again. */
const isOfProduct = ({ queryKey }: { queryKey: readonly unknown[] }): boolean => queryKey[0] !== "session" && queryKey[0] !== "ant-locale";

export const useTrying = (): Trying | null =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => trying,
  );
