/** Lines like a small spreadsheet: Enter goes down and adds a row, arrows move, paste fills from the cell on. */
import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { GripVertical, Plus, X } from "lucide-react";
import { useRef } from "react";
import type { Values } from "../records/definitions";
import { kindOf } from "../records/fields/registry";
import { type LineColumn, type LinesShape, rowKey } from "./lines";
import { useLinesKeys } from "./linesKeys";
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
  const keys = useLinesKeys({ table, shape, rows, onChange, fillDefaults });
  return (
    <div className="q-lines q-scroll-x">
      <table ref={table} className="q-table" aria-label={label}>
        <LinesHead columns={shape.columns} />
        <tbody>
          {rows.map((row, index) => (
            <LineRow key={rowKey(row)} shape={shape} record={record} row={row} index={index} computed={preview(row)} problems={problems} place={`${name}[${index}]`} keys={keys} />
          ))}
        </tbody>
      </table>
      {problems[name] && (
        <p role="alert" className="q-field-error">
          {problems[name]}
        </p>
      )}
      <Button type="dashed" size="small" icon={<Plus size={14} aria-hidden />} onClick={keys.add}>
        {t`Add a line`}
      </Button>
      <span className="q-muted q-lines-hint q-desk-only">{t`Enter adds a line; paste rows from a spreadsheet into any cell.`}</span>
    </div>
  );
}

function LinesHead({ columns }: { columns: LineColumn[] }) {
  const { t } = useLingui();
  return (
    <thead>
      <tr>
        <th aria-hidden className="q-lines-grip" />
        {columns.map(({ field }) => (
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
  );
}

interface LineRowProps {
  shape: LinesShape;
  record: Values;
  row: Values;
  index: number;
  computed: Values;
  problems: Record<string, string>;
  /** `lines[2]`: how problems name this row. */
  place: string;
  keys: ReturnType<typeof useLinesKeys>;
}

function LineRow({ shape, record, row, index, computed, problems, place, keys }: LineRowProps) {
  const { t } = useLingui();
  return (
    <tr>
      <td className="q-lines-grip" title={t`Alt and arrow moves the line`}>
        <GripVertical size={14} aria-hidden />
      </td>
      {shape.columns.map((column, position) => {
        const problem = problems[`${place}.${column.field.name}`];
        return (
          <td
            key={column.field.name}
            data-cell={`${index}-${position}`}
            className={cellClass(column, problem)}
            onKeyDown={(event) => keys.press(event, index, position)}
            onPaste={(event) => void keys.paste(event, index, position)}
          >
            <LineCell
              column={column}
              row={row}
              computed={computed}
              record={record}
              label={t`${column.field.label}, line ${index + 1}`}
              problem={problem}
              onChange={(value, shown) => void keys.set(index, column, value, shown)}
            />
          </td>
        );
      })}
      <td>
        <Button type="text" size="small" aria-label={t`Remove line ${index + 1}`} icon={<X size={14} aria-hidden />} onClick={() => keys.drop(index)} />
      </td>
    </tr>
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
