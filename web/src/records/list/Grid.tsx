/** Our own grid: virtual rows, a moving cell, selection, sort, widths, editing in place, copy and paste.

Focus stays on the grid; `aria-activedescendant` names the cell, so that rows may come and go. */
import { useLingui } from "@lingui/react/macro";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Checkbox } from "antd";
import { ArrowDown, ArrowUp, SquarePen } from "lucide-react";
import { type ClipboardEvent, type CSSProperties, type KeyboardEvent, type MouseEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import type { Field, RecordAnswer } from "../definitions";
import { kindOf } from "../fields/registry";
import { CellEditor } from "./CellEditor";
import { type Cell, moveCell } from "./moves";
import { ResizeHandle, useWidths } from "./widths";

export interface Column {
  path: string;
  field: Field;
  editable?: boolean;
}

interface GridProps {
  name: string;
  label: string;
  /** The column that names the record. */
  title: string;
  columns: Column[];
  rows: RecordAnswer[];
  total?: number;
  sort: string;
  onSort: (path: string, more: boolean) => void;
  selected: ReadonlySet<number>;
  onSelect: (ids: ReadonlySet<number>) => void;
  onOpen: (row: RecordAnswer) => void;
  openId?: string | null;
  group?: Column;
  onEndReached: () => void;
  onEdit: (row: RecordAnswer, column: Column, value: unknown) => Promise<boolean>;
  onPaste: (at: Cell, text: string) => void;
}

type Line = { kind: "row"; row: RecordAnswer; index: number } | { kind: "group"; row: RecordAnswer; key: string };

const ROW = 40;

export function Grid(props: GridProps) {
  const { t } = useLingui();
  const { columns, rows, selected, onSelect } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [widths, setWidth] = useWidths(props.name, columns);
  const [cell, setCell] = useState<Cell>({ row: 0, column: 0 });
  const [editing, setEditing] = useState<{ cell: Cell; start?: string } | null>(null);
  const lines = useMemo(() => linesOf(rows, props.group), [rows, props.group]);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
    paddingStart: ROW,
    scrollPaddingStart: ROW,
  });
  const shown = virtual.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? 0;
  const { onEndReached } = props;
  useEffect(() => {
    if (lines.length > 0 && lastShown >= lines.length - 20) onEndReached();
  }, [lastShown, lines.length, onEndReached]);

  const template = `44px ${columns.map((_, index) => `${widths[index]}px`).join(" ")} minmax(12px, 1fr)`;
  const wide = 56 + widths.reduce((sum, width) => sum + width, 0);

  function go(next: Cell): void {
    setCell(next);
    const line = lines.findIndex((item) => item.kind === "row" && item.index === next.row);
    if (line >= 0) virtual.scrollToIndex(line);
  }

  function select(index: number, range: boolean): void {
    const row = rows[index];
    if (!row) return;
    const next = new Set(selected);
    const on = !next.has(row.id);
    const [from, to] = range ? [Math.min(cell.row, index), Math.max(cell.row, index)] : [index, index];
    for (const each of rows.slice(from, to + 1)) on ? next.add(each.id) : next.delete(each.id);
    setCell({ ...cell, row: index });
    onSelect(next);
  }

  function startEdit(at: Cell, start?: string): void {
    if (columns[at.column]?.editable && rows[at.row]) setEditing({ cell: at, start });
  }

  function press(event: KeyboardEvent<HTMLDivElement>): void {
    if (editing || event.target !== scroller.current) return;
    const next = moveCell(event, cell, rows.length, columns.length, Math.floor((scroller.current?.clientHeight ?? 400) / ROW) - 2);
    const row = rows[cell.row];
    if (next) {
      event.preventDefault();
      if (event.shiftKey && next.row !== cell.row) select(next.row, true);
      go(next);
    } else if (event.key === "Enter" && row) props.onOpen(row);
    else if (event.key === " ") {
      event.preventDefault();
      select(cell.row, event.shiftKey);
    } else if (event.key === "F2") startEdit(cell);
    else if (event.key === "a" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onSelect(new Set(rows.map((each) => each.id)));
    } else if (event.key === "Escape" && selected.size > 0) onSelect(new Set());
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) startEdit(cell, event.key);
  }

  function copy(event: ClipboardEvent): void {
    if (editing || window.getSelection()?.toString()) return;
    const chosen = selected.size > 0 ? rows.filter((row) => selected.has(row.id)) : [];
    const text = chosen.length
      ? chosen.map((row) => columns.map((column) => textOf(column, row)).join("\t")).join("\n")
      : textOf(columns[cell.column], rows[cell.row]);
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  }

  function finish(): void {
    setEditing(null);
    scroller.current?.focus({ preventScroll: true });
  }

  const allChosen = rows.length > 0 && rows.every((row) => selected.has(row.id));
  return (
    <div
      ref={scroller}
      className="q-grid"
      role="grid"
      tabIndex={0}
      aria-label={props.label}
      aria-rowcount={(props.total ?? rows.length) + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable
      aria-activedescendant={rows.length ? `${id}-${cell.row}-${cell.column}` : undefined}
      onKeyDown={press}
      onCopy={copy}
      onPaste={(event) => {
        if (editing) return;
        event.preventDefault();
        props.onPaste(cell, event.clipboardData.getData("text/plain"));
      }}
      style={{ "--q-columns": template } as CSSProperties}
    >
      <div className="q-grid-head" role="row" aria-rowindex={1} style={{ minWidth: wide }}>
        <div role="columnheader" className="q-grid-check">
          <Checkbox
            tabIndex={-1}
            aria-label={t`Select all shown`}
            checked={allChosen}
            indeterminate={!allChosen && selected.size > 0}
            onChange={() => onSelect(allChosen ? new Set() : new Set(rows.map((row) => row.id)))}
          />
        </div>
        {columns.map((column, index) => (
          <HeadCell key={column.path} column={column} sort={props.sort} onSort={props.onSort} onWidth={(width) => setWidth(index, width)} />
        ))}
      </div>
      <div role="presentation" style={{ height: virtual.getTotalSize() - ROW, minWidth: wide, position: "relative" }}>
        {shown.map((item) => {
          const line = lines[item.index];
          if (!line) return null;
          const place: CSSProperties = { transform: `translateY(${item.start - ROW}px)`, height: item.size };
          if (line.kind === "group")
            return (
              <div key={`g${line.key}`} role="row" className="q-grid-row q-grid-group" style={place}>
                <div role="gridcell" aria-colspan={columns.length + 1}>
                  {props.group && <CellShown column={props.group} row={line.row} />}
                </div>
              </div>
            );
          const { row, index } = line;
          return (
            <div
              key={row.id}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={selected.has(row.id)}
              className={`q-grid-row${String(row.id) === props.openId ? " q-open" : ""}${index === cell.row ? " q-at" : ""}`}
              style={place}
            >
              <div role="gridcell" className="q-grid-check" onClick={(event) => stop(event)}>
                <Checkbox
                  tabIndex={-1}
                  aria-label={t`Select row ${index + 1}`}
                  checked={selected.has(row.id)}
                  onClick={(event) => select(index, event.shiftKey)}
                />
              </div>
              {columns.map((column, position) => {
                const at = { row: index, column: position };
                const isEditing = editing && editing.cell.row === index && editing.cell.column === position;
                return (
                  <div
                    key={column.path}
                    id={`${id}-${index}-${position}`}
                    role="gridcell"
                    className={cellClass(column, index === cell.row && position === cell.column, Boolean(isEditing)) + (column.path === props.title ? " q-cell-title" : "")}
                    onClick={() => {
                      setCell(at);
                      if (!isEditing) props.onOpen(row);
                    }}
                    onDoubleClick={() => startEdit(at)}
                  >
                    {isEditing ? (
                      <CellEditor
                        column={column}
                        row={row}
                        start={editing.start}
                        onCancel={finish}
                        onSave={(value) => {
                          finish();
                          void props.onEdit(row, column, value);
                        }}
                      />
                    ) : (
                      <>
                        <CellShown column={column} row={row} />
                        {column.editable && (
                          <button
                            type="button"
                            tabIndex={-1}
                            className="q-cell-edit"
                            aria-label={t`Edit ${column.field.label}`}
                            onClick={(event) => {
                              stop(event);
                              setCell(at);
                              startEdit(at);
                            }}
                          >
                            <SquarePen size={13} aria-hidden />
                          </button>
                        )}
                      </>
                    )}
                  </div>
                );
              })}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function HeadCell({ column, sort, onSort, onWidth }: { column: Column; sort: string; onSort: GridProps["onSort"]; onWidth: (width: number) => void }) {
  const kind = kindOf(column.field);
  const part = sort.split(",").find((each) => each.replace(/^-/, "") === column.path);
  const order = part ? (part.startsWith("-") ? "descending" : "ascending") : undefined;
  return (
    <div role="columnheader" aria-sort={order} className={kind.align === "right" ? "q-right" : ""}>
      {kind.sortable === false ? (
        <span className="q-ellipsis">{column.field.label}</span>
      ) : (
        <button type="button" tabIndex={-1} onClick={(event) => onSort(column.path, event.shiftKey)} title={column.field.label}>
          <span className="q-ellipsis">{column.field.label}</span>
          {order === "ascending" && <ArrowUp size={13} aria-hidden />}
          {order === "descending" && <ArrowDown size={13} aria-hidden />}
        </button>
      )}
      <ResizeHandle onWidth={onWidth} />
    </div>
  );
}

function CellShown({ column, row }: { column: Column; row: RecordAnswer }) {
  const { Cell } = kindOf(column.field);
  return <Cell value={row[column.path]} field={column.field} row={row} dense />;
}

function cellClass(column: Column, isAt: boolean, isEditing: boolean): string {
  const right = kindOf(column.field).align === "right";
  return ["q-cell", right && "q-right", isAt && "q-cell-at", isEditing && "q-cell-editing"].filter(Boolean).join(" ");
}

function linesOf(rows: RecordAnswer[], group?: Column): Line[] {
  if (!group) return rows.map((row, index) => ({ kind: "row", row, index }));
  const lines: Line[] = [];
  let last: string | undefined;
  rows.forEach((row, index) => {
    const key = JSON.stringify(row[group.path] ?? null);
    if (key !== last) lines.push({ kind: "group", row, key });
    last = key;
    lines.push({ kind: "row", row, index });
  });
  return lines;
}

function textOf(column?: Column, row?: RecordAnswer): string {
  return column && row ? kindOf(column.field).text(row[column.path], column.field, row) : "";
}

const stop = (event: MouseEvent): void => event.stopPropagation();
