/** Our own grid: virtual rows, a moving cell, selection, sort, widths, editing in place, copy and paste.

Focus stays on the grid; `aria-activedescendant` names the cell, so that rows may come and go. What scrolls out
of sight is not taken away: the line that comes into sight is drawn in its place. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, useEffect, useId, useMemo, useState } from "react";
import type { Field, ObjectInfo, RecordAnswer } from "../definitions";
import type { Tones } from "../views/colours";
import { type FootShown, GridFoot } from "./GridFoot";
import { type GroupShown, GroupRow, type Line, linesOf } from "./groups";
import { GridHead } from "./GridHead";
import { GridRow } from "./GridRow";
import { type GridKeys, useGridKeys } from "./gridKeys";
import type { Cell } from "./moves";
import { useWidths } from "./widths";

export interface Column {
  path: string;
  field: Field;
  editable?: boolean;
}

export interface GridProps {
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
  object: ObjectInfo;
  group?: GroupShown;
  totals?: FootShown;
  tones: (row: RecordAnswer) => Tones;
  onEndReached: () => void;
  onEdit: (row: RecordAnswer, column: Column, value: unknown) => Promise<boolean>;
  onPaste: (at: Cell, text: string) => void;
}

const ROW = 40;
const AROUND = 8;

export function Grid(props: GridProps) {
  const { columns, rows, group } = props;
  const id = useId();
  const [frame, setFrame] = useState<HTMLDivElement | null>(null);
  const [widths, setWidth] = useWidths(props.name, columns, props.title);
  const lines: Line[] = useMemo(() => linesOf(rows, group), [rows, group]);
  const reveal = (row: number) => bringIntoSight(frame!, lines.findIndex((line) => line.kind === "row" && line.index === row), Boolean(props.totals));
  const keys = useGridKeys({ ...props, frame, reveal, rowHeight: ROW });
  const template = `44px ${widths.map((width) => `${width}px`).join(" ")} minmax(12px, 1fr)`;
  const minWidth = 56 + widths.reduce((sum, width) => sum + width, 0);
  return (
    <div
      ref={setFrame}
      className="q-grid"
      role="grid"
      tabIndex={0}
      aria-label={props.label}
      aria-rowcount={(props.total ?? rows.length) + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable
      aria-activedescendant={rows.length ? id : undefined}
      onKeyDown={keys.press}
      onCopy={keys.copy}
      onPaste={keys.paste}
      style={{ "--q-columns": template, "--q-row": `${ROW}px` } as CSSProperties}
    >
      <GridHead {...props} minWidth={minWidth} onWidth={setWidth} />
      {frame && <Lines grid={props} keys={keys} id={id} lines={lines} frame={frame} minWidth={minWidth} />}
      {props.totals && <GridFoot columns={columns} minWidth={minWidth} {...props.totals} />}
    </div>
  );
}

interface LinesProps {
  grid: GridProps;
  keys: GridKeys;
  id: string;
  lines: Line[];
  frame: HTMLElement;
  minWidth: number;
}

/** What scrolling draws: nothing else of the grid is. A line stands at the same of a few places as long as it
is in sight, and the next one that comes into sight takes the place of one that left. */
function Lines({ grid, keys, id, lines, frame, minWidth }: LinesProps) {
  const { items, places, height } = useSight(frame, lines.length, grid.onEndReached);
  const { group } = grid;
  return (
    <div role="presentation" className="q-grid-lines" style={{ height, minWidth }}>
      {items
        .toSorted((one, other) => (one % places) - (other % places))
        .map((at) => {
          const line = lines[at];
          if (line?.kind === "row") return <GridRow key={at % places} grid={grid} keys={keys} id={id} row={line.row} index={line.index} top={at * ROW} />;
          return line && group && <GroupRow key={`group ${at % places}`} object={grid.object} group={group} line={line} span={grid.columns.length + 1} top={at * ROW} />;
        })}
    </div>
  );
}

function useSight(frame: HTMLElement, count: number, onEndReached: () => void) {
  const virtual = useVirtualizer({ count, getScrollElement: () => frame, estimateSize: () => ROW, overscan: AROUND });
  const items = virtual.getVirtualIndexes();
  const last = items.at(-1) ?? 0;
  useEffect(() => {
    if (count > 0 && last >= count - 20) onEndReached();
  }, [last, count, onEndReached]);
  return { items, places: Math.max(items.length, inSight(virtual.scrollRect?.height ?? 0) + 2 * AROUND), height: virtual.getTotalSize() };
}

const inSight = (height: number): number => Math.ceil(height / ROW) + 1;

/** The head covers the first line of what is seen, the foot the last. */
function bringIntoSight(scroller: HTMLElement, line: number, hasFoot: boolean): void {
  const top = line * ROW;
  const seen = scroller.clientHeight - (hasFoot ? 2 : 1) * ROW;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top + ROW > scroller.scrollTop + seen) scroller.scrollTop = top + ROW - seen;
}
