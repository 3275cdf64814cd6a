/** Lines like a small spreadsheet: Enter goes down and adds a row, arrows move, paste fills from the cell on. */
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Button } from "antd";
import { GripVertical, Plus, X } from "lucide-react";
import { type KeyboardEvent, memo, type PointerEvent, useMemo, useRef, useState } from "react";
import type { Values } from "../records/definitions";
import { AroundLines } from "../records/fields/file";
import { isBlank } from "../records/fields/kind";
import { kindOf } from "../records/fields/registry";
import type { Env } from "../rules/formula";
import { type Behaviour, behaviourOf } from "../rules/linkage";
import { behaving } from "./behaviour";
import { type LineColumn, type LinesShape, rowKey } from "./lines";
import { type Carried, useCarry } from "./linesDrag";
import { type LinesKeys, type Misread, type Told, useLinesKeys } from "./linesKeys";
import { cellKey } from "./linesPaste";
import { useLinePreview } from "./preview";
import "./lines.css";

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

/** Beyond this many the lines scroll in a frame of their own, and only those in sight are drawn. */
const MANY = 60;
const ROW_HEIGHT = 37;

export function LinesEditor({ shape, name, label, record, rows, problems, onChange }: LinesEditorProps) {
  const { t } = useLingui();
  const table = useRef<HTMLTableElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const [misread, setMisread] = useState<Misread>({});
  const [told, setTold] = useState<Told | null>(null);
  const around = useSteady(useMemo(() => withoutKey(record, name), [record, name]));
  const { fillDefaults, env } = useLinePreview(shape, around);
  const [stored] = useState(() => new Map(rows.filter((row) => row.id !== undefined).map((row) => [row.id, row])));
  const isLocked = (row: Values, field: string) => Boolean(inLine(shape, env, row, stored.get(row.id))?.locked.has(field));
  const isLong = rows.length > MANY;
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_HEIGHT, overscan: 6, enabled: isLong, getItemKey: (index) => rowKey(rows[index]!) });
  const keys = useLinesKeys({ table, shape, rows, onChange, fillDefaults, isLocked, reveal: virtual.scrollToIndex, onMisread: setMisread, tell: setTold });
  const { carried, begin } = useCarry((done) => dropCarried(keys, shape, done));
  const drawn = isLong ? virtual.getVirtualItems().map(({ index }) => index) : rows.map((_, index) => index);
  const [above, below] = isLong ? spaceAround(virtual) : [0, 0];
  const place = useMemo(() => (shape.object?.lines_of && typeof around.id === "number" ? { object: shape.object.lines_of, id: around.id, field: name } : null), [shape, around, name]);
  const steadyBegin = useLatest(begin);
  return (
    <div className="q-lines">
      <div ref={scroller} className={isLong ? "q-scroll-x q-lines-long" : "q-scroll-x"}>
        <AroundLines value={place}>
          <table ref={table} className="q-table q-line-cards" aria-label={label} aria-rowcount={rows.length + 1}>
            <LinesHead columns={shape.columns} />
            <tbody>
              {above > 0 && <Space height={above} />}
              {drawn.map((index) => {
                const row = rows[index]!;
                return (
                  <LineRow
                    key={rowKey(row)}
                    shape={shape}
                    record={around}
                    row={row}
                    before={stored.get(row.id)}
                    index={index}
                    problems={problemsOf(problems, misread, row, `${name}[${index}]`)}
                    keys={keys}
                    onCarry={steadyBegin}
                    mark={markOf(carried, index)}
                    measure={isLong ? virtual.measureElement : undefined}
                  />
                );
              })}
              {below > 0 && <Space height={below} />}
            </tbody>
          </table>
        </AroundLines>
      </div>
      {problems[name] && (
        <p role="alert" className="q-field-error">
          {problems[name]}
        </p>
      )}
      <Button type="dashed" size="small" icon={<Plus size={14} aria-hidden />} onClick={keys.add}>
        {t`Add a line`}
      </Button>
      <span className="q-muted q-lines-hint q-desk-only">{t`Enter adds a line; paste rows from a spreadsheet into any cell; Ctrl D fills down.`}</span>
      <ToldWords told={told} count={rows.length} isLong={isLong} />
    </div>
  );
}

function dropCarried(keys: LinesKeys, shape: LinesShape, { from, over, column }: Carried): void {
  if (column === undefined) keys.moveTo(from, over);
  else keys.fill(from, shape.columns[column]!, over);
}

function spaceAround(virtual: { getVirtualItems: () => { start: number; end: number }[]; getTotalSize: () => number }): [number, number] {
  const items = virtual.getVirtualItems();
  return [items[0]?.start ?? 0, virtual.getTotalSize() - (items.at(-1)?.end ?? 0)];
}

function Space({ height }: { height: number }) {
  return (
    <tr aria-hidden className="q-lines-space">
      <td style={{ height }} />
    </tr>
  );
}

/** What was done, for eyes and ears alike. */
function ToldWords({ told, count, isLong }: { told: Told | null; count: number; isLong: boolean }) {
  const { t } = useLingui();
  const words = !told ? "" : "to" in told ? t`Line ${told.from} is now line ${told.to}.` : writtenWords(told);
  return (
    <p className="q-muted q-lines-told" aria-live="polite">
      {isLong && `${plural(count, { one: "# line", other: "# lines" })}. `}
      {words}
    </p>
  );
}

function writtenWords(told: Exclude<Told, { to: number }>): string {
  const said = [told.locked > 0 && plural(told.locked, { one: "# cell is locked now and stays as it is.", other: "# cells are locked now and stay as they are." })];
  if ("pasted" in told) {
    said.unshift(plural(told.pasted, { one: "# line pasted.", other: "# lines pasted." }));
    said.push(told.misread > 0 && plural(told.misread, { one: "# cell could not be read and is marked.", other: "# cells could not be read and are marked." }));
  }
  return said.filter(Boolean).join(" ");
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
  /** As it is stored. */
  before?: Values;
  index: number;
  /** By column; undefined where all is well, so that a sound row stays as it is drawn. */
  problems?: Record<string, RowProblem>;
  keys: LinesKeys;
  onCarry: (event: PointerEvent<HTMLElement>, row: number, column?: number) => void;
  mark?: string;
  measure?: (row: HTMLElement | null) => void;
}

interface RowProblem {
  said?: string;
  /** What was pasted and could not be read. */
  pasted?: string;
}

const LineRow = memo(function LineRow({ shape, record, row, before, index, problems, keys, onCarry, mark, measure }: LineRowProps) {
  const { t } = useLingui();
  const { see, env } = useLinePreview(shape, record);
  const computed = see(row).given;
  const now = inLine(shape, env, row, before);
  return (
    <tr ref={measure} data-index={index} data-row={index} aria-rowindex={index + 2} className={mark}>
      <td className="q-lines-grip">
        <button
          type="button"
          aria-label={t`Move line ${index + 1} with the arrow keys`}
          title={t`Drag to move; Alt and an arrow key do the same`}
          onPointerDown={(event) => onCarry(event, index)}
          onKeyDown={(event) => moveByKey(event, keys, index)}
        >
          <GripVertical size={14} aria-hidden />
        </button>
      </td>
      {shape.columns.map((plain, position) => {
        const column = now ? columnNow(plain, now) : plain;
        const problem = problems?.[plain.field.name];
        if (now?.hidden.has(plain.field.name)) return <td key={plain.field.name} className="q-line-hidden" />;
        return (
          <td
            key={plain.field.name}
            data-cell={`${index}-${position}`}
            data-label={column.field.required ? `${column.field.label} *` : column.field.label}
            className={cellClass(column, Boolean(problem), isAsked(column, plain, row, computed))}
            title={column.field.locked ? t`Can't be changed now: ${column.field.locked}` : undefined}
            onKeyDown={(event) => keys.press(event, index, position)}
            onPaste={(event) => void keys.paste(event, index, position)}
          >
            <LineCell column={column} row={row} computed={computed} record={record} label={t`${column.field.label}, line ${index + 1}`} problem={problem} onChange={(value, shown) => void keys.set(index, column, value, shown)} />
            {column.editable && <span className="q-fill-handle" aria-hidden title={t`Drag down to fill`} onPointerDown={(event) => onCarry(event, index, position)} />}
          </td>
        );
      })}
      <td className="q-card-end">
        <Button type="text" size="small" aria-label={t`Remove line ${index + 1}`} icon={<X size={14} aria-hidden />} onClick={() => keys.drop(index)} />
      </td>
    </tr>
  );
});

/** What linkage makes of a line; nothing where there is none. */
function inLine({ object }: LinesShape, env: (row: Values) => Env, row: Values, before?: Values): Behaviour | null {
  const linkage = object?.linkage ?? [];
  return linkage.length > 0 ? behaviourOf(linkage, env(row), before && env(before)) : null;
}

/** The column as linkage has it in this line. */
function columnNow(column: LineColumn, now: Behaviour): LineColumn {
  const field = behaving(column.field, now);
  return { field, editable: column.editable && field.locked === undefined };
}

/** Linkage asks for it in this line, and nothing stands there yet. */
const isAsked = (column: LineColumn, plain: LineColumn, row: Values, computed: Values): boolean =>
  Boolean(column.field.required && !plain.field.required) && isBlank(row[plain.field.name]) && isBlank(computed[plain.field.name]);

/** The grip goes with its line, so that the next press moves it on. */
function moveByKey(event: KeyboardEvent<HTMLElement>, keys: LinesKeys, index: number): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const grip = event.currentTarget;
  if (keys.moveTo(index, index + by)) requestAnimationFrame(() => grip.focus());
}

interface LineCellProps {
  column: LineColumn;
  row: Values;
  computed: Values;
  record: Values;
  label: string;
  problem?: RowProblem;
  onChange: (value: unknown, shown?: string) => void;
}

function LineCell({ column, row, computed, record, label, problem, onChange }: LineCellProps) {
  const { t } = useLingui();
  const { field } = column;
  const { Cell, Editor } = kindOf(field);
  const around = { ...record, ...row, id: row.id };
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
          {problem.said ?? t`“${problem.pasted ?? ""}” can't be read here.`}
        </p>
      )}
    </>
  );
}

function problemsOf(said: Record<string, string>, misread: Misread, row: Values, place: string): Record<string, RowProblem> | undefined {
  const found: Record<string, RowProblem> = {};
  const own = cellKey(row, "");
  for (const [key, pasted] of Object.entries(misread)) if (key.startsWith(own)) found[key.slice(own.length)] = { pasted };
  for (const [path, words] of Object.entries(said)) if (path.startsWith(`${place}.`)) found[path.slice(place.length + 1)] = { said: words };
  return Object.keys(found).length > 0 ? found : undefined;
}

function markOf(carried: Carried | null, index: number): string | undefined {
  if (!carried) return undefined;
  const { from, over, column } = carried;
  if (column !== undefined) return index > from && index <= over ? "q-line-filled" : undefined;
  if (index === from) return "q-line-carried";
  return index === over ? (over < from ? "q-line-drop-above" : "q-line-drop-below") : undefined;
}

const withoutKey = (values: Values, name: string): Values => Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));

/** The same object as long as nothing in it changed. */
function useSteady(values: Values): Values {
  const kept = useRef(values);
  const names = Object.keys(values);
  const isSame = names.length === Object.keys(kept.current).length && names.every((name) => Object.is(values[name], kept.current[name]));
  if (!isSame) kept.current = values;
  return kept.current;
}

/** One function that always calls the newest. */
function useLatest<Given extends unknown[]>(act: (...given: Given) => void): (...given: Given) => void {
  const latest = useRef(act);
  latest.current = act;
  const [steady] = useState(() => (...given: Given) => latest.current(...given));
  return steady;
}

const placeholderOf = (value: unknown): string | undefined => (typeof value === "string" || typeof value === "number" ? String(value) : undefined);

function cellClass(column: LineColumn, isWrong: boolean, isWanted: boolean): string {
  const right = kindOf(column.field).align === "right";
  return [right && "q-right", column.editable ? "q-line-input" : "q-line-computed", isWrong && "q-line-wrong", isWanted && "q-line-asked"].filter(Boolean).join(" ");
}

const lineWidth = (type: string): number => ({ link: 200, text: 150, long_text: 180, date: 130, number: 90, percent: 80, money: 110 })[type] ?? 120;
