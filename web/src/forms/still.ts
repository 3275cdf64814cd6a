import { useLayoutEffect } from "react";

/** For `inert`: nothing is typed into what is being saved; when it was refused, one goes on where one was. */
export function useStill(isSaving: boolean): boolean {
  useLayoutEffect(() => {
    if (!isSaving) return undefined;
    const at = document.activeElement;
    return () => {
      if (at instanceof HTMLElement && at.isConnected && document.activeElement === document.body) at.focus();
    };
  }, [isSaving]);
  return isSaving;
}
