/** My work: what waits for me in all apps, what I did, what I submitted, what I was told; the record and its trail beside it. */
import { useLingui } from "@lingui/react/macro";
import { Button, Checkbox, Input, Select } from "antd";
import { ArrowLeft } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { useIsPhone } from "../kit/media";
import { PageTitle } from "../kit/PageTitle";
import { Bones, EmptyState, Failed } from "../kit/states";
import { language } from "../kit/i18n";
import { type Tab, Tabs } from "../kit/Tabs";
import { showAgo, showMoment } from "../kit/time";
import { ToneTag } from "../kit/ToneTag";
import { useDefs } from "../records/context";
import type { RecordAnswer, Values } from "../records/definitions";
import { useRecord, useRecordList } from "../records/query";
import { RecordView } from "../records/record/RecordView";
import { useAct, WhenActed } from "./acting";
import { Bulk } from "./Bulk";
import { InstanceBlock } from "./FlowBlock";
import { said, useFlows, useWaiting } from "./told";
import { useStateWords } from "./words";
import "../records/records.css";
import "../forms/forms.css";
import "./work.css";

type Name = "todo" | "done" | "mine" | "copied";
const PEOPLE = 'kind in ("approve", "handle")';
const LISTS: Record<Name, { object: string; where: string; sort: string }> = {
  todo: { object: "flow.task", where: `waits_for = me and ${PEOPLE}`, sort: "-id" },
  done: { object: "flow.task", where: `assignee = me and state = "done" and ${PEOPLE}`, sort: "-done_at" },
  mine: { object: "flow.instance", where: "submitter = me", sort: "-id" },
  copied: { object: "flow.task", where: 'assignee = me and kind in ("copy", "message")', sort: "-id" },
};
const TASK_FIELDS = ["id", "title", "flow", "object", "record", "step_en", "step_zh", "kind", "state", "result", "due_at", "created_at", "done_at", "instance", "instance.submitter._label", "text"];
const INSTANCE_FIELDS = ["id", "title", "flow", "object", "record", "state", "at_step", "started_at", "ended_at"];
const LEAVES = new Set(["approve", "reject", "handle", "send_back", "hand_over", "delegate"]);

export function Component() {
  const { t } = useLingui();
  const { tab = "todo", id } = useParams();
  const name = (tab in LISTS ? tab : "todo") as Name;
  const navigate = useNavigate();
  const isPhone = useIsPhone();
  const waiting = useWaiting();
  const labels: Record<Name, string> = { todo: t`Waits for me`, done: t`Done by me`, mine: t`Submitted by me`, copied: t`Copied to me` };
  const tabs: Tab[] = (Object.keys(LISTS) as Name[]).map((each) => ({ key: each, label: each === "todo" || each === "copied" ? <Counted name={each} label={labels[each]} /> : labels[each], content: () => <Work key={each} name={each} open={id} /> }));
  useEffect(() => {
    document.title = waiting > 0 ? `(${waiting}) ${t`My work`}` : t`My work`;
  }, [waiting, t]);
  if (isPhone && id)
    return (
      <div className="q-work">
        <header className="q-work-back">
          <Button type="text" icon={<ArrowLeft size={18} aria-hidden />} aria-label={t`Back to the list`} onClick={() => navigate(`/work/${name}`)} />
          <h1>{labels[name]}</h1>
        </header>
        <Work name={name} open={id} />
      </div>
    );
  return (
    <div className="q-work">
      <PageTitle title={t`My work`} />
      <Tabs label={t`My work`} tabs={tabs} active={name} onChange={(key) => navigate(`/work/${key}`)} />
    </div>
  );
}

/** What is left of a list that I should come through. */
function Counted({ name, label }: { name: Name; label: string }) {
  const { object, where } = LISTS[name];
  const { count } = useRecordList({ object, where: name === "copied" ? `${where} and state = "open"` : where, sort: "-id", fields: ["id"], pageSize: 1 });
  return (
    <>
      {label}
      {count && count.value > 0 && <span className="q-count">{count.value}</span>}
    </>
  );
}

interface WorkProps {
  name: Name;
  open?: string;
}

function Work({ name, open }: WorkProps) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const isPhone = useIsPhone();
  const [search, setSearch] = useState("");
  const [flow, setFlow] = useState<string | undefined>();
  const [isLateOnly, setLateOnly] = useState(false);
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set());
  const list = LISTS[name];
  const where = [list.where, flow && `flow = "${flow}"`, isLateOnly && "is_late"].filter(Boolean).join(" and ");
  const query = useRecordList({ object: list.object, where, sort: list.sort, search, fields: list.object === "flow.task" ? TASK_FIELDS : INSTANCE_FIELDS });
  const { rows } = query;
  const at = rows.findIndex((row) => String(row.id) === open);
  const isListShown = !(isPhone && open);
  const go = (id: number | undefined) => navigate(id === undefined ? `/work/${name}` : `/work/${name}/${id}`, { replace: true });

  useKeys({
    j: () => go(rows[at + 1]?.id ?? rows[at]?.id),
    k: () => go(rows[Math.max(0, at - 1)]?.id),
    x: name === "todo" && rows[at]?.kind === "approve" ? () => pick(rows[at]!.id) : undefined,
  });

  function pick(id: number): void {
    setPicked((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }

  /** The next comes by itself; on a phone the list, where there is none. */
  function whenActed(act: string): void {
    if (name !== "todo" || !LEAVES.has(act)) return;
    const next = rows[at + 1] ?? rows[at - 1];
    go(at < 0 ? undefined : next?.id);
  }

  if (query.isError) return <Failed error={query.error} retry={() => query.refetch()} />;
  return (
    <WhenActed value={whenActed}>
      <div className="q-work-body">
        {isListShown && (
          <div className="q-work-list">
            <div className="q-work-tools">
              <Input.Search allowClear placeholder={t`Find`} aria-label={t`Find in my work`} onSearch={setSearch} onChange={(event) => event.target.value === "" && setSearch("")} />
              <FlowSelect value={flow} onChange={setFlow} />
              {name === "todo" && <Checkbox checked={isLateOnly} onChange={(event) => setLateOnly(event.target.checked)}>{t`Late only`}</Checkbox>}
            </div>
            {query.isPending ? (
              <Bones lines={6} title={false} />
            ) : rows.length === 0 ? (
              <Nothing name={name} isFiltered={Boolean(search || flow || isLateOnly)} />
            ) : (
              <ul className="q-work-items" aria-label={t`My work`}>
                {rows.map((row) => (
                  <Item key={row.id} name={name} row={row} isOpen={String(row.id) === open} isPicked={picked.has(row.id)} onPick={name === "todo" && row.kind === "approve" ? () => pick(row.id) : undefined} onOpen={() => navigate(`/work/${name}/${row.id}`)} />
                ))}
                {query.hasNextPage && (
                  <li className="q-work-item">
                    <Button size="small" loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>{t`Show more`}</Button>
                  </li>
                )}
              </ul>
            )}
            {picked.size > 0 && <Bulk tasks={rows.filter((row) => picked.has(row.id))} onDone={() => setPicked(new Set())} />}
          </div>
        )}
        {(!isPhone || open) && (
          <div className="q-work-detail">
            {open ? <Detail key={`${name}/${open}`} name={name} id={open} /> : <Choose isEmpty={rows.length === 0} />}
          </div>
        )}
      </div>
    </WhenActed>
  );
}

function FlowSelect({ value, onChange }: { value?: string; onChange: (flow?: string) => void }) {
  const { t } = useLingui();
  const { data = [] } = useFlows();
  return <Select allowClear placeholder={t`All flows`} aria-label={t`Flow`} value={value} onChange={onChange} options={data.map((flow) => ({ value: flow.flow, label: said(flow.label) || flow.flow }))} popupMatchSelectWidth={false} showSearch={{ optionFilterProp: "label" }} />;
}

function Nothing({ name, isFiltered }: { name: Name; isFiltered: boolean }) {
  const { t } = useLingui();
  if (isFiltered) return <EmptyState title={t`Nothing fits`}>{t`Take the filter away to see all.`}</EmptyState>;
  const words: Record<Name, [string, string]> = {
    todo: [t`Nothing waits for you`, t`What somebody asks you to decide or do comes here by itself.`],
    done: [t`Nothing decided yet`, t`What you approved, rejected or did stays here to look up.`],
    mine: [t`Nothing submitted yet`, t`Open a record – leave, an expense claim, an order – and submit it there.`],
    copied: [t`No copies`, t`Copies and messages of flows come here.`],
  };
  return <EmptyState title={words[name][0]}>{words[name][1]}</EmptyState>;
}

function Choose({ isEmpty }: { isEmpty: boolean }) {
  const { t } = useLingui();
  if (isEmpty) return null;
  return (
    <EmptyState title={t`Choose one on the left`}>
      {t`Keys: J next, K previous, A approve, R reject, X select for many at once.`}
    </EmptyState>
  );
}

interface ItemProps {
  name: Name;
  row: RecordAnswer;
  isOpen: boolean;
  isPicked: boolean;
  onPick?: () => void;
  onOpen: () => void;
}

function Item({ name, row, isOpen, isPicked, onPick, onOpen }: ItemProps) {
  const { t } = useLingui();
  const stateWords = useStateWords();
  const element = useRef<HTMLLIElement>(null);
  const flows = useFlows().data ?? [];
  const flow = said(flows.find((each) => each.flow === row.flow)?.label) || String(row.flow);
  const step = String((language() === "zh" ? row.step_zh : row.step_en) ?? "");
  const isUnread = name === "copied" && row.state === "open";
  const isLate = row.state === "open" && Boolean(row.due_at) && new Date(String(row.due_at)).getTime() < Date.now();
  const state = name === "mine" ? stateWords(String(row.state)) : null;
  useEffect(() => {
    if (isOpen) element.current?.scrollIntoView({ block: "nearest" });
  }, [isOpen]);
  return (
    <li ref={element} className={`q-work-item${isOpen ? " q-on" : ""}${isUnread ? " q-work-unread" : ""}`}>
      {onPick ? <Checkbox checked={isPicked} onChange={onPick} aria-label={t`Select ${String(row.title)}`} /> : <span />}
      <button type="button" aria-current={isOpen || undefined} onClick={onOpen}>
        <span className="q-work-item-title">{String(row.title)}</span>
        <small>
          <span>{[flow, step].filter(Boolean).join(" · ")}</span>
          {state && <ToneTag tone={state.tone}>{state.label}</ToneTag>}
          {isLate && <ToneTag tone="bad">{t`Late`}</ToneTag>}
        </small>
        <small>
          {Boolean(row["instance.submitter._label"]) && <span>{String(row["instance.submitter._label"])}</span>}
          <Moment row={row} />
        </small>
      </button>
    </li>
  );
}

function Moment({ row }: { row: Values }) {
  const at = String(row.done_at ?? row.ended_at ?? row.created_at ?? row.started_at ?? "");
  return at ? <time dateTime={at} title={showMoment(at)}>{showAgo(at)}</time> : null;
}

/** The record with its flow on top; of what this person can't see, or what is about no record, the flow alone. */
function Detail({ name, id }: { name: Name; id: string }) {
  const isTask = LISTS[name].object === "flow.task";
  const row = useRecord(LISTS[name].object, id);
  const object = useDefs().objects[String(row.data?.object ?? "")];
  const record = useRecord(object?.name ?? "", Number(row.data?.record ?? 0), Boolean(object && row.data?.record));
  const instance = Number(isTask ? row.data?.instance : id);
  useReadOnOpening(isTask ? row.data : undefined);
  if (row.isError) return <Failed error={row.error} />;
  if (row.isPending || (object && row.data.record && record.isPending)) return <Bones lines={8} />;
  if (object && record.data) return <RecordView key={record.data.id} object={object} record={record.data} isPanel />;
  return (
    <>
      <h2>{String(row.data.title)}</h2>
      <InstanceBlock id={instance} />
    </>
  );
}

/** A copy that is opened has been read. */
function useReadOnOpening(task: RecordAnswer | undefined): void {
  const doing = useAct();
  const read = useRef(0);
  useEffect(() => {
    if (!task || task.state !== "open" || (task.kind !== "copy" && task.kind !== "message") || read.current === task.id) return;
    read.current = task.id;
    doing.mutate({ act: "read", inputs: { task: task.id } });
  }, [task, doing]);
}

/** Single letters, while nobody is typing. */
function useKeys(acts: Record<string, (() => void) | undefined>): void {
  const latest = useRef(acts);
  latest.current = acts;
  const known = useMemo(
    () => (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable=true], [role=dialog], [role=menu]");
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      const act = latest.current[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    },
    [],
  );
  useEffect(() => {
    window.addEventListener("keydown", known);
    return () => window.removeEventListener("keydown", known);
  }, [known]);
}
