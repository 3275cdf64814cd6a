import { useLingui } from "@lingui/react/macro";
import { Checkbox } from "antd";
import { ArrowDown, ArrowUp } from "lucide-react";
import { kindOf } from "../fields/registry";
import type { Column, GridProps } from "./Grid";
import { ResizeHandle } from "./widths";

interface GridHeadProps extends GridProps {
  minWidth: number;
  onWidth: (index: number, width: number) => void;
}

export function GridHead({ columns, rows, selected, onSelect, sort, onSort, minWidth, onWidth }: GridHeadProps) {
  const { t } = useLingui();
  const allChosen = rows.length > 0 && rows.every((row) => selected.has(row.id));
  return (
    <div className="q-grid-head" role="row" aria-rowindex={1} style={{ minWidth }}>
      <div role="columnheader" className="q-grid-check">
        <Checkbox
          tabIndex={-1}
          aria-label={t`Select all shown`}
          checked={allChosen}
          indeterminate={!allChosen && selected.size > 0}
          onChange={() => onSelect(new Set(allChosen ? [] : rows.map((row) => row.id)))}
        />
      </div>
      {columns.map((column, index) => (
        <HeadCell key={column.path} column={column} sort={sort} onSort={onSort} onWidth={(width) => onWidth(index, width)} />
      ))}
    </div>
  );
}

interface HeadCellProps {
  column: Column;
  sort: string;
  onSort: GridProps["onSort"];
  onWidth: (width: number) => void;
}

function HeadCell({ column, sort, onSort, onWidth }: HeadCellProps) {
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
