/** A table that is gone about as a spreadsheet is: arrows, ranges with shift, one act on all that is chosen. */
import { type KeyboardEvent, type MouseEvent, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

export interface Spot {
  row: number;
  column: number;
}

export interface Range {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export interface GridState {
  spot: Spot;
  range: Range;
  /** For the table: keys and clicks of all its cells. */
  props: { ref: (table: HTMLTableElement | null) => void; onKeyDown: (event: KeyboardEvent) => void; onMouseDown: (event: MouseEvent) => void };
}

const STEPS: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-10, 0], PageDown: [10, 0] };

const within = (value: number, most: number): number => Math.max(0, Math.min(most - 1, value));

/** `onKey` hears every other key, with the chosen range; it answers whether it was meant for it. */
export function useGrid(rows: number, columns: number, onKey: (key: string, event: KeyboardEvent, range: Range) => boolean, start?: Spot): GridState {
  const [focus, setFocus] = useState<Spot>(start ?? { row: 0, column: 0 });
  const [anchor, setAnchor] = useState<Spot>(start ?? { row: 0, column: 0 });
  const table = useRef<HTMLTableElement>(null);
  const wantsFocus = useRef(false);
  const spot = { row: within(focus.row, rows), column: within(focus.column, columns) };
  const from = { row: within(anchor.row, rows), column: within(anchor.column, columns) };
  const range = { top: Math.min(spot.row, from.row), bottom: Math.max(spot.row, from.row), left: Math.min(spot.column, from.column), right: Math.max(spot.column, from.column) };

  const cellAt = ({ row, column }: Spot) => table.current?.querySelector<HTMLElement>(`[data-spot="${row}:${column}"]`);

  useEffect(() => {
    if (start?.row) cellAt(start)?.scrollIntoView?.({ block: "center" });
  }, []);

  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    cellAt(spot)?.focus();
  });

  function go(to: Spot, isRange: boolean): void {
    const next = { row: within(to.row, rows), column: within(to.column, columns) };
    wantsFocus.current = true;
    setFocus(next);
    if (!isRange) setAnchor(next);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (!(event.target as HTMLElement).dataset.spot) return;
    const step = STEPS[event.key];
    if (step) go({ row: spot.row + step[0], column: spot.column + step[1] }, event.shiftKey);
    else if (event.key === "Home") go({ row: event.ctrlKey ? 0 : spot.row, column: 0 }, event.shiftKey);
    else if (event.key === "End") go({ row: event.ctrlKey ? rows - 1 : spot.row, column: columns - 1 }, event.shiftKey);
    else if (!onKey(event.key, event, range)) return;
    event.preventDefault();
  }

  function onMouseDown(event: MouseEvent): void {
    const cell = (event.target as HTMLElement).closest<HTMLElement>("[data-spot]");
    if (!cell || event.button !== 0) return;
    const [row = 0, column = 0] = cell.dataset.spot!.split(":").map(Number);
    event.preventDefault();
    go({ row, column }, event.shiftKey);
  }

  const ref = useCallback((found: HTMLTableElement | null) => {
    table.current = found;
  }, []);
  return { spot, range, props: { ref, onKeyDown, onMouseDown } };
}

/** The columns of the row that are chosen, as `first:last`; blank for a row beside the range: rows are drawn again only for a change. */
export const chosenIn = ({ range }: GridState, row: number): string => (row >= range.top && row <= range.bottom ? `${range.left}:${range.right}` : "");

export function isChosen(chosen: string, column: number): boolean {
  const [first, last] = chosen.split(":");
  return chosen !== "" && column >= Number(first) && column <= Number(last);
}
