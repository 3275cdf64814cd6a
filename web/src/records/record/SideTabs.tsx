import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { type Tab, Tabs } from "../../kit/Tabs";
import { useDefs } from "../context";
import type { ObjectInfo, RecordAnswer } from "../definitions";
import { Related, useRelatedCount } from "./Related";
import { Timeline } from "./Timeline";

interface SideTabsProps {
  object: ObjectInfo;
  record: RecordAnswer;
  isPanel?: boolean;
  /** Lists that the form shows already. */
  placed: ReadonlySet<string>;
}

/** The story of the record, then every list that hangs on it. */
export function SideTabs({ object, record, isPanel, placed }: SideTabsProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const [active, setActive] = useState("timeline");
  const related = object.related.filter((list) => !placed.has(list.name) && definitions.objects[list.object] && !definitions.objects[list.object]?.lines_of);
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

function RelatedLabel({ list, record }: { list: ObjectInfo["related"][number]; record: RecordAnswer }) {
  const count = useRelatedCount(list, record);
  return (
    <>
      {list.label}
      {count !== undefined && count > 0 && <span className="q-count">{count}</span>}
    </>
  );
}
