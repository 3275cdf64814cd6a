/** Our own grid: virtual rows, a moving cell, selection, sort, widths, editing in place, copy and paste.

Focus stays on the grid; `aria-activedescendant` names the cell, so that rows may come and go. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, useEffect, useId, useMemo, useRef } from "react";
import type { Field, ObjectInfo, RecordAnswer } from "../definitions";
import type { Tones } from "../views/colours";
import { type FootShown, GridFoot } from "./GridFoot";
import { type GroupShown, GroupRow, type Line, linesOf } from "./groups";
import { GridHead } from "./GridHead";
import { GridRow } from "./GridRow";
import { useGridKeys } from "./gridKeys";
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

export function Grid(props: GridProps) {
  const { columns, rows, group } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [widths, setWidth] = useWidths(props.name, columns, props.title);
  const lines: Line[] = useMemo(() => linesOf(rows, group?.column.field, group?.unit), [rows, group?.column.field, group?.unit]);
  const virtual = useLines(scroller, lines.length, props.onEndReached);
  const reveal = (row: number) => virtual.scrollToIndex(lines.findIndex((line) => line.kind === "row" && line.index === row));
  const keys = useGridKeys({ ...props, scroller, reveal, rowHeight: ROW });
  const template = `44px ${widths.map((width) => `${width}px`).join(" ")} minmax(12px, 1fr)`;
  const minWidth = 56 + widths.reduce((sum, width) => sum + width, 0);
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
      aria-activedescendant={rows.length ? `${id}-${keys.cell.row}-${keys.cell.column}` : undefined}
      onKeyDown={keys.press}
      onCopy={keys.copy}
      onPaste={keys.paste}
      style={{ "--q-columns": template } as CSSProperties}
    >
      <GridHead {...props} minWidth={minWidth} onWidth={setWidth} />
      <div role="presentation" style={{ height: virtual.getTotalSize() - ROW, minWidth, position: "relative" }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index];
          const place: CSSProperties = { transform: `translateY(${item.start - ROW}px)`, height: item.size };
          if (line?.kind === "row") return <GridRow key={line.row.id} grid={props} keys={keys} id={id} row={line.row} index={line.index} place={place} />;
          return line && group && <GroupRow key={`group ${line.key}`} object={props.object} group={group} line={line} span={columns.length + 1} place={place} />;
        })}
      </div>
      {props.totals && <GridFoot columns={columns} minWidth={minWidth} {...props.totals} />}
    </div>
  );
}

function useLines(scroller: React.RefObject<HTMLDivElement | null>, count: number, onEndReached: () => void) {
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
    paddingStart: ROW,
    scrollPaddingStart: ROW,
  });
  const last = virtual.getVirtualItems().at(-1)?.index ?? 0;
  useEffect(() => {
    if (count > 0 && last >= count - 20) onEndReached();
  }, [last, count, onEndReached]);
  return virtual;
}
