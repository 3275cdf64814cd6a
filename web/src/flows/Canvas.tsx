/** The tree: cards joined by lines, a + on each line. Arrows walk, Alt and arrows move, Delete removes. */
import { useLingui } from "@lingui/react/macro";
import { Dropdown } from "antd";
import { Flag, Play, Plus, TriangleAlert } from "lucide-react";
import { type KeyboardEvent, useMemo } from "react";
import { DragArea, type Dropped, useDroppable, useFresh, useIsDragging } from "../designer/drag";
import { identifier, unused } from "../designer/names";
import { readable } from "../designer/rules/names";
import { say } from "../designer/words";
import { ToneTag } from "../kit/ToneTag";
import { at, CanvasFrame, neighbour } from "./CanvasFrame";
import { type Card, type Drawing, type Edge, layout } from "./layout";
import { useFlowFindings } from "./Findings";
import { KINDS, kindOfStep } from "./kinds";
import { insertStep, moveStep, namesOf, newStep, type Place, removeStep, shiftBranch, shiftStep, type StepKind } from "./model";
import { useFlow, useSentence } from "./state";

export function Canvas() {
  const { t } = useLingui();
  const { flow, put, marks } = useFlow();
  const { lit, halts } = marks;
  const drawing = useMemo(() => layout(flow), [flow]);
  const drop = ({ id, to }: Dropped) => put(t`Move the step`, moveStep(flow, id, JSON.parse(to.group) as Place, to.index));
  return (
    <DragArea onDrop={drop}>
      <CanvasFrame drawing={drawing} label={t`The steps`} lit={lit} halts={halts} onKeyDown={useTreeKeys(drawing)}>
        {drawing.cards.map((card) => (
          <CardOf key={card.id} card={card} isLit={lit?.has(card.id)} />
        ))}
        {drawing.edges.map((edge) => edge.add && <AddHere key={`${JSON.stringify(edge.add.place)} ${edge.add.at}`} add={edge.add} />)}
      </CanvasFrame>
    </DragArea>
  );
}

function CardOf({ card, isLit }: { card: Card; isLit?: boolean }) {
  const { t } = useLingui();
  if (card.kind === "start") return <StartCard card={card} />;
  if (card.kind === "branch") return <BranchHead card={card} isLit={isLit} />;
  if (card.kind === "step") return <StepCard card={card} isLit={isLit} />;
  return (
    <div className="q-flow-end" style={at(card)}>
      <Flag size={14} aria-hidden /> {t`Approved, end`}
    </div>
  );
}

function StartCard({ card }: { card: Card }) {
  const { t } = useLingui();
  const { chosen, choose, flow } = useFlow();
  const words = useStartWords();
  return (
    <button type="button" data-card="start" className="q-flow-card q-flow-start" style={at(card)} aria-current={chosen === "start" || undefined} onClick={() => choose("start")}>
      <span className="q-flow-card-head">
        <Play size={15} aria-hidden /> {t`Start`}
      </span>
      <span className="q-flow-card-words">{words(flow.start?.on)}</span>
    </button>
  );
}

export function useStartWords(): (on: string | undefined) => string {
  const { t } = useLingui();
  return (on = "submit") =>
    ({
      submit: t`Somebody submits the record`,
      created: t`A record is created`,
      changed: t`A record is changed`,
      date: t`A day of the record is reached`,
      schedule: t`At set times`,
      event: t`Something is told`,
      webhook: t`Another system calls`,
      flow: t`Another flow starts it`,
    })[on] ?? on;
}

function StepCard({ card, isLit }: { card: Card; isLit?: boolean }) {
  const { t } = useLingui();
  const { chosen, choose } = useFlow();
  const found = useFlowFindings().get(card.name) ?? [];
  const isWrong = found.some((each) => each.isError);
  const words = useSentence();
  const { ref } = useFresh(card.name);
  const step = card.step!;
  const Icon = kindOfStep(step.kind).icon;
  const group = kindOfStep(step.kind).group;
  return (
    <button
      ref={ref}
      type="button"
      data-card={card.name}
      className={`q-flow-card q-flow-of-${group}${isLit ? " q-flow-lit" : ""}${isWrong ? " q-flow-wrong" : ""}`}
      style={at(card)}
      aria-current={chosen === card.name || undefined}
      onClick={() => choose(card.name)}
    >
      <span className="q-flow-card-head">
        <Icon size={15} aria-hidden /> <span className="q-ellipsis">{say(step.label, card.name)}</span>
        {found.length > 0 && <TriangleAlert size={15} className={isWrong ? "q-flow-error" : "q-flow-warning"} aria-label={isWrong ? t`To mend` : t`To think of`} />}
      </span>
      <Chips of={card.name} />
      <span className="q-flow-card-words">{words(step)}</span>
    </button>
  );
}

function Chips({ of }: { of: string }) {
  const { marks } = useFlow();
  const chips = marks.chips?.get(of);
  if (!chips) return null;
  return (
    <span className="q-flow-chips">
      {chips.map(({ words: said, tone }) => (
        <ToneTag key={said} tone={tone}>
          {said}
        </ToneTag>
      ))}
    </span>
  );
}

function BranchHead({ card, isLit }: { card: Card; isLit?: boolean }) {
  const { t } = useLingui();
  const { choose, book } = useFlow();
  const { of = "", part, branch } = card.place ?? {};
  const label = part === "branch" ? say(card.step!.branches?.[branch ?? ""]?.label, branch) : part === "failed" ? t`If it fails` : t`For each row`;
  const asked = card.step!.branches?.[branch ?? ""]?.when;
  const when = part !== "branch" || card.step!.take === "all" ? "" : asked === "true" ? t`no condition yet` : asked ? readable(asked, book) : t`where no other fits`;
  return (
    <button type="button" title={when} className={`q-flow-way${isLit ? " q-flow-lit" : ""}`} data-card={card.id} style={at(card)} onClick={() => choose(of)}>
      <strong className="q-ellipsis">{label}</strong>
      {when && <span className="q-ellipsis">{when}</span>}
    </button>
  );
}

function AddHere({ add }: { add: NonNullable<Edge["add"]> }) {
  const { t, i18n } = useLingui();
  const { flow, put, choose } = useFlow();
  const isDragging = useIsDragging();
  const { ref, isDropTarget } = useDroppable({ id: `add ${JSON.stringify(add.place)} ${add.at}`, accept: "fresh", data: { group: JSON.stringify(add.place), length: add.at } });
  const groups = { people: t`People`, way: t`The way`, work: t`Done by itself` };
  const items = (Object.keys(groups) as (keyof typeof groups)[]).map((group) => ({
    key: group,
    type: "group" as const,
    label: groups[group],
    children: KINDS.filter((each) => each.group === group).map(({ name, label, icon: Icon }) => ({ key: name, label: i18n._(label), icon: <Icon size={15} aria-hidden /> })),
  }));

  function insert(kind: StepKind): void {
    const name = unused(identifier(kindOfStep(kind).words.en ?? kind, "step"), namesOf(flow));
    put(t`Add a step`, insertStep(flow, add.place, add.at, name, newStep(kind, kindOfStep(kind).words, "")));
    choose(name);
  }

  return (
    <div ref={ref} className={`q-flow-add${isDropTarget ? " q-flow-add-over" : ""}${isDragging ? " q-flow-add-open" : ""}`} style={{ left: add.x, top: add.y }}>
      <Dropdown trigger={["click"]} menu={{ items, onClick: ({ key }) => insert(key as StepKind), className: "q-flow-menu" }}>
        <button type="button" aria-label={t`Add a step here`}>
          <Plus size={15} aria-hidden />
        </button>
      </Dropdown>
    </div>
  );
}

function useTreeKeys(drawing: Drawing): (event: KeyboardEvent<HTMLElement>) => void {
  const { t } = useLingui();
  const { flow, put, chosen, choose } = useFlow();

  function move(by: -1 | 1, isAcross: boolean, id: string): void {
    const card = drawing.cards.find((each) => each.id === id);
    if (isAcross && card?.place?.branch) put(t`Move the branch`, shiftBranch(flow, card.place.of, card.place.branch, by));
    else if (!isAcross && chosen) put(t`Move the step`, shiftStep(flow, chosen, by));
  }

  return (event) => {
    const id = (event.target as HTMLElement).dataset.card;
    if (id === undefined || event.nativeEvent.isComposing) return;
    const arrow = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key] as [number, number] | undefined;
    if (arrow) {
      event.preventDefault();
      if (event.altKey) return move((arrow[0] || arrow[1]) as -1 | 1, arrow[0] !== 0, id);
      const here = drawing.cards.find((card) => keyOf(card) === id);
      const next = here && neighbour(drawing.cards.filter(({ kind }) => kind !== "end"), here, arrow);
      if (next) event.currentTarget.querySelector<HTMLElement>(`[data-card="${keyOf(next)}"]`)?.focus();
      if (next?.kind === "step") choose(next.name);
    } else if (event.key === "Delete" && drawing.cards.some((card) => card.kind === "step" && card.name === id)) {
      event.preventDefault();
      put(t`Remove the step`, removeStep(flow, id));
      choose("");
    }
  };
}

const keyOf = (card: Card): string => (card.kind === "step" ? card.name : card.id);
