/** A decision of decisions as a drawing: the rules that are asked, whose answers go where, what comes out at the bottom. */
import { useLingui } from "@lingui/react/macro";
import { CircleAlert, Flag } from "lucide-react";
import { type KeyboardEvent, useMemo } from "react";
import { at, CanvasFrame, neighbour } from "../../../flows/CanvasFrame";
import { bodyOf } from "../../acts";
import { labelOf, useDesign } from "../../context";
import { useFindings } from "../analysis";
import { shownValue } from "../cases/values";
import { kindOfRule } from "../kinds";
import { outputsOf } from "../model";
import { useRule } from "../state";
import { graphOf, type GraphCard } from "./graph";

export function CallGraph() {
  const { t } = useLingui();
  const { body, explained } = useRule();
  const drawing = useMemo(() => graphOf(body), [body.calls, body.outputs]);
  const lit = useMemo(() => new Set(explained ? drawing.cards.map(({ id }) => id) : []), [explained, drawing]);
  if (drawing.cards.length === 0) return <p className="q-rule-hint">{t`Begin with a rule that is asked; then say what is made of its answers.`}</p>;

  function walk(event: KeyboardEvent<HTMLElement>): void {
    const here = drawing.cards.find(({ id }) => id === (event.target as HTMLElement).dataset.card);
    const arrow = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key] as [number, number] | undefined;
    const next = here && arrow && neighbour(drawing.cards, here, arrow);
    if (!next) return;
    event.preventDefault();
    event.currentTarget.querySelector<HTMLElement>(`[data-card="${next.id}"]`)?.focus();
  }

  return (
    <div className="q-rule-drawing q-call-graph">
      <CanvasFrame drawing={drawing} label={t`How the answers come together`} lit={lit} least={0.75} onKeyDown={walk}>
        {drawing.cards.map((card) => (card.kind === "call" ? <CallCard key={card.id} card={card} /> : <OutputCard key={card.id} card={card} />))}
      </CanvasFrame>
    </div>
  );
}

function CallCard({ card }: { card: GraphCard }) {
  const { t, i18n } = useLingui();
  const { definitions } = useDesign();
  const { explained } = useRule();
  const rule = card.call!.rule as string;
  const asked = bodyOf(definitions, "rule", rule);
  const { icon: Icon, label } = kindOfRule(asked?.kind as string);
  const answer = explained?.calls?.[card.name]?.outcome;
  const told = answer && typeof answer === "object" && !Array.isArray(answer) ? Object.entries(answer) : [];
  const columns = asked ? outputsOf(asked) : [];
  const said = told.map(([name, value]) => {
    const column = columns.find((each) => each.name === name);
    return `${column?.label ?? name}: ${shownValue(value, t`blank`, column)}`;
  });
  return (
    <PlaceCard card={card} place={`calls.${card.name}`} className="q-flow-of-way">
      <span className="q-flow-card-head">
        <Icon size={15} aria-hidden /> <span className="q-ellipsis">{labelOf(asked, rule)}</span>
      </span>
      <span className="q-flow-card-words">{said.join(" · ") || (asked ? i18n._(label) : t`This rule is not in the draft.`)}</span>
    </PlaceCard>
  );
}

function OutputCard({ card }: { card: GraphCard }) {
  const { t } = useLingui();
  const { explained } = useRule();
  const outcome = explained?.outcome as Record<string, unknown> | undefined;
  return (
    <PlaceCard card={card} place={`outputs.${card.name}`} className="q-call-output">
      <span className="q-flow-card-head">
        <Flag size={14} aria-hidden /> <span className="q-ellipsis">{card.column!.label}</span>
      </span>
      <span className="q-flow-card-words q-ellipsis">{outcome ? shownValue(outcome[card.name], t`blank`, card.column) : ((card.column!.body.formula as string | undefined) ?? t`no formula yet`)}</span>
    </PlaceCard>
  );
}

/** Pressed, it leads to its settings. */
function PlaceCard({ card, place, className, children }: { card: GraphCard; place: string; className: string; children: React.ReactNode }) {
  const { t } = useLingui();
  const { want, explained } = useRule();
  const { others } = useFindings();
  const isWrong = others.some((each) => each.place === place || each.place.startsWith(`${place}.`));
  return (
    <button type="button" data-card={card.id} className={`q-flow-card ${className}${explained ? " q-flow-lit" : ""}${isWrong ? " q-tree-wrong" : ""}`} style={at(card)} onClick={() => want({ place })}>
      {children}
      {isWrong && <CircleAlert size={14} className="q-card-sign" aria-label={t`Something is wrong here`} />}
    </button>
  );
}
