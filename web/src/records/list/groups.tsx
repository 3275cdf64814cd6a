/** The heads of groups in a list: what stands together, how many, and their sums. */
import { useLingui } from "@lingui/react/macro";
import { ChevronRight } from "lucide-react";
import { showDecimal } from "../../kit/decimal";
import { useSetting } from "../../kit/settings";
import type { Field, ObjectInfo, RecordAnswer, Unit, Values } from "../definitions";
import { kindOf } from "../fields/registry";
import { joinWhere } from "../filters";
import { addMonths, dayOf, sayDay } from "../views/days";
import { figureText } from "../views/figures";
import { literalOf } from "../views/spans";
import { type Group, groupKey, keyOf } from "../views/totals";
import type { Column } from "./Grid";
import { CellShown } from "./GridRow";

export interface GroupShown {
  column: Column;
  unit: Unit;
  /** Of all that fit, in the list's own order. */
  figures: Group[];
  folded: ReadonlySet<string>;
  onFold: (key: string) => void;
  /** No rows are left to ask for. */
  isWhole: boolean;
}

export type Line = { kind: "row"; row: RecordAnswer; index: number } | { kind: "group"; row: Values; key: string };

/** Rows below the heads of their groups; the head of a folded one, whose rows aren't asked for, stands where the order has it. */
export function linesOf(rows: RecordAnswer[], group?: GroupShown): Line[] {
  if (!group) return rows.map((row, index) => ({ kind: "row", row, index }));
  const { field } = group.column;
  const keys = group.figures.map(keyOf);
  const lines: Line[] = [];
  let last: string | undefined;
  let told = 0;
  const tellFolded = (before: number): void => {
    for (; told < before; told += 1) if (group.folded.has(keys[told]!)) lines.push(headOf(field, group.figures[told]!));
  };
  rows.forEach((row, index) => {
    const key = groupKey(field, group.unit, row);
    if (group.folded.has(key)) return;
    if (key !== last) {
      tellFolded(keys.indexOf(key));
      lines.push({ kind: "group", row, key });
    }
    last = key;
    lines.push({ kind: "row", row, index });
  });
  if (group.isWhole) tellFolded(keys.length);
  return lines;
}

const headOf = (field: Field, group: Group): Line => ({ kind: "group", key: keyOf(group), row: { [field.name]: group.value, [`${field.name}._label`]: group.label } });

/** What leaves the rows of folded groups out; a blank is unlike every value. */
export function besides(field: Field, unit: Unit, folded: Iterable<string>): string {
  return joinWhere([...folded].map((key) => outside(field, unit, key)));
}

function outside(field: Field, unit: Unit, key: string): string {
  if (key === "") return `not blank(${field.name})`;
  if (!isDay(field)) return `${field.name} != ${kindOf(field).literal(key)}`;
  const from = dayOf(key);
  return `not (${field.name} >= ${literalOf(field, from)} and ${field.name} < ${literalOf(field, from + daysIn(unit, from))})`;
}

const MONTHS: Partial<Record<Unit, number>> = { month: 1, quarter: 3, year: 12 };
const daysIn = (unit: Unit, from: number): number => (MONTHS[unit] ? addMonths(from, MONTHS[unit]) - from : 1);
const isDay = ({ type }: Field): boolean => type === "date" || type === "moment";

/** Which groups a person keeps folded, of this grouping of this list. */
export function useFolded(object: ObjectInfo, field: Field | undefined, unit: Unit): [ReadonlySet<string>, (key: string) => void] {
  const [kept, keep] = useSetting<string[]>(`folded.${object.name}.${field?.name ?? ""}.${unit}`, []);
  const folded = new Set(field ? kept : []);
  return [folded, (key) => keep(folded.has(key) ? kept.filter((each) => each !== key) : [...kept, key])];
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
  const { column, unit, figures, folded, onFold } = group;
  const known = figures.find((each) => keyOf(each) === line.key);
  const isOpen = !folded.has(line.key);
  return (
    <div role="row" className="q-grid-row q-grid-group" style={{ top }} onClick={() => known && onFold(line.key)}>
      <div role="gridcell" aria-colspan={span}>
        {known && (
          <button type="button" className={`q-fold${isOpen ? " q-open" : ""}`} aria-expanded={isOpen} aria-label={isOpen ? t`Fold the group` : t`Unfold the group`}>
            <ChevronRight size={15} aria-hidden />
          </button>
        )}
        <span className="q-group-name">
          {line.key === "" ? <span className="q-muted">{t`No ${column.field.label}`}</span> : isDay(column.field) ? <Period day={line.key} unit={unit} /> : <CellShown column={column} row={line.row} />}
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
