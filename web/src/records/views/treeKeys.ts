/** Arrows in a tree, as the ARIA pattern has them: right opens and goes in, left closes and goes out. */
import type { KeyboardEvent } from "react";

export function treeKeys(event: KeyboardEvent<HTMLElement>, toggle: (id: number, isOpen: boolean) => void): void {
  const here = (event.target as HTMLElement).closest<HTMLElement>('[role="treeitem"]');
  if (!here || event.altKey || event.target !== here) return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="treeitem"]')];
  const at = items.indexOf(here);
  const level = Number(here.ariaLevel);
  const isOpen = here.ariaExpanded === "true";
  const above = () => items.slice(0, at).findLast((item) => Number(item.ariaLevel) < level);
  const ways: Record<string, () => HTMLElement | undefined> = {
    ArrowDown: () => items[at + 1],
    ArrowUp: () => items[at - 1],
    Home: () => items[0],
    End: () => items.at(-1),
    ArrowRight: () => (isOpen ? items[at + 1] : void toggle(Number(here.dataset.id), true)),
    ArrowLeft: () => (isOpen ? void toggle(Number(here.dataset.id), false) : above()),
  };
  const way = ways[event.key];
  if (!way) return;
  event.preventDefault();
  const next = way();
  if (!next) return;
  for (const item of items) item.tabIndex = item === next ? 0 : -1;
  next.focus();
}
