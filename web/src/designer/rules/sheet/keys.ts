/** The moving cell of a sheet: keys as Excel has them, ranges, copy and paste, where an edit begins and ends. */
import { type ClipboardEvent, type KeyboardEvent, useState } from "react";
import { type Area, areaOf, cleared, edge, filledDown, inserted, moved, pasted, readBlock, removed, type Row, type Spot, writeBlock, written } from "./block";

export interface Editing {
  at: Spot;
  text: string;
  /** Begun by typing over the cell: arrows leave it. Else they move in its text. */
  isTyped: boolean;
}

export interface SheetFacts<R extends Row> {
  rows: readonly R[];
  width: number;
  blank: () => R;
  onRows: (act: RowsAct, rows: R[]) => void;
  /** Brings a row into sight. */
  reveal: (spot: Spot) => void;
  focus: () => void;
  undo: () => void;
  redo: () => void;
  /** How many rows are seen at once. */
  page: () => number;
}

export type RowsAct = "write" | "paste" | "fill" | "clear" | "insert" | "remove" | "move" | "copy";

export function useSheetKeys<R extends Row>(facts: SheetFacts<R>) {
  const { rows, width, blank, onRows } = facts;
  const [cursor, setCursor] = useState<Spot>({ row: 0, column: 0 });
  const [anchor, setAnchor] = useState<Spot | null>(null);
  const [editing, setEditing] = useState<Editing | null>(null);
  const at = { row: Math.min(cursor.row, Math.max(0, rows.length - 1)), column: Math.min(cursor.column, Math.max(0, width - 1)) };
  const area = areaOf(anchor ? { row: Math.min(anchor.row, rows.length - 1), column: Math.min(anchor.column, width - 1) } : at, at);

  function go(to: Spot, isRange = false): void {
    const spot = { row: Math.max(0, Math.min(rows.length - 1, to.row)), column: Math.max(0, Math.min(width - 1, to.column)) };
    setAnchor(isRange ? (anchor ?? at) : null);
    setCursor(spot);
    facts.reveal(spot);
  }

  function choose(next: Area): void {
    setAnchor({ row: next.top, column: next.left });
    setCursor({ row: next.bottom, column: next.right });
    facts.reveal({ row: next.bottom, column: next.left });
  }

  function edit(spot: Spot, typed?: string): void {
    const row = rows[spot.row];
    if (!row) return;
    setAnchor(null);
    setCursor(spot);
    setEditing({ at: spot, text: typed ?? row.cells[spot.column] ?? "", isTyped: typed !== undefined });
    facts.focus();
  }

  /** The sheet's input got a text: an edit goes on or, of a cell that was only stood on, begins. */
  function type(text: string): void {
    if (editing) setEditing({ ...editing, text });
    else edit(at, text);
  }

  /** What was typed is written, and the cell goes on: down after Enter, to the side after Tab. */
  function finish(text: string | null, step: { rows: number; columns: number } = { rows: 0, columns: 0 }, isHere = true): void {
    const place = editing?.at ?? at;
    setEditing(null);
    if (text === null) return facts.focus();
    // No row is added by itself: a row without conditions fits everything.
    const next = text.trim() !== rows[place.row]?.cells[place.column] ? written(rows, place, [[text.trim()]], width, blank) : rows;
    if (next !== rows) onRows("write", [...next]);
    const wraps = place.column + step.columns >= width && place.row < next.length - 1;
    const to = wraps ? { row: place.row + 1, column: 0 } : { row: Math.min(next.length - 1, Math.max(0, place.row + step.rows)), column: Math.max(0, Math.min(width - 1, place.column + step.columns)) };
    setCursor(to);
    if (!isHere) return;
    facts.reveal(to);
    facts.focus();
  }

  function insert(place: number): void {
    onRows("insert", inserted(rows, place, [blank()]));
    setAnchor(null);
    setCursor({ row: place, column: at.column });
    facts.reveal({ row: place, column: at.column });
  }

  /** The chosen rows once more, below themselves. */
  function duplicate(): void {
    const copies = rows.slice(area.top, area.bottom + 1).map((row) => ({ ...blank(), cells: row.cells }));
    onRows("copy", inserted(rows, area.bottom + 1, copies));
    choose({ top: area.bottom + 1, bottom: area.bottom + copies.length, left: 0, right: width - 1 });
  }

  function remove(from: Area = area): void {
    onRows("remove", removed(rows, from));
    setAnchor(null);
    setCursor({ row: Math.max(0, Math.min(rows.length - 2 - (from.bottom - from.top), from.top)), column: at.column });
  }

  function move(from: Area, place: number): void {
    if (place < 0 || place > rows.length) return;
    const count = from.bottom - from.top + 1;
    const top = place > from.bottom ? place - count : place;
    onRows("move", moved(rows, from, place));
    choose({ ...from, top, bottom: top + count - 1 });
  }

  const fill = (whole: Area): void => {
    onRows("fill", filledDown(rows, whole));
    choose(whole);
  };

  function step(event: KeyboardEvent): Spot | undefined {
    const isFar = event.ctrlKey || event.metaKey;
    const isFilled = (row: number, column: number) => Boolean(rows[row]?.cells[column]);
    const vertical = (by: 1 | -1) => ({ row: isFar ? edge((row) => isFilled(row, at.column), at.row, by, rows.length) : at.row + by, column: at.column });
    const sideways = (by: 1 | -1) => ({ row: at.row, column: isFar ? edge((column) => isFilled(at.row, column), at.column, by, width) : at.column + by });
    switch (event.key) {
      case "ArrowDown": return vertical(1);
      case "ArrowUp": return vertical(-1);
      case "ArrowRight": return sideways(1);
      case "ArrowLeft": return sideways(-1);
      case "Home": return { row: isFar ? 0 : at.row, column: 0 };
      case "End": return { row: isFar ? rows.length - 1 : at.row, column: width - 1 };
      case "PageDown": return { row: at.row + facts.page(), column: at.column };
      case "PageUp": return { row: at.row - facts.page(), column: at.column };
      default: return undefined;
    }
  }

  /** Keys that change rows; Tab leaves the sheet where there is no further cell. */
  const acts: Record<string, () => void> = {
    "ctrl+d": () => fill(area),
    "ctrl+a": () => choose({ top: 0, left: 0, bottom: rows.length - 1, right: width - 1 }),
    "ctrl+enter": () => insert(area.bottom + 1),
    "ctrl+shift+enter": () => insert(area.top),
    "ctrl+delete": () => remove(),
    "ctrl+backspace": () => remove(),
    "alt+arrowup": () => move(area, area.top - 1),
    "alt+arrowdown": () => move(area, area.bottom + 2),
    "shift+ ": () => choose({ ...area, left: 0, right: width - 1 }),
    delete: () => onRows("clear", cleared(rows, area)),
    backspace: () => onRows("clear", cleared(rows, area)),
    f2: () => edit(at),
    enter: () => edit(at),
    escape: () => setAnchor(null),
    "ctrl+z": facts.undo,
    "ctrl+y": facts.redo,
    "ctrl+shift+z": facts.redo,
  };

  const ends: Record<string, { rows: number; columns: number }> = {
    enter: { rows: 1, columns: 0 },
    "shift+enter": { rows: -1, columns: 0 },
    tab: { rows: 0, columns: 1 },
    "shift+tab": { rows: 0, columns: -1 },
    ...(editing?.isTyped && { arrowdown: { rows: 1, columns: 0 }, arrowup: { rows: -1, columns: 0 }, arrowright: { rows: 0, columns: 1 }, arrowleft: { rows: 0, columns: -1 } }),
  };

  function press(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    if (editing) leave(event, editing);
    else walk(event);
  }

  function leave(event: KeyboardEvent, { text }: Editing): void {
    const end = ends[nameOf(event)];
    if (!end && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    finish(end ? text : null, end);
  }

  function walk(event: KeyboardEvent): void {
    const act = rows.length ? acts[nameOf(event)] : undefined;
    const to = act || event.altKey ? undefined : step(event);
    if (act) act();
    else if (to && rows.length) go(to, event.shiftKey);
    else if (event.key === "Tab" && rows.length && !isAtEnd(event.shiftKey)) tab(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
  }

  const isAtEnd = (isBack: boolean) => (isBack ? at.row === 0 && at.column === 0 : at.row === rows.length - 1 && at.column === width - 1);

  function tab(by: number): void {
    const place = at.row * width + at.column + by;
    go({ row: Math.floor(place / width), column: place % width });
  }

  function copy(event: ClipboardEvent): void {
    if (editing || !rows.length) return;
    event.clipboardData.setData("text/plain", writeBlock(rows.slice(area.top, area.bottom + 1).map(({ cells }) => cells.slice(area.left, area.right + 1))));
    event.preventDefault();
    if (event.type === "cut") onRows("clear", cleared(rows, area));
  }

  function paste(event: ClipboardEvent): void {
    const text = event.clipboardData.getData("text/plain");
    if (editing || !text) return;
    event.preventDefault();
    const block = readBlock(text);
    onRows("paste", pasted(rows, area, block, width, blank));
    const wide = Math.max(...block.map((line) => line.length));
    setAnchor({ row: area.top, column: area.left });
    setCursor({ row: Math.max(area.bottom, area.top + block.length - 1), column: Math.min(width - 1, Math.max(area.right, area.left + wide - 1)) });
  }

  const isWholeRows = anchor !== null && area.left === 0 && area.right === width - 1;
  return { at, area, isWholeRows, focus: facts.focus, editing, go, choose, edit, type, finish, insert, duplicate, remove, move, fill, press, copy, paste };
}

export type SheetKeys = ReturnType<typeof useSheetKeys>;

const nameOf = (event: KeyboardEvent): string =>
  [(event.ctrlKey || event.metaKey) && "ctrl", event.altKey && "alt", event.shiftKey && "shift", event.key.toLowerCase()].filter(Boolean).join("+");
