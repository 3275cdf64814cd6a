/** One line of a list of work: what it is, from whom, what about, where it stands. */
import { useLingui } from "@lingui/react/macro";
import { Checkbox } from "antd";
import { useEffect, useRef } from "react";
import { language } from "../kit/i18n";
import { showAgo, showMoment } from "../kit/time";
import { ToneTag } from "../kit/ToneTag";
import { useDefs } from "../records/context";
import type { RecordAnswer, Values } from "../records/definitions";
import { isLate, type Name } from "./lists";
import { said, useFlows } from "./told";
import { useResultWords, useStateWords } from "./words";

interface ItemProps {
  name: Name;
  row: RecordAnswer;
  summary: string;
  isOpen: boolean;
  isPicked: boolean;
  onPick?: () => void;
  onOpen: () => void;
}

export function Item({ name, row, summary, isOpen, isPicked, onPick, onOpen }: ItemProps) {
  const { t } = useLingui();
  const title = useTitle()(row);
  const element = useRef<HTMLLIElement>(null);
  const isUnread = name === "copied" && row.state === "open";
  const submitter = row["instance.submitter._label"];
  useEffect(() => {
    if (isOpen) element.current?.scrollIntoView({ block: "nearest" });
  }, [isOpen]);
  return (
    <li ref={element} className={`q-work-item${isOpen ? " q-on" : ""}${isUnread ? " q-work-unread" : ""}`}>
      {onPick && (
        <label className="q-work-pick">
          <Checkbox checked={isPicked} onChange={onPick} aria-label={t`Select ${title}`} />
        </label>
      )}
      <button type="button" aria-current={isOpen || undefined} onClick={onOpen}>
        <span className="q-work-item-title">
          {isUnread && <span className="q-hidden">{t`Unread`}: </span>}
          {title}
        </span>
        {summary && <span className="q-work-item-about">{summary}</span>}
        <small>
          {Boolean(submitter) && <span className="q-work-item-who">{String(submitter)}</span>}
          <Where name={name} row={row} />
        </small>
        <Moment row={row} />
      </button>
    </li>
  );
}

/** What the record is called, with what it is; of what is about no record, the flow. */
function useTitle(): (row: RecordAnswer) => string {
  const { objects } = useDefs();
  const { data: flows = [] } = useFlows();
  return (row) => {
    const object = objects[String(row.object)];
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

function Moment({ row }: { row: Values }) {
  const at = String(row.done_at ?? row.ended_at ?? row.created_at ?? row.started_at ?? "");
  return at ? (
    <time dateTime={at} title={showMoment(at)}>
      {showAgo(at)}
    </time>
  ) : null;
}
