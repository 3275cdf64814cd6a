/** Dragging with pointer and keyboard, behind one module: the rest of the designer knows no library. */
import { useLingui } from "@lingui/react/macro";
import { pointerIntersection } from "@dnd-kit/collision";
import { Accessibility } from "@dnd-kit/dom";
import { DragDropProvider, KeyboardSensor, PointerSensor, useDraggable, useDragOperation, useDroppable } from "@dnd-kit/react";
import { isSortable, useSortable } from "@dnd-kit/react/sortable";
import type { ReactNode } from "react";

export { useDraggable, useDroppable };

export interface Dropped {
  /** What was dragged: an item's id, or what a palette entry carries. */
  id: string;
  fresh: boolean;
  from: { group: string; index: number };
  to: { group: string; index: number };
}

interface DragAreaProps {
  children: ReactNode;
  onDrop: (dropped: Dropped) => void;
}

export function DragArea({ children, onDrop }: DragAreaProps) {
  const { t } = useLingui();
  const instructions = t`To move it with the keyboard press space, then the arrow keys, and space again. Escape leaves it where it was.`;
  const named = { draggable: instructions };
  return (
    <DragDropProvider
      sensors={[PointerSensor, KeyboardSensor]}
      plugins={(defaults) => defaults.map((plugin) => (plugin === Accessibility ? Accessibility.configure({ screenReaderInstructions: named }) : plugin))}
      onDragEnd={(event) => {
        if (event.canceled) return;
        const dropped = read(event.operation.source, event.operation.target);
        // The list shows the new order when React draws it; the library puts its own back first.
        if (dropped) queueMicrotask(() => onDrop(dropped));
      }}
    >
      {children}
    </DragDropProvider>
  );
}

function read(source: unknown, target: unknown): Dropped | null {
  const dragged = source as { id: unknown; data?: { fresh?: string } } | null;
  const over = target as { id: unknown; data?: { group?: string; length?: number } } | null;
  if (!dragged) return null;
  if (isSortable(source as never)) {
    const sortable = source as unknown as { index: number; initialIndex: number; group?: unknown; initialGroup?: unknown };
    const to = over?.data?.group !== undefined && !isSortable(target as never) ? { group: over.data.group, index: over.data.length ?? 0 } : { group: String(sortable.group), index: sortable.index };
    const from = { group: String(sortable.initialGroup), index: sortable.initialIndex };
    return from.group === to.group && from.index === to.index ? null : { id: String(dragged.id), fresh: false, from, to };
  }
  if (!over || !dragged.data?.fresh) return null;
  const fresh = { id: dragged.data.fresh, fresh: true, from: { group: "", index: -1 } };
  if (isSortable(target as never)) {
    const sortable = target as unknown as { index: number; group?: unknown };
    return { ...fresh, to: { group: String(sortable.group), index: sortable.index } };
  }
  return over.data?.group === undefined ? null : { ...fresh, to: { group: over.data.group, index: over.data.length ?? 0 } };
}

export const useIsDragging = (): boolean => Boolean(useDragOperation().source);

/** Something of an ordered list; `handleRef` goes to the button that lifts it. */
export function useSorted(id: string, index: number, group: string, type = "item", accept: string[] = ["item", "fresh"]) {
  return useSortable({ id, index, group, type, accept, transition: null });
}

/** Something that is copied from, such as an entry of the palette. Enter and click are its own. */
export function useFresh(id: string) {
  return useDraggable({ id: `fresh ${id}`, type: "fresh", data: { fresh: id }, sensors: [PointerSensor] });
}

/** A list that may be empty: takes what falls beside its items. */
export function useDropZone(group: string, length: number, accept: string[] = ["item", "fresh"]) {
  return useDroppable({ id: `zone ${group}`, type: "zone", accept, collisionPriority: 1, data: { group, length } });
}

/** The head of a list that is closed: it takes what the pointer itself stands on, however large the card in hand. */
export function useDropHead(group: string, length: number) {
  return useDroppable({ id: `head ${group}`, type: "zone", accept: ["item", "fresh"], collisionDetector: pointerIntersection, collisionPriority: 4, data: { group, length } });
}
