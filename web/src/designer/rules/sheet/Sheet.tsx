/** A sheet of cells for rules: virtual rows, one moving input, ranges, rows that move, marks at rows and cells.

One input stands at the current cell all the time, so that what an input method composes begins an edit like any
other key. Rows are drawn again only when something of theirs changes. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useLingui } from "@lingui/react/macro";
import { type CSSProperties, type MouseEvent, type PointerEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import { type Area, type Row, type Spot } from "./block";
import { CellInput } from "./CellInput";
import { type RowsAct, type SheetKeys, useSheetKeys } from "./keys";
import { type Lit, type Mark, SheetRow } from "./SheetRow";
import "./sheet.css";

export interface SheetColumn {
  key: string;
  /** For those who don't see the head. */
  label: string;
  head: ReactNode;
  width: number;
  side: "input" | "output" | "note";
  /** What a blank cell means. */
  blank: string;
  /** What may be written, offered while writing. */
  offers?: Offer[];
  /** Shown in the place of the text that is written. */
  show?: (text: string) => string;
}

export interface Offer {
  /** As it is written in a cell. */
  text: string;
  label: string;
}

export interface SheetProps<R extends Row> {
  label: string;
  columns: SheetColumn[];
  rows: readonly R[];
  blank: () => R;
  onRows: (act: RowsAct, rows: R[]) => void;
  undo: () => void;
  redo: () => void;
  /** Row → column → what is wrong with the cell. */
  problems: ReadonlyMap<number, ReadonlyMap<number, string>>;
  marks: ReadonlyMap<number, Mark>;
  /** The row that fires for the case being tried, and how each of its cells answered. */
  lit?: ReadonlyMap<number, Lit>;
  foot?: ReactNode;
  /** A row that shall be seen, from a list of findings or tests. */
  wanted?: { row?: number; column?: number } | null;
}

export const ROW = 36;
const HEAD = 54;
const GUTTER = 64;
const AROUND = 10;

export function Sheet<R extends Row>(props: SheetProps<R>) {
  const { columns, rows } = props;
  const { t } = useLingui();
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const lefts = useMemo(() => columns.reduce<number[]>((all, { width }) => [...all, all.at(-1)! + width], [GUTTER]), [columns]);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => frame.current, estimateSize: () => ROW, overscan: AROUND });
  const keys = useSheetKeys({
    rows, width: columns.length, blank: props.blank, onRows: props.onRows, undo: props.undo, redo: props.redo,
    reveal: (spot) => frame.current && bringIntoSight(frame.current, spot, lefts),
    focus: () => input.current?.focus({ preventScroll: true }),
    page: () => Math.max(1, Math.floor((frame.current?.clientHeight ?? 400) / ROW) - 3),
  });
  const { wanted } = props;
  useEffect(() => {
    if (wanted?.row !== undefined) keys.go({ row: wanted.row, column: wanted.column ?? 0 });
  }, [wanted]);
  const latest = useRef(keys);
  latest.current = keys;
  const [drop, setDrop] = useState<number | null>(null);
  const [hand] = useState(() => pointers(() => latest.current, setDrop));
  const template = `${GUTTER}px ${columns.map(({ width }) => `${width}px`).join(" ")} minmax(0, 1fr)`;
  const { at, area, editing } = keys;
  const spot = editing?.at ?? at;
  const now = columns[spot.column];
  return (
    <div className="q-sheet-frame" ref={frame} style={{ "--q-columns": template, "--q-row": `${ROW}px`, "--q-head": `${HEAD}px` } as CSSProperties}>
      <div role="grid" aria-label={props.label} aria-rowcount={rows.length + 1} aria-colcount={columns.length + 1} className="q-sheet" style={{ minWidth: lefts.at(-1)! }}>
        <div role="row" aria-rowindex={1} className="q-sheet-head">
          <div role="columnheader" className="q-sheet-gutter" aria-label={t`Row`} />
          {columns.map((column) => (
            <div key={column.key} role="columnheader" className={`q-sheet-th q-sheet-${column.side}`}>
              {column.head}
            </div>
          ))}
        </div>
        <div role="rowgroup" className="q-sheet-rows" style={{ height: virtual.getTotalSize() }} {...hand}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const isIn = index >= area.top && index <= area.bottom;
            return (
              <SheetRow
                key={index}
                id={id}
                row={rows[index]!}
                index={index}
                top={start}
                columns={columns}
                at={index === at.row ? at.column : -1}
                from={isIn ? area.left : -1}
                to={isIn ? area.right : -1}
                isLast={index === area.bottom}
                isDrop={index === drop}
                problems={props.problems.get(index)}
                mark={props.marks.get(index)}
                lit={props.lit?.get(index)}
                keys={latest}
              />
            );
          })}
        </div>
        {props.foot}
      </div>
      {now && rows.length > 0 && (
        <CellInput
          ref={input}
          label={t`${now.label}, row ${spot.row + 1}`}
          cell={`${id}-${at.row}-${at.column}`}
          keys={keys}
          offers={now.offers}
          style={{ top: HEAD + spot.row * ROW, left: lefts[spot.column], minWidth: now.width }}
        />
      )}
    </div>
  );
}

/** Pressing a cell goes there, with Shift or drawn over others it takes a range; the small square fills down; the number
of a row takes the row, and a row taken is moved by it. */
function pointers(keys: () => SheetKeys, showDrop: (row: number | null) => void) {
  let drawing: "range" | "fill" | "rows" | "move" | null = null;
  let start: Area = { top: 0, left: 0, bottom: 0, right: 0 };
  let drop: number | null = null;

  function end(): void {
    const { area, fill, move } = keys();
    if (drawing === "fill" && area.bottom > start.bottom) fill(area);
    if (drawing === "move" && drop !== null) move(start, drop);
    drawing = drop = null;
    showDrop(null);
  }

  function onPointerDown(event: PointerEvent): void {
    const spot = spotOf(event.target);
    const target = event.target as Element;
    if (event.button !== 0 || !spot || target.closest("button, input")) return;
    event.preventDefault();
    const { editing, finish, go, choose, area, at, isWholeRows, focus } = keys();
    if (editing) finish(editing.text);
    start = area;
    if (target.closest(".q-sheet-fill")) drawing = "fill";
    else if (spot.column >= 0) {
      drawing = "range";
      go(spot, event.shiftKey);
    } else if (isWholeRows && !event.shiftKey && spot.row >= area.top && spot.row <= area.bottom) drawing = "move";
    else {
      drawing = "rows";
      const from = event.shiftKey ? at.row : spot.row;
      choose({ top: Math.min(from, spot.row), bottom: Math.max(from, spot.row), left: 0, right: Number.MAX_SAFE_INTEGER });
    }
    focus();
    window.addEventListener("pointerup", end, { once: true });
  }

  function onPointerMove(event: PointerEvent): void {
    const spot = drawing && event.buttons === 1 ? spotOf(event.target) : null;
    if (!spot) return;
    const { go, at, choose, area } = keys();
    if (drawing === "fill") choose({ ...start, bottom: Math.max(start.bottom, spot.row) });
    else if (drawing === "rows" && spot.row !== area.bottom) choose({ ...start, top: Math.min(area.top, spot.row), bottom: Math.max(area.top, spot.row), left: 0, right: Number.MAX_SAFE_INTEGER });
    else if (drawing === "range" && spot.column >= 0 && (spot.row !== at.row || spot.column !== at.column)) go(spot, true);
    else if (drawing === "move") showDrop((drop = spot.row > start.bottom ? spot.row + 1 : spot.row));
  }

  function onDoubleClick(event: MouseEvent): void {
    const spot = spotOf(event.target);
    if (spot && spot.column >= 0) keys().edit(spot);
  }

  return { onPointerDown, onPointerMove, onDoubleClick };
}

function spotOf(target: EventTarget | null): Spot | null {
  const spot = (target as Element | null)?.closest<HTMLElement>("[data-spot]")?.dataset.spot?.split(" ");
  return spot ? { row: Number(spot[0]), column: Number(spot[1]) } : null;
}

function bringIntoSight(frame: HTMLElement, { row, column }: Spot, lefts: number[]): void {
  const top = row * ROW;
  const seen = frame.clientHeight - HEAD - ROW;
  if (top < frame.scrollTop) frame.scrollTop = top;
  else if (top > frame.scrollTop + seen) frame.scrollTop = top - seen;
  const [left = 0, right = 0] = [lefts[column], lefts[column + 1]];
  if (left - GUTTER < frame.scrollLeft) frame.scrollLeft = left - GUTTER;
  else if (right > frame.scrollLeft + frame.clientWidth) frame.scrollLeft = right - frame.clientWidth;
}
