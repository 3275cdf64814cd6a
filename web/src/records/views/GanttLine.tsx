import { useLingui } from "@lingui/react/macro";
import { Button, Popover, Select } from "antd";
import { ChevronRight, Spline } from "lucide-react";
import { memo, type CSSProperties, type KeyboardEvent, type MouseEvent } from "react";
import type { ObjectInfo, RecordAnswer } from "../definitions";
import type { ListState } from "../list/state";
import { titleOf } from "../query";
import { barClass, type Tones } from "./colours";
import { sayRange, type Span } from "./days";
import type { BarLine, GroupLine, Line } from "./ganttLines";
import type { GanttMoves } from "./ganttMoves";
import { begunOn, type Placed, reaching, type When } from "./spans";

export interface GanttFacts {
  object: ObjectInfo;
  state: ListState;
  when: When;
  rows: RecordAnswer[];
  lines: Line[];
  range: Span;
  /** Pixels of a day, and of the names at the left. */
  width: number;
  side: number;
  moves: GanttMoves;
  tonesOf: (row: RecordAnswer) => Tones;
  fold: (key: string) => void;
  onOpen: (id: number) => void;
}

interface GanttLineProps {
  facts: GanttFacts;
  line: Line;
  index: number;
  top: number;
  focusLine: (index: number) => void;
}

/** Scrolling draws only the lines that come into sight; `focusLine` is of the same facts. */
export const GanttLine = memo(AnyLine, (one, other) => one.facts === other.facts && one.line === other.line && one.top === other.top);

function AnyLine({ facts, line, index, top, focusLine }: GanttLineProps) {
  const style = { transform: `translateY(${top}px)` };
  if (line.kind === "group") return <GroupRow facts={facts} line={line} style={style} />;
  return <BarRow facts={facts} line={line} index={index} style={style} focusLine={focusLine} />;
}

function GroupRow({ facts, line, style }: { facts: GanttFacts; line: GroupLine; style: CSSProperties }) {
  return (
    <div className="q-gantt-line q-gantt-group" style={style}>
      <div className="q-gantt-name">
        <Fold facts={facts} line={line} label={line.label} />
        <strong className="q-ellipsis">{line.label}</strong>
        <span className="q-count">{line.count}</span>
      </div>
      {line.span && <div className="q-gantt-sum" style={placeOf(facts, line.span)} aria-hidden />}
    </div>
  );
}

function Fold({ facts, line, label }: { facts: GanttFacts; line: Line; label: string }) {
  const { t } = useLingui();
  return (
    <button type="button" className={`q-fold${line.isOpen ? " q-open" : ""}`} aria-expanded={line.isOpen} aria-label={t`What is under ${label}`} onClick={() => facts.fold(line.key)}>
      <ChevronRight size={15} aria-hidden />
    </button>
  );
}

interface BarRowProps {
  facts: GanttFacts;
  line: BarLine;
  index: number;
  style: CSSProperties;
  focusLine: (index: number) => void;
}

function BarRow({ facts, line, index, style, focusLine }: BarRowProps) {
  const { t } = useLingui();
  const { object, when, moves, range, width, side, onOpen } = facts;
  const { row, below } = line;
  const title = titleOf(object, row);
  const moved = moves.shown(row, line.at);
  const at = moved && reaching({ ...moved, open: line.at?.open, said: line.at?.said }, range.from, range.to);

  /** A record without a day gets one where it is pressed. */
  function plan(event: MouseEvent<HTMLDivElement>): void {
    if (line.at || below || event.target !== event.currentTarget) return;
    const day = range.from + Math.floor((event.clientX - event.currentTarget.getBoundingClientRect().left - side) / width);
    moves.place(row, day, () => begunOn(when, day, moves.mayResize));
  }

  const isAim = moves.dragged?.carried.part === "link" && moves.dragged.over === `bar ${row.id}`;
  return (
    <div className={`q-gantt-line${isAim ? " q-over" : ""}`} style={style} data-drop={`bar ${row.id}`} onClick={plan} title={line.at || below ? undefined : t`Press where it should begin`}>
      <div className="q-gantt-name" style={{ paddingLeft: 8 + 16 * line.depth }}>
        {line.hasChildren ? <Fold facts={facts} line={line} label={title} /> : <span className="q-fold-none" />}
        <button type="button" className="q-gantt-title q-ellipsis" onClick={() => onOpen(row.id)}>
          {title}
        </button>
        {moves.mayLink && <Waits facts={facts} row={row} />}
      </div>
      {below && !at && <div className="q-gantt-sum" style={placeOf(facts, below)} aria-hidden />}
      {at && <Bar facts={facts} row={row} span={at} index={index} focusLine={focusLine} isParent={line.hasChildren} />}
    </div>
  );
}

const placeOf = ({ range, width, side }: GanttFacts, { from, to }: Span): CSSProperties => ({ left: side + (from - range.from) * width, width: Math.max(6, (to - from + 1) * width) });

interface BarProps {
  facts: GanttFacts;
  row: RecordAnswer;
  span: Span & Pick<Placed, "said">;
  index: number;
  focusLine: (index: number) => void;
  isParent: boolean;
}

function Bar({ facts, row, span, index, focusLine, isParent }: BarProps) {
  const { t } = useLingui();
  const { object, state, moves, tonesOf, onOpen } = facts;
  const tones = tonesOf(row);
  const title = titleOf(object, row);
  const done = Number(row[state.shape.progress] ?? Number.NaN);
  const far = Number.isNaN(done) ? undefined : Math.max(0, Math.min(100, done));
  const days = span.said ?? sayRange(span.from, span.to);

  function press(event: KeyboardEvent): void {
    const step = event.altKey ? undefined : { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step) return moves.press(event, row);
    event.preventDefault();
    focusLine(nextBar(facts.lines, index, step));
  }

  return (
    <div className={`q-gantt-bar ${barClass(tones)}${isParent ? " q-gantt-parent" : ""}`} style={{ ...placeOf(facts, span), ...tones.paint }} onPointerDown={(event) => moves.lift(event, row, "whole")} data-moves={moves.mayMove ? "" : undefined}>
      {far !== undefined && <span className="q-gantt-done" style={{ width: `${far}%` }} aria-hidden />}
      <button type="button" data-line={index} data-bar={row.id} onClick={() => onOpen(row.id)} onKeyDown={press} aria-describedby="q-gantt-keys" aria-label={far === undefined ? `${title}, ${days}` : t`${title}, ${days}, ${far} % done`} title={`${title}\n${days}`} />
      <span className="q-gantt-label" aria-hidden>
        {title}
      </span>
      {moves.mayResize && <span className="q-gantt-end q-gantt-begin" aria-hidden onPointerDown={(event) => moves.lift(event, row, "begin")} />}
      {moves.mayResize && <span className="q-gantt-end" aria-hidden onPointerDown={(event) => moves.lift(event, row, "end")} />}
      {moves.mayLink && <span className="q-gantt-dot" aria-hidden title={t`Drag to what must wait for it`} onPointerDown={(event) => moves.lift(event, row, "link")} />}
    </div>
  );
}

function nextBar(lines: Line[], index: number, step: number): number {
  let at = index + step;
  while (lines[at] && !isDrawn(lines[at]!)) at += step;
  return at;
}

const isDrawn = (line: Line): boolean => line.kind === "bar" && line.at !== undefined;

/** What it waits for, chosen without a mouse too. */
function Waits({ facts, row }: { facts: GanttFacts; row: RecordAnswer }) {
  const { t } = useLingui();
  const { object, state, rows, moves } = facts;
  const before = row[state.shape.depends] as number | null;
  const title = titleOf(object, row);
  const options = () => rows.filter(({ id }) => id !== row.id).map((each) => ({ value: each.id, label: titleOf(object, each) }));
  return (
    <Popover
      trigger="click"
      destroyOnHidden
      content={() => (
        <div className="q-gantt-waits">
          <span className="q-muted">{t`${title} waits for`}</span>
          <Select
            autoFocus
            className="q-fill"
            allowClear
            aria-label={t`${title} waits for`}
            placeholder={t`Nothing`}
            value={before ?? undefined}
            showSearch={{ optionFilterProp: "label" }}
            options={options()}
            onChange={(id: number | undefined) => void moves.wait(row, rows.find((each) => each.id === id) ?? null)}
          />
        </div>
      )}
    >
      <Button type="text" size="small" className={before ? "" : "q-quiet"} aria-label={t`What ${title} waits for`} icon={<Spline size={14} aria-hidden />} />
    </Popover>
  );
}
