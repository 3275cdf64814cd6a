import type { PointerEvent } from "react";
import { useSetting } from "../../kit/settings";
import { kindOf } from "../fields/registry";
import type { Column } from "./Grid";

export function useWidths(name: string, columns: Column[], title: string): [number[], (index: number, width: number) => void] {
  const [kept, keep] = useSetting<Record<string, number>>(`widths.${name}`, {});
  const widths = columns.map((column) => kept[column.path] ?? startWidth(column, column.path === title));
  return [widths, (index, width) => keep({ ...kept, [columns[index]!.path]: Math.round(Math.max(60, Math.min(640, width))) })];
}

/** Wide enough for the heading too, and for a name in full; Chinese letters count double. */
function startWidth({ field }: Column, isTitle: boolean): number {
  const letters = Array.from(field.label).reduce((sum, letter) => sum + (letter > "\u2e80" ? 14 : 7.5), 0);
  const named = isTitle && field.type === "text" ? 250 : 0;
  return Math.max(kindOf(field).width, Math.round(letters) + 40, named);
}

export function ResizeHandle({ onWidth }: { onWidth: (width: number) => void }) {
  function grab(event: PointerEvent<HTMLSpanElement>): void {
    event.preventDefault();
    event.stopPropagation();
    const handle = event.currentTarget;
    const start = event.clientX;
    const from = handle.parentElement?.offsetWidth ?? 120;
    handle.setPointerCapture(event.pointerId);
    handle.onpointermove = (move) => onWidth(from + move.clientX - start);
    handle.onpointerup = () => {
      handle.onpointermove = null;
      handle.onpointerup = null;
    };
  }
  return <span className="q-resize" onPointerDown={grab} onClick={(event) => event.stopPropagation()} aria-hidden />;
}
