/** The moving cell of the grid: keys, ranges, copy, and where an edit begins. */
import { type ClipboardEvent, type KeyboardEvent, useState } from "react";
import type { RecordAnswer } from "../definitions";
import { kindOf } from "../fields/registry";
import type { Column } from "./Grid";
import { type Cell, moveCell } from "./moves";

export interface Editing {
  cell: Cell;
  start?: string;
}

interface GridFacts {
  frame: HTMLElement | null;
  columns: Column[];
  rows: RecordAnswer[];
  selected: ReadonlySet<number>;
  onSelect: (ids: ReadonlySet<number>) => void;
  onOpen: (row: RecordAnswer) => void;
  onPaste: (at: Cell, text: string) => void;
  /** Brings a row into sight. */
  reveal: (row: number) => void;
  rowHeight: number;
}

export function useGridKeys(facts: GridFacts) {
  const { columns, rows, selected, onSelect, frame } = facts;
  const [cell, setCell] = useState<Cell>({ row: 0, column: 0 });
  const [editing, setEditing] = useState<Editing | null>(null);

  function select(index: number, range: boolean): void {
    const row = rows[index];
    if (!row) return;
    const next = new Set(selected);
    const on = !next.has(row.id);
    const [from, to] = range ? [Math.min(cell.row, index), Math.max(cell.row, index)] : [index, index];
    for (const { id } of rows.slice(from, to + 1)) {
      if (on) next.add(id);
      else next.delete(id);
    }
    setCell({ ...cell, row: index });
    onSelect(next);
  }

  function startEdit(at: Cell, start?: string): void {
    if (!columns[at.column]?.editable || !rows[at.row]) return;
    setCell(at);
    setEditing({ cell: at, start });
  }

  function finish(): void {
    setEditing(null);
    frame?.focus({ preventScroll: true });
  }

  function move(event: KeyboardEvent): boolean {
    const page = Math.floor((frame?.clientHeight ?? 400) / facts.rowHeight) - 2;
    const next = moveCell(event, cell, rows.length, columns.length, page);
    if (!next) return false;
    event.preventDefault();
    if (event.shiftKey && next.row !== cell.row) select(next.row, true);
    setCell(next);
    facts.reveal(next.row);
    return true;
  }

  function press(event: KeyboardEvent): void {
    if (editing || event.target !== frame || move(event)) return;
    const row = rows[cell.row];
    const isCommand = event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && row) facts.onOpen(row);
    else if (event.key === " ") {
      event.preventDefault();
      select(cell.row, event.shiftKey);
    } else if (event.key === "F2") startEdit(cell);
    else if (event.key === "a" && isCommand) {
      event.preventDefault();
      onSelect(new Set(rows.map((each) => each.id)));
    } else if (event.key === "Escape" && selected.size > 0) onSelect(new Set());
    else if (event.key.length === 1 && !isCommand && !event.altKey) startEdit(cell, event.key);
  }

  /** The chosen rows as a spreadsheet would take them, else the one cell. */
  function copy(event: ClipboardEvent): void {
    if (editing || window.getSelection()?.toString()) return;
    const chosen = rows.filter((row) => selected.has(row.id));
    const lines = chosen.map((row) => columns.map((column) => textOf(column, row)).join("\t"));
    event.clipboardData.setData("text/plain", lines.length ? lines.join("\n") : textOf(columns[cell.column], rows[cell.row]));
    event.preventDefault();
  }

  function paste(event: ClipboardEvent): void {
    if (editing) return;
    event.preventDefault();
    facts.onPaste(cell, event.clipboardData.getData("text/plain"));
  }

  return { cell, setCell, editing, select, startEdit, finish, press, copy, paste };
}

export type GridKeys = ReturnType<typeof useGridKeys>;

function textOf(column?: Column, row?: RecordAnswer): string {
  return column && row ? kindOf(column.field).text(row[column.path], column.field, row) : "";
}
