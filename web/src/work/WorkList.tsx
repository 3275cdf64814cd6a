/** One list of work and, beside it, what is open of it. */
import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { type ReactNode, useDeferredValue, useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { useIsPhone } from "../kit/media";
import { useNotices } from "../kit/notices";
import { Bones, EmptyState, Failed } from "../kit/states";
import { useDefs } from "../records/context";
import { objectPath, type RecordAnswer } from "../records/definitions";
import { useRecord, useRecordList } from "../records/query";
import { RecordView } from "../records/record/RecordView";
import { useAct, WhenActed } from "./acting";
import { Bulk } from "./Bulk";
import { Filters } from "./Filters";
import { InstanceBlock } from "./FlowBlock";
import TaskSheet from "./TaskSheet";
import { Item } from "./Item";
import { useKeys } from "./keys";
import { fieldsOf, isNarrowed, isUnread, LISTS, type Name, type Narrowed, whereOf } from "./lists";
import { useSummaries } from "./summaries";
import { useListed } from "./told";

const LEAVES = new Set(["approve", "reject", "handle", "send_back", "hand_over", "delegate"]);

interface WorkListProps {
  name: Name;
  open?: string;
}

export function WorkList({ name, open }: WorkListProps) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const isPhone = useIsPhone();
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed.trim());
  const [narrowed, setNarrowed] = useState<Narrowed>({});
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set());
  const query = useRecordList({ object: LISTS[name].object, where: whereOf(name, narrowed), sort: LISTS[name].sort, search, fields: fieldsOf(name) });
  const { rows } = query;
  const listed = useListed(LISTS[name].object === "flow.task" ? "tasks" : "instances", latest(rows));
  const told = useSummaries(rows, listed);
  const at = rows.findIndex((row) => String(row.id) === open);
  const go = (id: number | undefined) => navigate(id === undefined ? `/work/${name}` : `/work/${name}/${id}`, { replace: true });
  const mayPick = (row: RecordAnswer | undefined) => name === "todo" && row?.kind === "approve";

  useKeys({
    j: () => go(rows[at + 1]?.id ?? rows[at]?.id),
    k: () => go(rows[Math.max(0, at - 1)]?.id),
    x: mayPick(rows[at]) ? () => pick(rows[at]!.id) : undefined,
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
        {!(isPhone && open) && (
          <div className="q-work-list">
            <Filters name={name} search={typed} onSearch={setTyped} narrowed={narrowed} onNarrow={setNarrowed} />
            {name === "copied" && <ReadAll rows={rows} />}
            {query.isPending ? (
              <Bones lines={6} title={false} />
            ) : rows.length === 0 ? (
              <Nothing name={name} isFiltered={Boolean(search) || isNarrowed(narrowed)} />
            ) : (
              <ul className="q-work-items" aria-label={t`My work`}>
                {rows.map((row) => (
                  <Item key={row.id} name={name} row={row} {...told(row)} holders={name === "mine" ? listed.holders.filter(({ instance }) => instance === row.id) : []} isOpen={String(row.id) === open} isPicked={picked.has(row.id)} onPick={mayPick(row) ? () => pick(row.id) : undefined} onOpen={() => navigate(`/work/${name}/${row.id}`)} />
                ))}
                {query.hasNextPage && (
                  <li className="q-work-rest">
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
            {open ? <Detail key={`${name}/${open}`} name={name} id={open} /> : rows.length > 0 && <Choose name={name} />}
          </div>
        )}
      </div>
    </WhenActed>
  );
}

/** As many as the server tells of at once. */
const latest = (rows: RecordAnswer[]): number[] => rows.slice(-500).map(({ id }) => id);

/** Copies and messages that I needn't open. */
function ReadAll({ rows }: { rows: RecordAnswer[] }) {
  const { t } = useLingui();
  const notices = useNotices();
  const doing = useAct();
  const unread = rows.filter((row) => row.state === "open").map(({ id }) => id);
  if (unread.length < 2) return null;
  return (
    <Button type="link" size="small" className="q-work-read-all" loading={doing.isPending} onClick={() => doing.mutate({ act: "read", inputs: { task: unread } }, { onError: (error) => notices.problem(error) })}>
      {t`Mark all ${unread.length} as read`}
    </Button>
  );
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
  return (
    <EmptyState title={words[name][0]} action={name === "mine" && <Beginnings />}>
      {words[name][1]}
    </EmptyState>
  );
}

/** What people ask for most: a new one is made here. */
const ASKED_FOR = ["people.leave_request", "people.expense_claim", "purchase.purchase_request"];

function Beginnings(): ReactNode {
  const { objects } = useDefs();
  const navigate = useNavigate();
  return (
    <nav className="q-work-beginnings">
      {ASKED_FOR.flatMap((name) => (objects[name]?.may.create ? [objects[name]] : [])).map((object) => (
        <Button key={object.name} onClick={() => navigate(`${objectPath(object.name)}/new`)}>
          {object.label}
        </Button>
      ))}
    </nav>
  );
}

function Choose({ name }: { name: Name }) {
  const { t } = useLingui();
  const keys: [string, string][] = [
    ["J", t`next`],
    ["K", t`previous`],
  ];
  if (name === "todo") keys.push(["A", t`approve`], ["R", t`reject`], ["X", t`select for many at once`]);
  return (
    <EmptyState title={t`Choose one on the left`}>
      <span className="q-work-keys">
        {keys.map(([key, does]) => (
          <span key={key}>
            <kbd>{key}</kbd> {does}
          </span>
        ))}
      </span>
    </EmptyState>
  );
}

/** The record with its flow on top; of what this person can't see, or what is about no record, the flow alone. */
function Detail({ name, id }: { name: Name; id: string }) {
  const isTask = LISTS[name].object === "flow.task";
  const row = useRecord(LISTS[name].object, id);
  const object = useDefs().objects[String(row.data?.object ?? "")];
  const record = useRecord(object?.name ?? "", Number(row.data?.record ?? 0), Boolean(object && row.data?.record));
  const instance = Number(isTask ? row.data?.instance : id);
  useReadOnOpening(isTask && name !== "done" ? row.data : undefined);
  if (row.isError) return <Failed error={row.error} />;
  if (row.isPending || (object && row.data.record && record.isPending)) return <Bones lines={8} />;
  if (object && record.data && !record.data._by_task) return <RecordView key={record.data.id} object={object} record={record.data} isPanel />;
  const alone = (
    <>
      <h2>{String(row.data.title)}</h2>
      <InstanceBlock id={instance} />
    </>
  );
  return row.data.object && row.data.record ? <TaskSheet object={String(row.data.object)} id={Number(row.data.record)} otherwise={() => alone} /> : alone;
}

/** A copy that is opened has been read; a task to do isn't new any more. */
function useReadOnOpening(task: RecordAnswer | undefined): void {
  const doing = useAct();
  const read = useRef(0);
  useEffect(() => {
    if (!task || !isUnread(task) || read.current === task.id) return;
    read.current = task.id;
    doing.mutate({ act: "read", inputs: { task: task.id } });
  }, [task, doing]);
}
