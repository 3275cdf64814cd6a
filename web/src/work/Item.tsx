/** One line of a list of work: what it is, from whom, what about, where it stands. */
import { useLingui } from "@lingui/react/macro";
import { Checkbox } from "antd";
import { useEffect, useRef } from "react";
import { language } from "../kit/i18n";
import { showAgo, showMoment } from "../kit/time";
import { ToneTag } from "../kit/ToneTag";
import type { ObjectInfo, RecordAnswer, Values } from "../records/definitions";
import { isLate, isUnread, type Name } from "./lists";
import { type Listed, said, useFlows } from "./told";
import { useHaving, useResultWords, useStateWords } from "./words";

interface ItemProps {
  name: Name;
  row: RecordAnswer;
  summary: string;
  object?: ObjectInfo;
  /** Who has what I submitted. */
  holders: Listed["holders"];
  isOpen: boolean;
  isPicked: boolean;
  onPick?: () => void;
  onOpen: () => void;
}

export function Item({ name, row, summary, object, holders, isOpen, isPicked, onPick, onOpen }: ItemProps) {
  const { t } = useLingui();
  const title = useTitle(object)(row);
  const element = useRef<HTMLLIElement>(null);
  const isNew = isUnread(row);
  const submitter = row["instance.submitter._label"];
  useEffect(() => {
    if (isOpen) element.current?.scrollIntoView({ block: "nearest" });
  }, [isOpen]);
  return (
    <li ref={element} className={`q-work-item${isOpen ? " q-on" : ""}${isNew ? " q-work-unread" : ""}`}>
      {onPick && (
        <label className="q-work-pick">
          <Checkbox checked={isPicked} onChange={onPick} aria-label={t`Select ${title}`} />
        </label>
      )}
      <button type="button" aria-current={isOpen || undefined} onClick={onOpen}>
        <span className="q-work-item-title">
          {isNew && <span className="q-hidden">{t`Unread`}: </span>}
          {title}
        </span>
        {summary && <span className="q-work-item-about">{summary}</span>}
        <small>
          {Boolean(submitter) && <span className="q-work-item-who">{String(submitter)}</span>}
          <Where name={name} row={row} />
          <Holders holders={holders} />
        </small>
        <Moment row={row} />
      </button>
    </li>
  );
}

/** What the record is called, with what it is; of what is about no record, the flow. */
function useTitle(object?: ObjectInfo): (row: RecordAnswer) => string {
  const { data: flows = [] } = useFlows();
  return (row) => {
    const flow = said(flows.find((each) => each.flow === row.flow)?.label);
    const title = String(row.title);
    return [object?.label ?? flow, title === flow ? "" : title].filter(Boolean).join(" ");
  };
}

function Where({ name, row }: { name: Name; row: RecordAnswer }) {
  const { t } = useLingui();
  const stateWords = useStateWords();
  const resultWords = useResultWords();
  const flows = useFlows().data ?? [];
  const step = String((language() === "zh" ? row.step_zh : row.step_en) ?? "") || said(flows.find((each) => each.flow === row.flow)?.label);
  const meant = row["on_behalf_of._label"];
  const state = name === "mine" ? stateWords(String(row.state)) : name === "done" ? resultWords(String(row.result)) : null;
  return (
    <>
      {step && <span>{step}</span>}
      {state && <ToneTag tone={state.tone}>{state.label}</ToneTag>}
      {Boolean(meant) && <ToneTag tone="info">{t`as deputy for ${String(meant)}`}</ToneTag>}
      {isLate(row) && <ToneTag tone="bad">{t`Late`}</ToneTag>}
    </>
  );
}

/** “Mei 3 h”: who has had it for how many working hours. */
function Holders({ holders }: { holders: Listed["holders"] }) {
  const { t } = useLingui();
  const having = useHaving();
  const [first, ...others] = holders;
  if (!first?.holder) return null;
  return (
    <span title={showMoment(first.since)}>
      {t`with ${first.holder}`} {having(first.hours)}
      {others.length > 0 && ` +${others.length}`}
    </span>
  );
}

function Moment({ row }: { row: Values }) {
  const at = String(row.done_at ?? row.ended_at ?? row.created_at ?? row.started_at ?? "");
  return at ? (
    <time dateTime={at} title={showMoment(at)}>
      {showAgo(at)}
    </time>
  ) : null;
}
