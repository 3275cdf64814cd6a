/** Brings a part of the rule into sight when a finding leads to it or to a place inside of it. */
import { type RefObject, useEffect, useRef } from "react";
import { useRule } from "./state";

export function useSight<E extends HTMLElement = HTMLElement>(place: string): RefObject<E | null> {
  const { wanted } = useRule();
  const element = useRef<E>(null);
  useEffect(() => {
    const isHere = wanted?.place === place || wanted?.place?.startsWith(`${place}.`);
    if (!isHere || !element.current) return;
    element.current.scrollIntoView({ block: "center" });
    element.current.querySelector<HTMLElement>("input, textarea, [contenteditable=true]")?.focus({ preventScroll: true });
  }, [wanted]);
  return element;
}
