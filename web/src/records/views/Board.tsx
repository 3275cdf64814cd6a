/** Records as cards in columns: one for each choice, linked record or person. Cards move by drag, by Alt and the arrows, or by their menu. */
import { useLingui } from "@lingui/react/macro";
import { Button, Dropdown } from "antd";
import { MoveHorizontal } from "lucide-react";
import type { KeyboardEvent, PointerEvent } from "react";
import { showDecimal } from "../../kit/decimal";
import { Bones, Failed } from "../../kit/states";
import type { Tone } from "../../kit/theme";
import { ToneTag } from "../../kit/ToneTag";
import { canWrite, type Field, fieldOf, isLink, type RecordAnswer, type Values } from "../definitions";
import { kindOf } from "../fields/registry";
import { joinWhere } from "../filters";
import { titleOf, useRecordList } from "../query";
import { useCardFields } from "./all";
import { CardFields } from "./Card";
import { groundClass, useColours } from "./colours";
import { useDragging } from "./dragging";
import type { ViewProps } from "./kinds";
import { type Move, useMove } from "./moving";
import { figureText } from "./figures";
import { type Figures, type Group, keyOf, useTotals } from "./totals";

/** One column; blank has no value. */
interface Lane {
  key: string;
  value: unknown;
  label: string;
  tone?: Tone;
  figures?: Figures;
}

const MOST_LANES = 60;

export default function Board({ object, state, onOpen }: ViewProps) {
  const { t } = useLingui();
  const by = fieldOf(object, state.shape.group);
  const totals = useTotals(object, state.shape.totals, state, by?.name, "", Boolean(by));
  const move = useMove(object);
  const lanes = by ? lanesOf(by, totals.data?.groups ?? [], { blank: t`No ${by.label}`, yes: t`Yes`, no: t`No` }) : [];
  const dragging = useDragging<RecordAnswer>(({ carried, over }) => {
    const lane = lanes.find((each) => each.key === over);
    if (lane) void put(carried, lane);
  });
  if (!by) return null;
  if (totals.isError) return <Failed error={totals.error} retry={() => totals.refetch()} />;
  if (totals.isPending && isLink(by)) return <Bones lines={6} title={false} />;
  const canMove = Boolean(object.may.change) && !object.append_only && canWrite(by, false);

  const put = (row: RecordAnswer, lane: Lane): Promise<boolean> => move(row, valuesOf(by, lane), t`Moved to ${lane.label}`);

  return (
    <div className="q-board" data-scrolls aria-describedby="q-board-keys">
      <p id="q-board-keys" className="q-hidden">{t`Alt with the left or right arrow moves a card to the next column.`}</p>
      {lanes.map((lane, at) => (
        <BoardColumn
          key={lane.key}
          object={object}
          state={state}
          by={by}
          lane={lane}
          isOver={dragging.dragged?.over === lane.key}
          carried={dragging.dragged?.carried.id}
          moves={canMove ? { lanes, put, grab: dragging.grab, beside: (step) => lanes[at + step] } : undefined}
          onOpen={onOpen}
        />
      ))}
    </div>
  );
}

/** Choices in their order, else what the records hold; blank where there is any. */
function lanesOf(by: Field, groups: Group[], words: { blank: string; yes: string; no: string }): Lane[] {
  const figures = new Map(groups.map((group) => [keyOf(group), group]));
  const blank = figures.get("");
  const nothing: Lane[] = blank || !by.required ? [{ key: "", value: null, label: words.blank, figures: blank }] : [];
  if (by.choices?.length) {
    const lanes = by.choices.map(({ name, label, tone }) => ({ key: name, value: name, label, tone, figures: figures.get(name) }));
    return blank ? [...nothing, ...lanes] : lanes;
  }
  if (by.type === "boolean") return [true, false].map((value) => ({ key: String(value), value, label: value ? words.yes : words.no, figures: figures.get(String(value)) }));
  const known = groups.filter((group) => keyOf(group) !== "").slice(0, MOST_LANES);
  return [...nothing, ...known.map((group) => ({ key: keyOf(group), value: group.value, label: group.label || keyOf(group), figures: group }))];
}

function valuesOf(by: Field, lane: Lane): Values {
  return isLink(by) ? { [by.name]: lane.value, [`${by.name}._label`]: lane.value === null ? null : lane.label } : { [by.name]: lane.value };
}

function conditionOf(by: Field, { value }: Lane): string {
  if (value === null) return `blank(${by.name})`;
  if (isLink(by) || by.type === "boolean") return `${by.name} = ${String(value)}`;
  return `${by.name} = ${kindOf(by).literal(String(value))}`;
}

interface Moves {
  lanes: Lane[];
  put: (row: RecordAnswer, lane: Lane) => ReturnType<Move>;
  grab: (event: PointerEvent, row: RecordAnswer) => void;
  beside: (step: number) => Lane | undefined;
}

interface BoardColumnProps extends Pick<ViewProps, "object" | "state" | "onOpen"> {
  by: Field;
  lane: Lane;
  isOver: boolean;
  carried?: number;
  moves?: Moves;
}

function BoardColumn({ object, state, by, lane, isOver, carried, moves, onOpen }: BoardColumnProps) {
  const { t } = useLingui();
  const fields = useCardFields(object, state, [by.name]);
  const list = useRecordList({ object: object.name, where: joinWhere([state.formula, conditionOf(by, lane)]), sort: state.sort, search: state.search, fields, pageSize: 30 });
  const tones = useColours(object, state.shape, list.rows);
  const figures = lane.figures && figureText(object, lane.figures);
  return (
    <section className={`q-board-column${isOver ? " q-over" : ""}`} aria-label={lane.label} data-drop={moves && lane.key} data-lane={lane.key}>
      <header>
        <ToneTag tone={lane.tone}>{lane.label}</ToneTag>
        <span className="q-muted q-number">{showDecimal(lane.figures?.count ?? list.count?.value ?? 0)}</span>
        {figures && <span className="q-board-figures q-muted">{figures}</span>}
      </header>
      <div className="q-board-cards" data-scrolls tabIndex={list.rows.length > 4 ? 0 : undefined}>
        {list.isPending && <Bones lines={3} title={false} />}
        {list.rows.map((row) => (
          <BoardCard key={row.id} object={object} columns={state.columns} by={by} row={row} tones={tones(row)} isCarried={row.id === carried} lane={lane} moves={moves} onOpen={onOpen} />
        ))}
        {list.hasNextPage && (
          <Button type="text" size="small" block onClick={() => list.fetchNextPage()}>
            {t`Show more`}
          </Button>
        )}
      </div>
    </section>
  );
}

interface BoardCardProps extends Pick<BoardColumnProps, "object" | "by" | "lane" | "moves" | "onOpen"> {
  columns: string[];
  row: RecordAnswer;
  tones: ReturnType<ReturnType<typeof useColours>>;
  isCarried: boolean;
}

function BoardCard({ object, columns, by, row, tones, isCarried, lane, moves, onOpen }: BoardCardProps) {
  const { t } = useLingui();
  const title = titleOf(object, row);

  function press(event: KeyboardEvent): void {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const next = event.altKey && step ? moves?.beside(step) : undefined;
    if (!next || !moves) return;
    event.preventDefault();
    void moves.put(row, next).then(() => focusCard(row.id));
  }

  const others = moves?.lanes.filter((each) => each.key !== lane.key) ?? [];
  return (
    <article className={`q-board-card${groundClass(tones)}${isCarried ? " q-carried" : ""}`} style={tones.paint} data-moves={moves ? "" : undefined} data-card={row.id} onPointerDown={moves && ((event) => moves.grab(event, row))}>
      <button type="button" className="q-board-card-title" onClick={() => onOpen(row.id)} onKeyDown={press} aria-describedby={moves && "q-board-keys"}>
        {title}
      </button>
      <CardFields object={object} row={row} columns={columns} except={[by.name]} tones={tones} />
      {moves && (
        <Dropdown
          trigger={["click"]}
          menu={{ items: others.map((each) => ({ key: `to ${each.key}`, label: t`Move to ${each.label}` })), onClick: ({ key }) => void moves.put(row, others.find((each) => `to ${each.key}` === key)!), className: "q-tall-menu" }}
        >
          <Button className="q-board-card-move" type="text" size="small" aria-label={t`Move ${title}`} icon={<MoveHorizontal size={14} aria-hidden />} onPointerDown={(event) => event.stopPropagation()} />
        </Dropdown>
      )}
    </article>
  );
}

/** The card was drawn anew in its new column: the keyboard stays with it. */
function focusCard(id: number): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-card="${id}"] .q-board-card-title`)?.focus());
}
