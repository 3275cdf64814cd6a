/** Changing lines: one cell, whole rows, keys and pastes. Always works on the latest rows, also after waiting. */
import { type ClipboardEvent, type KeyboardEvent, type RefObject, useRef, useState } from "react";
import { isLink, type Values } from "../records/definitions";
import { isBlank } from "../records/fields/kind";
import { findByLabel } from "../records/list/writes";
import { freshRow, type LineColumn, type LinesShape, rowKey } from "./lines";
import { cellKey, columnsFor, type FindLink, findLinks, type IsLocked, pasteInto, readTable } from "./linesPaste";

interface LinesFacts {
  table: RefObject<HTMLTableElement | null>;
  shape: LinesShape;
  rows: Values[];
  onChange: (rows: Values[]) => void;
  /** What a chosen link gives the other columns. */
  fillDefaults: (row: Values, chosen: string) => Promise<Values | null>;
  /** Linkage locks the cell, as the row stands. */
  isLocked: IsLocked;
  /** Brings a row into sight, so that it is drawn. */
  reveal: (row: number) => void;
  onMisread: (change: (now: Misread) => Misread) => void;
  tell: (words: Told) => void;
}

/** Row key and column → what was pasted and could not be read. */
export type Misread = Readonly<Record<string, string>>;
export type Told = { pasted: number; misread: number; locked: number } | { locked: number } | { from: number; to: number };
export type LinesKeys = ReturnType<typeof linesKeys>;

/** The same functions for the life of the lines, so that a row is drawn anew only when it changed. */
export function useLinesKeys(facts: LinesFacts): LinesKeys {
  const latest = useRef(facts);
  latest.current = facts;
  const [keys] = useState(() => linesKeys(latest));
  return keys;
}

const FOCUSABLE = "input:not([type=hidden]), textarea, button, [tabindex='0']";

function linesKeys(latest: RefObject<LinesFacts>) {
  const rows = () => latest.current.rows;

  function commit(next: Values[]): void {
    latest.current = { ...latest.current, rows: next };
    latest.current.onChange(next);
  }

  function cellAt(row: number, column: number): HTMLElement | null | undefined {
    const cell = latest.current.table.current?.querySelector(`[data-cell="${row}-${column}"]`);
    return cell?.querySelector<HTMLElement>(FOCUSABLE);
  }

  /** A row far away is drawn a frame after it came into sight. */
  function focusCell(row: number, column: number, tries = 8): void {
    if (row < 0 || row >= rows().length) return;
    const found = cellAt(row, column);
    if (found) return found.focus();
    latest.current.reveal(row);
    if (tries > 0) requestAnimationFrame(() => focusCell(row, column, tries - 1));
  }

  const focusSoon = (row: number, column = 0) => requestAnimationFrame(() => focusCell(row, column));

  function understood(row: Values, field: string): void {
    const key = cellKey(row, field);
    latest.current.onMisread((now) => (key in now ? Object.fromEntries(Object.entries(now).filter(([each]) => each !== key)) : now));
  }

  async function set(index: number, { field }: LineColumn, value: unknown, shown?: string): Promise<void> {
    const row = rows()[index];
    if (!row) return;
    const labels = shown === undefined ? row._labels : { ...(row._labels as object | undefined), [field.name]: shown };
    const changed: Values = { ...row, [field.name]: value, ...(labels ? { _labels: labels } : {}) };
    commit(rows().map((each, at) => (at === index ? changed : each)));
    understood(row, field.name);
    const filled = isLink(field) ? await latest.current.fillDefaults(changed, field.name) : null;
    if (filled) commit(rows().map((each) => (rowKey(each) === rowKey(row) && each[field.name] === value ? { ...each, ...unchanged(filled, changed, each) } : each)));
  }

  function add(): void {
    commit([...rows(), freshRow()]);
    focusSoon(rows().length - 1);
  }

  function drop(index: number): void {
    commit(rows().filter((_, at) => at !== index));
    focusSoon(Math.min(index, rows().length - 1));
  }

  /** Row `index` comes to stand at `to`; false where it stays. */
  function moveTo(index: number, to: number): boolean {
    if (to === index || to < 0 || to >= rows().length) return false;
    const next = [...rows()];
    next.splice(to, 0, ...next.splice(index, 1));
    commit(next);
    latest.current.tell({ from: index + 1, to: to + 1 });
    return true;
  }

  /** The value of a cell into the rows below it, down to `last`. */
  function fill(index: number, { field }: LineColumn, last: number): void {
    const from = rows()[index];
    if (!from) return;
    const label = (from._labels as Record<string, string> | undefined)?.[field.name];
    const filled = (row: Values): Values => ({
      ...row,
      [field.name]: from[field.name] ?? null,
      ...(label === undefined ? {} : { _labels: { ...(row._labels as object | undefined), [field.name]: label } }),
    });
    const below = rows().slice(index + 1, last + 1);
    const open = new Set(below.filter((row) => !latest.current.isLocked(row, field.name)));
    commit(rows().map((row) => (open.has(row) ? filled(row) : row)));
    if (open.size < below.length) latest.current.tell({ locked: below.length - open.size });
  }

  /** What the key does here; nothing for keys that belong to the editor. */
  function actOf(event: KeyboardEvent, row: number, column: number): (() => void) | undefined {
    const down = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const isCommand = event.ctrlKey || event.metaKey;
    const own = latest.current.shape.columns[column];
    if (down && event.altKey) return () => moveTo(row, row + down) && focusSoon(row + down, column);
    if (event.key === "Enter" && !isCommand) return row === rows().length - 1 ? add : () => focusCell(row + 1, column);
    if (isCommand && event.key.toLowerCase() === "d" && own?.editable)
      return event.shiftKey ? () => fill(row, own, rows().length - 1) : () => row > 0 && fill(row - 1, own, row);
    if (down && isPlainText(event.target)) return () => focusCell(row + down, column);
    if (isCommand && /^(Delete|Backspace)$/.test(event.key)) return () => drop(row);
    return undefined;
  }

  function press(event: KeyboardEvent, row: number, column: number): void {
    if (event.nativeEvent.isComposing) return;
    if (document.querySelector(OPEN_LIST)) return choosing(event);
    const act = actOf(event, row, column);
    if (!act) return;
    event.preventDefault();
    act();
  }

  async function paste(event: ClipboardEvent, row: number, column: number): Promise<void> {
    const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
    if (!/[\t\n]/.test(text)) return;
    event.preventDefault();
    const all = latest.current.shape.columns;
    const { columns, texts } = columnsFor(readTable(text), all.filter(({ editable }) => editable), all.slice(column).filter(({ editable }) => editable));
    const first = rowKey(rows()[row]!);
    const links = await findLinks(columns, texts, find);
    const at = rows().findIndex((each) => rowKey(each) === first);
    const pasted = pasteInto(rows(), at < 0 ? rows().length : at, columns, texts, links, latest.current.isLocked);
    commit(pasted.rows);
    latest.current.onMisread((now) => ({ ...now, ...pasted.misread }));
    latest.current.tell({ pasted: pasted.count, misread: Object.keys(pasted.misread).length, locked: pasted.locked });
    await fillPasted(at < 0 ? rows().length - pasted.count : at, pasted.count, columns);
  }

  const find: FindLink = ({ field }, text) => (field.to ? findByLabel(field.to, text, field.filter) : Promise.resolve(undefined));

  /** What chosen links give goes where the paste said nothing. */
  async function fillPasted(first: number, count: number, columns: (LineColumn | undefined)[]): Promise<void> {
    const links = columns.filter((column) => column && isLink(column.field));
    const given = new Map<string, Values>();
    for (const row of links.length ? rows().slice(first, first + count) : []) {
      for (const column of links) {
        const filled = await latest.current.fillDefaults(row, column!.field.name);
        if (filled) given.set(rowKey(row), { ...given.get(rowKey(row)), ...filled });
      }
    }
    if (given.size > 0) commit(rows().map((row) => ({ ...row, ...blanksOf(row, given.get(rowKey(row))) })));
  }

  return { set, add, drop, moveTo, fill, press, paste, focusCell };
}

/** Of what came late, the part that nobody has written over since. */
const unchanged = (late: Values, asked: Values, now: Values): Values => Object.fromEntries(Object.entries(late).filter(([name]) => Object.is(asked[name], now[name])));
const blanksOf = (row: Values, given: Values = {}): Values => Object.fromEntries(Object.entries(given).filter(([name]) => isBlank(row[name])));
/** Enter chooses from what is open, a calendar too: it never saves the form. */
const choosing = (event: KeyboardEvent): void => (event.key === "Enter" ? event.preventDefault() : undefined);
const OPEN_LIST = ".ant-select-open, .ant-picker-dropdown:not(.ant-picker-dropdown-hidden)";
const isPlainText = (target: EventTarget): boolean => target instanceof HTMLInputElement && target.role !== "combobox";
