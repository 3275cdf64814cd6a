/** Single letters do it while nobody is typing. */
import { useEffect, useRef } from "react";

const ELSEWHERE = "input:not([type=checkbox]), textarea, select, [contenteditable=true], [role=dialog], [role=menu]";
type Keys = Record<string, (() => void) | undefined>;

/** `isMine`: does this part of the page listen now? */
export function useKeys(keys: Keys, isMine: () => boolean = () => true): void {
  const latest = useRef({ keys, isMine });
  latest.current = { keys, isMine };
  useEffect(() => {
    function press(event: KeyboardEvent): void {
      const isTyping = event.target instanceof HTMLElement && event.target.closest(ELSEWHERE);
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !latest.current.isMine()) return;
      const act = latest.current.keys[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    }
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}
