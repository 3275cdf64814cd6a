import { useSyncExternalStore } from "react";

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (notify) => {
      const media = window.matchMedia(query);
      media.addEventListener("change", notify);
      return () => media.removeEventListener("change", notify);
    },
    () => window.matchMedia(query).matches,
  );
}

/** Phones get their own layout below this width. */
export const useIsPhone = (): boolean => useMedia("(max-width: 767px)");
export const useIsWide = (): boolean => useMedia("(min-width: 1180px)");
