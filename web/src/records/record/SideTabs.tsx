import { useLingui } from "@lingui/react/macro";
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import { useComments, useSeen } from "../../discussion/talk";
import { withWords } from "../../kit/i18n";
import { Bones } from "../../kit/states";
import { type Tab, Tabs } from "../../kit/Tabs";
import { useDefs } from "../context";
import type { ObjectInfo, RecordAnswer } from "../definitions";
import { Related, useRelatedCount } from "./Related";
import { Timeline } from "./Timeline";

const Discussion = lazy(() => import("../../discussion/Discussion"));
const Decisions = lazy(() => withWords(() => import("../../rules/Decisions")));
const Attachments = lazy(() => import("../../discussion/Attachments"));

interface SideTabsProps {
  object: ObjectInfo;
  record: RecordAnswer;
  isPanel?: boolean;
  /** Lists that the form shows already. */
  placed: ReadonlySet<string>;
}

/** The story of the record, what people say of it, its files, then every list that hangs on it. */
export function SideTabs({ object, record, isPanel, placed }: SideTabsProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const asked = useSearchParams()[0].get("tab");
  const [active, setActive] = useState(asked ?? "timeline");
  const side = useInSight(asked !== null);
  useSeen(object.name, record.id);
  const related = object.related.filter((list) => !placed.has(list.name) && definitions.objects[list.object] && !definitions.objects[list.object]?.lines_of);
  const tabs: Tab[] = [
    { key: "timeline", label: t`Timeline`, content: () => <Timeline object={object} record={record} /> },
    { key: "discussion", label: <DiscussionLabel object={object} record={record} />, content: () => <Lately><Discussion object={object.name} id={record.id} /></Lately> },
    { key: "files", label: t`Files`, content: () => <Lately><Attachments object={object} record={record} /></Lately> },
    ...(object.decided_by?.length ? [{ key: "decisions", label: t`Decisions`, content: () => <Lately><Decisions object={object.name} id={record.id} /></Lately> }] : []),
    ...related.map((list) => ({
      key: list.name,
      label: <RelatedLabel list={list} record={record} />,
      content: () => <Related list={list} object={object} record={record} />,
    })),
  ];
  return (
    <div ref={side} className={isPanel ? "q-record-right q-record-right-panel" : "q-record-right"}>
      <Tabs label={t`What belongs to it`} tabs={tabs} active={active} onChange={setActive} />
    </div>
  );
}

/** Whoever comes for a tab need not look for it: on a phone it stands below everything else. */
function useInSight(isAsked: boolean) {
  const side = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const top = side.current?.getBoundingClientRect().top ?? 0;
    if (isAsked && top > window.innerHeight / 2) side.current?.scrollIntoView();
  }, [isAsked]);
  return side;
}

const Lately = ({ children }: { children: ReactNode }) => <Suspense fallback={<Bones lines={4} title={false} />}>{children}</Suspense>;

function DiscussionLabel({ object, record }: { object: ObjectInfo; record: RecordAnswer }) {
  const { t } = useLingui();
  const { comments, hasNextPage } = useComments(object.name, record.id);
  return (
    <>
      {t`Discussion`}
      {comments.length > 0 && (
        <span className="q-count">
          {comments.length}
          {hasNextPage && "+"}
        </span>
      )}
    </>
  );
}

function RelatedLabel({ list, record }: { list: ObjectInfo["related"][number]; record: RecordAnswer }) {
  const count = useRelatedCount(list, record);
  return (
    <>
      {list.label}
      {count !== undefined && count > 0 && <span className="q-count">{count}</span>}
    </>
  );
}
