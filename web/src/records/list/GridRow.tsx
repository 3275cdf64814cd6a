import { useLingui } from "@lingui/react/macro";
import { SquarePen } from "lucide-react";
import { memo, type MouseEvent, useState } from "react";
import type { Tone } from "../../kit/theme";
import type { RecordAnswer, Values } from "../definitions";
import { kindOf } from "../fields/registry";
import { groundClass, toneClass } from "../views/colours";
import { CellEditor } from "./CellEditor";
import type { Column, GridProps } from "./Grid";
import type { GridKeys } from "./gridKeys";
import type { Cell } from "./moves";

interface GridRowProps {
  grid: GridProps;
  keys: GridKeys;
  id: string;
  row: RecordAnswer;
  index: number;
  top: number;
}

/** Scrolling draws only the rows that come into sight; what `keys` does depends on the cell, the edit and the grid alone. */
export const GridRow = memo(Row, (one, other) => {
  const same = one.grid === other.grid && one.row === other.row && one.index === other.index;
  return same && one.top === other.top && one.keys.cell === other.keys.cell && one.keys.editing === other.keys.editing;
});

function Row({ grid, keys, id, row, index, top }: GridRowProps) {
  const { t } = useLingui();
  const isChosen = grid.selected.has(row.id);
  const tones = grid.tones(row);
  const [pointed, setPointed] = useState<number>();
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      className={`q-grid-row${groundClass(tones)}${String(row.id) === grid.openId ? " q-open" : ""}`}
      style={{ top, ...tones.paint }}
      onMouseMove={(event) => setPointed(columnAt(event))}
      onMouseLeave={() => setPointed(undefined)}
    >
      <div role="gridcell" className="q-grid-check" onClick={stop}>
        <input type="checkbox" tabIndex={-1} aria-label={t`Select row ${index + 1}`} checked={isChosen} readOnly onClick={(event) => keys.select(index, event.shiftKey)} />
      </div>
      {grid.columns.map((column, position) => (
        <GridCell key={column.path} isPointed={pointed === position} grid={grid} keys={keys} id={id} row={row} column={column} at={{ row: index, column: position }} tone={tones.fields[column.path]} />
      ))}
    </div>
  );
}

/** Which column the pointer is over; the first cell is the box that chooses the row. */
function columnAt({ target, currentTarget }: MouseEvent<HTMLElement>): number {
  const cell = (target as Element).closest("[role=gridcell]");
  return [...currentTarget.children].indexOf(cell!) - 1;
}

interface GridCellProps {
  grid: GridProps;
  keys: GridKeys;
  /** Of the cell that the keys move; a name for each cell would be written at every scroll. */
  id: string;
  row: RecordAnswer;
  column: Column;
  at: Cell;
  tone?: Tone;
  isPointed: boolean;
}

function GridCell({ grid, keys, id, row, column, at, tone, isPointed }: GridCellProps) {
  const { cell, editing, finish } = keys;
  const isHere = (place?: Cell) => place?.row === at.row && place.column === at.column;
  const isEditing = isHere(editing?.cell);

  function open(): void {
    keys.setCell(at);
    if (!isEditing) grid.onOpen(row);
  }

  function save(value: unknown): void {
    finish();
    void grid.onEdit(row, column, value);
  }

  const classes = {
    "q-cell": true,
    "q-right": kindOf(column.field).align === "right",
    "q-cell-at": isHere(cell),
    "q-cell-editing": isEditing,
    "q-cell-title": column.path === grid.title,
  };
  const className = Object.entries(classes).flatMap(([name, on]) => (on ? name : [])).join(" ") + toneClass(tone);
  return (
    <div id={isHere(cell) ? id : undefined} role="gridcell" className={className} onClick={open} onDoubleClick={() => keys.startEdit(at)}>
      {isEditing ? (
        <CellEditor key={row.id} column={column} row={row} start={editing?.start} onCancel={finish} onSave={save} />
      ) : (
        <>
          <CellShown column={column} row={row} />
          {isPointed && column.editable && <EditButton label={column.field.label} onEdit={() => keys.startEdit(at)} />}
        </>
      )}
    </div>
  );
}

export function CellShown({ column, row }: { column: Column; row: Values }) {
  const { Cell: Shown } = kindOf(column.field);
  return <Shown value={row[column.path]} field={column.field} row={row} dense />;
}

function EditButton({ label, onEdit }: { label: string; onEdit: () => void }) {
  const { t } = useLingui();
  return (
    <button
      type="button"
      tabIndex={-1}
      className="q-cell-edit"
      aria-label={t`Edit ${label}`}
      onClick={(event) => {
        stop(event);
        onEdit();
      }}
    >
      <SquarePen size={13} aria-hidden />
    </button>
  );
}

const stop = (event: MouseEvent): void => event.stopPropagation();
