/** Changing lines: one cell, whole rows, keys and pastes. Always works on the latest rows, also after waiting. */
import { type ClipboardEvent, type KeyboardEvent, type RefObject, useRef } from "react";
import type { Values } from "../records/definitions";
import { kindOf } from "../records/fields/registry";
import { findByLabel } from "../records/list/writes";
import { freshRow, type LineColumn, type LinesShape, rowKey } from "./lines";

interface LinesFacts {
  table: RefObject<HTMLTableElement | null>;
  shape: LinesShape;
  rows: Values[];
  onChange: (rows: Values[]) => void;
  /** What a chosen link gives the other columns. */
  fillDefaults: (row: Values, chosen: string) => Promise<Values | null>;
}

export function useLinesKeys({ table, shape, rows, onChange, fillDefaults }: LinesFacts) {
  const latest = useRef(rows);
  latest.current = rows;

  function commit(next: Values[]): void {
    latest.current = next;
    onChange(next);
  }

  function focusCell(row: number, column: number): void {
    const cell = table.current?.querySelector(`[data-cell="${row}-${column}"]`);
    cell?.querySelector<HTMLElement>("input, textarea, button[role=switch], [tabindex]")?.focus();
  }

  const focusSoon = (row: number) => requestAnimationFrame(() => focusCell(row, 0));

  async function set(index: number, { field }: LineColumn, value: unknown, shown?: string): Promise<void> {
    const row = latest.current[index];
    if (!row) return;
    const labels = shown === undefined ? row._labels : { ...(row._labels as object | undefined), [field.name]: shown };
    const changed: Values = { ...row, [field.name]: value, ...(labels ? { _labels: labels } : {}) };
    commit(latest.current.map((each, at) => (at === index ? changed : each)));
    const filled = field.type === "link" ? await fillDefaults(changed, field.name) : null;
    if (filled) commit(latest.current.map((each) => (rowKey(each) === rowKey(row) ? { ...each, ...filled } : each)));
  }

  function add(): void {
    commit([...latest.current, freshRow()]);
    focusSoon(latest.current.length - 1);
  }

  function drop(index: number): void {
    commit(latest.current.filter((_, at) => at !== index));
    focusSoon(Math.min(index, latest.current.length - 1));
  }

  function move(index: number, by: number): void {
    const to = index + by;
    if (to < 0 || to >= latest.current.length) return;
    const next = [...latest.current];
    next.splice(to, 0, ...next.splice(index, 1));
    commit(next);
    focusSoon(to);
  }

  /** What the key does here; nothing for keys that belong to the editor. */
  function actOf(event: KeyboardEvent, row: number, column: number): (() => void) | undefined {
    const down = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (down && event.altKey) return () => move(row, down);
    if (event.key === "Enter") return row === latest.current.length - 1 ? add : () => focusCell(row + 1, column);
    if (down && isPlainText(event.target)) return () => focusCell(row + down, column);
    if ((event.ctrlKey || event.metaKey) && /^(Delete|Backspace)$/.test(event.key)) return () => drop(row);
    return undefined;
  }

  function press(event: KeyboardEvent, row: number, column: number): void {
    if (event.nativeEvent.isComposing || document.querySelector(OPEN_LIST)) return;
    const act = actOf(event, row, column);
    if (!act) return;
    event.preventDefault();
    act();
  }

  async function paste(event: ClipboardEvent, row: number, column: number): Promise<void> {
    const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
    if (!/[\t\n]/.test(text)) return;
    event.preventDefault();
    const table = text.split(/\r?\n/).map((line) => line.split("\t"));
    const missing = Math.max(0, row + table.length - latest.current.length);
    commit([...latest.current, ...Array.from({ length: missing }, () => freshRow())]);
    const editable = shape.columns.slice(column).filter((each) => each.editable);
    for (const [offset, texts] of table.entries()) {
      for (const [at, cell] of texts.entries()) if (editable[at]) await pasteCell(row + offset, editable[at], cell);
    }
  }

  async function pasteCell(index: number, column: LineColumn, text: string): Promise<void> {
    const { field } = column;
    if (field.type !== "link") {
      const value = kindOf(field).read?.(text, field);
      if (value !== undefined) await set(index, column, value);
      return;
    }
    const found = field.to ? await findByLabel(field.to, text, field.filter) : undefined;
    if (found !== undefined) await set(index, column, found?.id ?? null, found?.label ?? "");
  }

  return { set, add, drop, press, paste };
}

const OPEN_LIST = ".ant-select-open, .ant-picker-dropdown:not(.ant-picker-dropdown-hidden)";
const isPlainText = (target: EventTarget): boolean => target instanceof HTMLInputElement && target.role !== "combobox";
