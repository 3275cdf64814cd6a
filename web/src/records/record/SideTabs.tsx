import { useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
import { useDefs } from "../context";
import type { ObjectInfo, RecordAnswer } from "../definitions";
import { Related, useRelatedCount } from "./Related";
import { Timeline } from "./Timeline";

interface SideTabsProps {
  object: ObjectInfo;
  record: RecordAnswer;
  isPanel?: boolean;
}

/** The story of the record, then every list that hangs on it. */
export function SideTabs({ object, record, isPanel }: SideTabsProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const [active, setActive] = useState("timeline");
  const related = object.related.filter((list) => definitions.objects[list.object] && !definitions.objects[list.object]?.lines_of);
  const tabs: Tab[] = [
    { key: "timeline", label: t`Timeline`, content: () => <Timeline object={object} record={record} /> },
    ...related.map((list) => ({
      key: list.name,
      label: <RelatedLabel list={list} record={record} />,
      content: () => <Related list={list} object={object} record={record} />,
    })),
  ];
  return (
    <div className={isPanel ? "q-record-right q-record-right-panel" : "q-record-right"}>
      <Tabs label={t`What belongs to it`} tabs={tabs} active={active} onChange={setActive} />
    </div>
  );
}

interface Tab {
  key: string;
  label: ReactNode;
  content: () => ReactNode;
}

interface TabsProps {
  label: string;
  tabs: Tab[];
  active: string;
  onChange: (key: string) => void;
}

/** All tabs in sight, on as many rows as they need; arrows go from one to the next. */
function Tabs({ label, tabs, active, onChange }: TabsProps) {
  const id = useId();
  const index = Math.max(0, tabs.findIndex((tab) => tab.key === active));
  const open = tabs[index]!;

  function press(event: KeyboardEvent): void {
    const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const next = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    onChange(next.key);
    document.getElementById(`${id}-${next.key}`)?.focus();
  }

  return (
    <>
      <div role="tablist" aria-label={label} className="q-tabs" onKeyDown={press}>
        {tabs.map((tab) => (
          <button
            key={tab.key}
            id={`${id}-${tab.key}`}
            type="button"
            role="tab"
            aria-selected={tab === open}
            aria-controls={`${id}-panel`}
            tabIndex={tab === open ? 0 : -1}
            onClick={() => onChange(tab.key)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${open.key}`}>
        {open.content()}
      </div>
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
