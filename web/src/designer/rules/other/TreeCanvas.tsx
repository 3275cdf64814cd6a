/** The tree as cards below each other, read from the left: the first condition that holds leads on, down to the answer. */
import { useLingui } from "@lingui/react/macro";
import { CircleAlert, GitFork, Plus } from "lucide-react";
import { type KeyboardEvent, useMemo } from "react";
import { at, CanvasFrame, neighbour, type Spot } from "../../../flows/CanvasFrame";
import { tidy } from "../../../flows/tidy";
import type { Body } from "../../draft";
import { useFindings } from "../analysis";
import { outputsOf } from "../model";
import { readable, useNames } from "../names";
import { useRule } from "../state";
import { offersOf } from "../table/columns";
import { type Branch, called, cellsText, grown, hanging, isOtherwise, pathOf, pathText } from "./tree";

interface TreeCanvasProps {
  rows: Body[];
  chosen: string;
  choose: (path: string) => void;
  onRows: (rows: Body[]) => void;
  onMove: (path: number[], by: number) => void;
  onRemove: (path: number[]) => void;
}

type Card = Spot & { of: Branch };

export function TreeCanvas(props: TreeCanvasProps) {
  const { t } = useLingui();
  const { explained } = useRule();
  const drawing = useMemo(() => tidy(hanging(props.rows)), [props.rows]);
  const lit = useMemo(() => wayTo((explained?.rows ?? []).map(String)), [explained]);
  return (
    <div className="q-rule-drawing">
      <CanvasFrame drawing={drawing} label={t`The tree`} lit={lit} least={0.75} onKeyDown={treeKeys(drawing.cards, props)}>
        {drawing.cards.map((card) => (
          <CardOf key={card.id} card={card} isLit={lit.has(card.id)} {...props} />
        ))}
      </CanvasFrame>
    </div>
  );
}

/** All branches on the ways to those that answered. */
const wayTo = (rows: string[]): Set<string> => new Set(rows.flatMap((row) => ["", ...row.split(".").map((_, place, steps) => steps.slice(0, place + 1).join("."))]));

function CardOf({ card, isLit, chosen, choose, rows, onRows }: TreeCanvasProps & { card: Card; isLit: boolean }) {
  const { t } = useLingui();
  const { path, kind, row } = card.of;
  function add(): void {
    const news = grown(rows, path);
    onRows(news.rows);
    choose(pathText(news.path));
  }
  if (kind === "case") return <span className={`q-tree-case${isLit ? " q-flow-lit" : ""}`} style={at(card)}>{t`Each case`}</span>;
  if (kind === "row") return <RowCard card={card} row={row!} isLit={isLit} isChosen={chosen === card.id} onChoose={() => choose(card.id)} />;
  return (
    <button type="button" className="q-tree-add" style={at(card)} data-card={card.id} aria-label={path.length ? t`Add a branch below ${called(path)}` : t`Add a branch`} onClick={add}>
      <Plus size={16} aria-hidden />
    </button>
  );
}

function RowCard({ card, row, isLit, isChosen, onChoose }: { card: Card; row: Body; isLit: boolean; isChosen: boolean; onChoose: () => void }) {
  const { t } = useLingui();
  const { object, body } = useRule();
  const { others } = useFindings();
  const book = useNames(object);
  const isWrong = others.some(({ place }) => place.startsWith("rows.") && pathText(pathOf(place)) === card.id);
  const then = (row.then ?? {}) as Record<string, string>;
  const answer = outputsOf(body).flatMap((column) => (then[column.name] ? [offersOf(column, book).find(({ text }) => text === then[column.name])?.label ?? then[column.name]!.replace(/^"(.*)"$/, "$1")] : []));
  return (
    <button type="button" data-card={card.id} className={`q-flow-card q-tree-card${isLit ? " q-flow-lit" : ""}${isWrong ? " q-tree-wrong" : ""}`} style={at(card)} aria-current={isChosen || undefined} onClick={onChoose}>
      <span className="q-tree-card-when">
        <span className="q-rule-number">{called(card.of.path)}</span>
        <span>{isOtherwise(row) ? t`otherwise` : typeof row.when === "string" ? readable(row.when, book) : cellsText(row.when as Record<string, string>)}</span>
        {isWrong && <CircleAlert size={14} aria-label={t`Something is wrong here`} />}
      </span>
      {row.branches ? (
        <span className="q-flow-card-words">
          <GitFork size={13} aria-hidden /> {t`asks further`}
        </span>
      ) : (
        <strong className="q-tree-answer q-ellipsis">{answer.join(" · ") || t`no answer yet`}</strong>
      )}
    </button>
  );
}

/** Arrows walk; with Alt a branch is asked earlier or later; Delete takes it away. */
function treeKeys(cards: Card[], { choose, onMove, onRemove }: TreeCanvasProps) {
  return (event: KeyboardEvent<HTMLElement>): void => {
    const here = cards.find(({ id }) => id === (event.target as HTMLElement).dataset.card);
    if (!here) return;
    const arrow = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key] as [number, number] | undefined;
    if (!arrow && event.key !== "Delete") return;
    event.preventDefault();
    if (!arrow) return here.of.kind === "row" ? onRemove(here.of.path) : undefined;
    if (event.altKey) return arrow[0] && here.of.kind === "row" ? onMove(here.of.path, arrow[0]) : undefined;
    const next = neighbour(cards.filter(({ kind }) => kind !== "case"), here, arrow);
    if (!next) return;
    event.currentTarget.querySelector<HTMLElement>(`[data-card="${next.id}"]`)?.focus();
    if (next.of.kind === "row") choose(next.id);
  };
}
