/** My work: what waits for me in all apps, what I did, what I submitted, what I was told; the record and its trail beside it. */
import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { ArrowLeft, CalendarOff } from "lucide-react";
import { useEffect } from "react";
import { useNavigate, useParams } from "react-router";
import { useIsPhone } from "../kit/media";
import { PageTitle } from "../kit/PageTitle";
import { type Tab, Tabs } from "../kit/Tabs";
import { useRecordList } from "../records/query";
import { AwayNote } from "./AwayNote";
import { LISTS, type Name } from "./lists";
import { useWaiting } from "./told";
import { WorkList } from "./WorkList";
import "../records/records.css";
import "../forms/forms.css";
import "./work.css";

export function Component() {
  const { t } = useLingui();
  const { tab = "todo", id } = useParams();
  const name = (tab in LISTS ? tab : "todo") as Name;
  const navigate = useNavigate();
  const isPhone = useIsPhone();
  const waiting = useWaiting();
  const labels: Record<Name, string> = { todo: t`Waits for me`, done: t`Done by me`, mine: t`Submitted by me`, copied: t`Copied to me` };
  const tabs: Tab[] = (Object.keys(LISTS) as Name[]).map((each) => ({ key: each, label: <Counted name={each} label={labels[each]} />, content: () => <WorkList key={each} name={each} open={id} /> }));
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
        <WorkList name={name} open={id} />
      </div>
    );
  return (
    <div className="q-work">
      <PageTitle
        title={t`My work`}
        actions={
          <Button icon={<CalendarOff size={16} aria-hidden />} onClick={() => navigate("/work/away")}>
            {t`I am away`}
          </Button>
        }
      />
      <AwayNote />
      <Tabs label={t`My work`} tabs={tabs} active={name} onChange={(key) => navigate(`/work/${key}`)} />
    </div>
  );
}

/** What waits, what I did, what of mine goes on, what I haven't read. */
function Counted({ name, label }: { name: Name; label: string }) {
  const { object, where, counted } = LISTS[name];
  const { count } = useRecordList({ object, where: counted ? `${where} and ${counted}` : where, sort: "-id", fields: ["id"], pageSize: 1 });
  return (
    <>
      {label}
      {count && count.value > 0 && <span className={`q-count${name === "todo" ? " q-work-due" : ""}`}>{count.value > 999 ? "999+" : count.value}</span>}
    </>
  );
}
