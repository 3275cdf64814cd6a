import { useLingui } from "@lingui/react/macro";
import { Tabs } from "antd";
import { useState } from "react";
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
  const items = [
    { key: "timeline", label: t`Timeline`, children: <Timeline object={object} record={record} /> },
    ...related.map((list) => ({
      key: list.name,
      label: <RelatedLabel list={list} record={record} />,
      children: <Related list={list} object={object} record={record} />,
    })),
  ];
  return (
    <div className={isPanel ? "q-record-right q-record-right-panel" : "q-record-right"}>
      <Tabs size="small" activeKey={active} onChange={setActive} items={items} destroyOnHidden />
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
