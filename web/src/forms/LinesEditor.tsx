/** Lines like a small spreadsheet: Enter goes down and adds a row, arrows move, paste fills from the cell on. */
import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { GripVertical, Plus, X } from "lucide-react";
import { type ClipboardEvent, type KeyboardEvent, useRef } from "react";
import type { Values } from "../records/definitions";
import { kindOf } from "../records/fields/registry";
import { findByLabel } from "../records/list/writes";
import { freshRow, type LineColumn, type LinesShape, rowKey } from "./lines";
import { useLinePreview } from "./preview";

interface LinesEditorProps {
  shape: LinesShape;
  name: string;
  label: string;
  /** The record around the lines: its values feed their formulas. */
  record: Values;
  rows: Values[];
  problems: Record<string, string>;
  onChange: (rows: Values[]) => void;
}

export function LinesEditor({ shape, name, label, record, rows, problems, onChange }: LinesEditorProps) {
  const { t } = useLingui();
  const table = useRef<HTMLTableElement>(null);
  const { preview, fillDefaults } = useLinePreview(shape, record);
  const latest = useRef(rows);
  latest.current = rows;

  function commit(next: Values[]): void {
    latest.current = next;
    onChange(next);
  }

  async function set(index: number, column: LineColumn, value: unknown, shown?: string): Promise<void> {
    const { field } = column;
    const row = latest.current[index];
    if (!row) return;
    const labels = shown === undefined ? row._labels : { ...(row._labels as object | undefined), [field.name]: shown };
    const changed: Values = { ...row, [field.name]: value, ...(labels ? { _labels: labels } : {}) };
    commit(latest.current.map((each, at) => (at === index ? changed : each)));
    if (field.type !== "link") return;
    const key = rowKey(row);
    const filled = await fillDefaults(changed, field.name);
    if (filled) commit(latest.current.map((each) => (rowKey(each) === key ? { ...each, ...filled } : each)));
  }

  function add(focus = true): void {
    commit([...latest.current, freshRow()]);
    if (focus) requestAnimationFrame(() => focusCell(latest.current.length - 1, 0));
  }

  function drop(index: number): void {
    commit(latest.current.filter((_, at) => at !== index));
    requestAnimationFrame(() => focusCell(Math.min(index, latest.current.length - 1), 0));
  }

  function move(index: number, by: number): void {
    const to = index + by;
    if (to < 0 || to >= latest.current.length) return;
    const next = [...latest.current];
    next.splice(to, 0, ...next.splice(index, 1));
    commit(next);
    requestAnimationFrame(() => focusCell(to, 0));
  }

  function focusCell(row: number, column: number): void {
    const cell = table.current?.querySelector(`[data-cell="${row}-${column}"]`);
    cell?.querySelector<HTMLElement>("input, textarea, button[role=switch], [tabindex]")?.focus();
  }

  function press(event: KeyboardEvent, row: number, column: number): void {
    if (event.nativeEvent.isComposing || document.querySelector(".ant-select-open, .ant-picker-dropdown:not(.ant-picker-dropdown-hidden)")) return;
    const down = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (event.altKey && down) {
      event.preventDefault();
      move(row, down);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (row === latest.current.length - 1) add();
      else focusCell(row + 1, column);
    } else if (down && isText(event.target)) {
      event.preventDefault();
      focusCell(row + down, column);
    } else if ((event.ctrlKey || event.metaKey) && (event.key === "Delete" || event.key === "Backspace")) {
      event.preventDefault();
      drop(row);
    }
  }

  async function paste(event: ClipboardEvent, row: number, column: number): Promise<void> {
    const text = event.clipboardData.getData("text/plain");
    if (!/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const cells = text.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => line.split("\t"));
    const editable = shape.columns.slice(column).filter((each) => each.editable);
    const next = [...latest.current];
    while (next.length < row + cells.length) next.push(freshRow());
    commit(next);
    for (const [offset, texts] of cells.entries()) {
      for (const [at, cell] of texts.entries()) {
        const target = editable[at];
        if (!target) continue;
        const value = await readText(target, cell);
        if (value !== undefined) await set(row + offset, target, value, target.field.type === "link" ? cell.trim() : undefined);
      }
    }
  }

  return (
    <div className="q-lines q-scroll-x">
      <table ref={table} className="q-table" aria-label={label}>
        <thead>
          <tr>
            <th aria-hidden className="q-lines-grip" />
            {shape.columns.map(({ field }) => (
              <th key={field.name} scope="col" className={kindOf(field).align === "right" ? "q-right" : ""} style={{ minWidth: lineWidth(field.type) }}>
                {field.label}
                {field.required && (
                  <span className="q-required" aria-hidden>
                    *
                  </span>
                )}
              </th>
            ))}
            <th aria-label={t`Remove`} />
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => {
            const computed = preview(row);
            return (
              <tr key={rowKey(row)}>
                <td className="q-lines-grip" title={t`Alt and arrow moves the line`}>
                  <GripVertical size={14} aria-hidden />
                </td>
                {shape.columns.map((column, position) => (
                  <td
                    key={column.field.name}
                    data-cell={`${index}-${position}`}
                    className={cellClass(column, problems[`${name}[${index}].${column.field.name}`])}
                    onKeyDown={(event) => press(event, index, position)}
                    onPaste={(event) => void paste(event, index, position)}
                  >
                    <LineCell
                      column={column}
                      row={row}
                      computed={computed}
                      record={record}
                      label={t`${column.field.label}, line ${index + 1}`}
                      problem={problems[`${name}[${index}].${column.field.name}`]}
                      onChange={(value, shown) => void set(index, column, value, shown)}
                    />
                  </td>
                ))}
                <td>
                  <Button type="text" size="small" aria-label={t`Remove line ${index + 1}`} icon={<X size={14} aria-hidden />} onClick={() => drop(index)} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {problems[name] && (
        <p role="alert" className="q-field-error">
          {problems[name]}
        </p>
      )}
      <Button type="dashed" size="small" icon={<Plus size={14} aria-hidden />} onClick={() => add()}>
        {t`Add a line`}
      </Button>
      <span className="q-muted q-lines-hint">{t`Enter adds a line; paste rows from a spreadsheet into any cell.`}</span>
    </div>
  );
}

interface LineCellProps {
  column: LineColumn;
  row: Values;
  computed: Values;
  record: Values;
  label: string;
  problem?: string;
  onChange: (value: unknown, shown?: string) => void;
}

function LineCell({ column, row, computed, record, label, problem, onChange }: LineCellProps) {
  const { field } = column;
  const { Cell, Editor } = kindOf(field);
  const around = { ...record, ...row };
  if (!column.editable || !Editor) return <Cell value={computed[field.name] ?? row[field.name]} field={field} row={around} dense />;
  return (
    <>
      <Editor
        value={row[field.name] ?? null}
        field={field}
        row={around}
        label={(row._labels as Record<string, string> | undefined)?.[field.name]}
        ariaLabel={label}
        invalid={Boolean(problem)}
        compact
        placeholder={placeholderOf(computed[field.name])}
        onChange={onChange}
      />
      {problem && (
        <p role="alert" className="q-field-error">
          {problem}
        </p>
      )}
    </>
  );
}

const placeholderOf = (value: unknown): string | undefined => (typeof value === "string" || typeof value === "number" ? String(value) : undefined);

function cellClass(column: LineColumn, problem?: string): string {
  const right = kindOf(column.field).align === "right";
  return [right && "q-right", column.editable ? "q-line-input" : "q-line-computed", problem && "q-line-wrong"].filter(Boolean).join(" ");
}

const lineWidth = (type: string): number => ({ link: 200, text: 150, long_text: 180, date: 130, number: 90, percent: 80, money: 110 })[type] ?? 120;

const isText = (target: EventTarget): boolean => target instanceof HTMLInputElement && target.role !== "combobox";

async function readText({ field }: LineColumn, text: string): Promise<unknown> {
  if (field.type === "link") return field.to ? findByLabel(field.to, text, field.filter) : undefined;
  return kindOf(field).read?.(text, field);
}
