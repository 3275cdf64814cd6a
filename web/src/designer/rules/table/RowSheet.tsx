/** The rows of a rule as a sheet, with what is wrong at its cells and the row that fires lit. */
import { useLingui } from "@lingui/react/macro";
import { Button, Popover } from "antd";
import { Keyboard, Plus } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useDesign } from "../../context";
import { useFindings } from "../analysis";
import { blankRow, inputsOf, readRows, type Slot, type TableRow, writeRows } from "../model";
import { useNames } from "../names";
import type { RowsAct } from "../sheet/keys";
import { Sheet } from "../sheet/Sheet";
import { useRule } from "../state";
import { typeOf, useSheetColumns } from "./columns";

interface RowSheetProps {
  label: string;
  /** Which rows of the body: `rows` or `bands`. */
  of: "rows" | "bands";
  slots: Slot[];
  /** What else is added here, beside a row. */
  adds?: ReactNode;
  foot?: ReactNode;
}

export function RowSheet({ label, of, slots, adds, foot }: RowSheetProps) {
  const { t } = useLingui();
  const { store } = useDesign();
  const { body, object, put, wanted, explained } = useRule();
  const analysis = useFindings();
  const rows = useMemo(() => readRows(body[of], slots), [body, of, slots]);
  const book = useNames(object);
  const columns = useSheetColumns(slots, book, of);
  const blank = blankRow(slots.length);
  const words: Record<RowsAct, string> = {
    write: t`Write a cell`, paste: t`Paste cells`, fill: t`Fill down`, clear: t`Clear cells`, insert: t`Insert a row`, remove: t`Remove rows`, move: t`Move rows`, copy: t`Copy rows`,
  };
  const lit = useMemo(() => (of === "rows" && explained ? litRows(explained, slots) : undefined), [of, explained, slots]);
  const set = (act: RowsAct, next: TableRow[]) => put(words[act], { [of]: writeRows(codesQuoted(next, rows, slots.map(({ column }) => column !== undefined && typeOf(column, book) === "text")), slots) });
  return (
    <>
      <Sheet label={label} columns={columns} rows={rows} blank={blank} onRows={set} undo={store.undo} redo={store.redo} problems={analysis.cells[of]} marks={of === "rows" ? analysis.marks : NONE} lit={lit} wanted={(wanted?.of ?? "rows") === of ? wanted : null} foot={foot} />
      <div className="q-rule-foot">
        <Button size="small" type="text" icon={<Plus size={14} aria-hidden />} onClick={() => set("insert", [...rows, blank()])}>
          {t`Add a row`}
        </Button>
        {adds}
        <KeysHelp />
      </div>
      {of === "rows" && <FoldedColumns />}
    </>
  );
}

/** What is written in a column of texts is a text, though it be a number: codes of accounts, postcodes. */
function codesQuoted(next: TableRow[], before: TableRow[], isText: boolean[]): TableRow[] {
  const known = new Set(before);
  return next.map((row) => (known.has(row) ? row : { ...row, cells: row.cells.map((text, at) => (isText[at] && /^\d+(\.\d+)?$/.test(text) ? `"${text}"` : text)) }));
}

/** Conditions that no row asks stand here, that what follows is read at once; pressed, one becomes a column. */
function FoldedColumns() {
  const { t } = useLingui();
  const { body, folded, unfold } = useRule();
  if (folded.size === 0) return null;
  return (
    <div className="q-rule-folded" role="group" aria-label={t`Further conditions`}>
      <span className="q-muted">{t`Further conditions`}</span>
      {inputsOf(body).flatMap(({ name, label }) =>
        folded.has(name) ? (
          <Button key={name} size="small" aria-label={t`Ask ${label}`} onClick={() => unfold(name)}>
            {label}
          </Button>
        ) : (
          []
        ),
      )}
    </div>
  );
}

function KeysHelp() {
  const { t } = useLingui();
  const keys: [string, string][] = [
    ["F2 ⏎", t`write in the cell; typing replaces what it holds`],
    ["⇥ ⏎", t`on to the right, on downwards`],
    ["Ctrl ⏎", t`a row below; with ⇧ above`],
    ["Ctrl ⌫", t`remove the rows`],
    ["Alt ↑ ↓", t`move the rows`],
    ["Ctrl D", t`fill down`],
    ["Ctrl C X V", t`copy, cut, paste; also from a spreadsheet`],
    ["Ctrl Z Y", t`undo, redo`],
  ];
  const list = (
    <dl className="q-rule-keys">
      {keys.map(([key, words]) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{words}</dd>
        </div>
      ))}
    </dl>
  );
  return (
    <Popover trigger="click" placement="topRight" content={list}>
      <Button className="q-desk-only" size="small" type="text" icon={<Keyboard size={15} aria-hidden />}>
        {t`Keys`}
      </Button>
    </Popover>
  );
}

const NONE = new Map<number, never>();

function litRows({ rows, explained = [] }: NonNullable<ReturnType<typeof useRule>["explained"]>, slots: Slot[]) {
  // Of several that hold, those fire that answered.
  const firing = new Set(rows.map(Number));
  const told = explained.map(({ row, cells }) => [Number(row), { fires: firing.has(Number(row)), cells: slots.map(({ of, name }) => (of === "when" ? cells[name] : undefined)) }] as const);
  return new Map([...rows.map((row) => [Number(row), { fires: true, cells: [] as (boolean | undefined)[] }] as const), ...told]);
}
