/** The heads of groups in a list: what stands together, how many, and their sums. */
import { useLingui } from "@lingui/react/macro";
import { showDecimal } from "../../kit/decimal";
import type { Field, ObjectInfo, RecordAnswer, Unit } from "../definitions";
import { dayOf, sayDay } from "../views/days";
import { figureText } from "../views/figures";
import { type Group, groupKey, keyOf } from "../views/totals";
import type { Column } from "./Grid";
import { CellShown } from "./GridRow";

export interface GroupShown {
  column: Column;
  unit: Unit;
  figures: Group[];
}

export type Line = { kind: "row"; row: RecordAnswer; index: number } | { kind: "group"; row: RecordAnswer; key: string };

export function linesOf(rows: RecordAnswer[], field?: Field, unit: Unit = ""): Line[] {
  if (!field) return rows.map((row, index) => ({ kind: "row", row, index }));
  const lines: Line[] = [];
  let last: string | undefined;
  rows.forEach((row, index) => {
    const key = groupKey(field, unit, row);
    if (key !== last) lines.push({ kind: "group", row, key });
    last = key;
    lines.push({ kind: "row", row, index });
  });
  return lines;
}

interface GroupRowProps {
  object: ObjectInfo;
  group: GroupShown;
  line: Line & { kind: "group" };
  span: number;
  top: number;
}

export function GroupRow({ object, group, line, span, top }: GroupRowProps) {
  const { t } = useLingui();
  const { column, unit, figures } = group;
  const known = figures.find((each) => keyOf(each) === line.key);
  const isDay = ["date", "moment"].includes(column.field.type);
  return (
    <div role="row" className="q-grid-row q-grid-group" style={{ top }}>
      <div role="gridcell" aria-colspan={span}>
        <span className="q-group-name">
          {line.key === "" ? <span className="q-muted">{t`No ${column.field.label}`}</span> : isDay ? <Period day={line.key} unit={unit} /> : <CellShown column={column} row={line.row} />}
        </span>
        {known && <span className="q-count">{showDecimal(known.count)}</span>}
        {known && <span className="q-group-figures">{figureText(object, known)}</span>}
      </div>
    </div>
  );
}

function Period({ day, unit }: { day: string; unit: Unit }) {
  const { t } = useLingui();
  const at = dayOf(day);
  if (unit === "year") return sayDay(at, { year: "numeric" });
  if (unit === "quarter") {
    const [year, quarter] = [day.slice(0, 4), Math.ceil(Number(day.slice(5, 7)) / 3)];
    return t`Q${quarter} ${year}`;
  }
  return sayDay(at, unit === "month" ? { year: "numeric", month: "long" } : { dateStyle: "medium" });
}
