/** A record: what it is called, its state, what can be done, its fields; beside them its story and what hangs on it. */
import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { Pencil } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Link } from "react-router";
import { shapesOf } from "../../forms/draft";
import { formFor } from "../../forms/layout";
import { useRecordEnv } from "../../forms/preview";
import { useIsPhone } from "../../kit/media";
import { PageTitle } from "../../kit/PageTitle";
import { ToneTag } from "../../kit/ToneTag";
import { behaviourOf } from "../../rules/linkage";
import { useDefs } from "../context";
import { canWrite, fieldAt, fieldOf, isLink, type FormInfo, type ObjectInfo, objectPath, type RecordAnswer } from "../definitions";
import { choiceOf } from "../fields/choice";
import { kindOf } from "../fields/registry";
import { titleOf } from "../query";
import { Acts } from "./Acts";
import { EditForm } from "./EditForm";
import { FieldList } from "./FieldList";
import { LaidOutRecord } from "./LaidOutRecord";
import { LinesTable } from "./LinesTable";
import { usePossible } from "./possible";
import { PresentPeople, usePresence, WritingNow } from "./presence";
import { SideTabs } from "./SideTabs";

const FlowBlock = lazy(() => import("../../work/FlowBlock"));

interface RecordViewProps {
  object: ObjectInfo;
  record: RecordAnswer;
  isPanel?: boolean;
}

export function RecordView({ object, record, isPanel }: RecordViewProps) {
  const { t } = useLingui();
  const [editing, setEditing] = useState<{ focusOn?: string } | null>(null);
  const present = usePresence(object.name, record.id, editing !== null);
  const form = formFor(useDefs(), object, "record", useIsPhone() || Boolean(isPanel));
  const env = useRecordEnv(object, shapesOf(useDefs(), object, false))(record);
  const { hidden } = behaviourOf(object.linkage, env, env);
  const seen = hidden.size > 0 ? { ...object, fields: object.fields.filter((field) => !hidden.has(field.name)) } : object;
  const lines = seen.fields.filter((field) => field.type === "lines" && Array.isArray(record[field.name]));
  const isTrashed = Boolean(record.trashed_at);
  const hasFlows = Boolean(useDefs().objects["flow.instance"]) && !object.name.startsWith("flow.");
  const canEdit = usePossible(object, record).may.change && object.fields.some((field) => canWrite(field, false));
  const onEdit = canEdit ? (name: string) => setEditing({ focusOn: name }) : undefined;
  return (
    <article className={isPanel ? "q-record q-record-panel" : "q-record"}>
      <Heading object={object} record={record} isPanel={isPanel}>
        <PresentPeople present={present} />
        {!editing && (
          <>
            {canEdit && (
              <Button icon={<Pencil size={15} aria-hidden />} onClick={() => setEditing({})}>
                {t`Edit`}
              </Button>
            )}
            <Acts object={object} record={record} isTrashed={isTrashed} />
          </>
        )}
      </Heading>
      <div className="q-record-body">
        <div className="q-record-left">
          <WritingNow present={present} />
          {!editing && !isTrashed && hasFlows && (
            <Suspense>
              <FlowBlock object={object.name} id={record.id} />
            </Suspense>
          )}
          {editing ? (
            <EditForm object={object} record={record} isNarrow={isPanel} focusOn={editing.focusOn} onDone={() => setEditing(null)} />
          ) : form ? (
            <LaidOutRecord form={form} object={object} record={record} env={env} isNarrow={isPanel} onEdit={onEdit} />
          ) : (
            <>
              <FieldList part="first" object={seen} record={record} onEdit={onEdit} />
              {lines.map((field) => (
                <LinesTable key={field.name} field={field} record={record} />
              ))}
              <FieldList part="rest" object={seen} record={record} onEdit={onEdit} />
            </>
          )}
        </div>
        <SideTabs placed={form && !editing ? placedLists(form) : NONE} object={object} record={record} isPanel={isPanel} />
      </div>
    </article>
  );
}

const NONE: ReadonlySet<string> = new Set();
const placedLists = (form: FormInfo): ReadonlySet<string> => new Set(form.sections.flatMap((section) => section.items.map((item) => item.field)));

interface HeadingProps extends RecordViewProps {
  children?: React.ReactNode;
}

export function Heading({ object, record, isPanel, children }: HeadingProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const title = titleOf(object, record);
  const state = object.state_field ? fieldOf(object, object.state_field) : undefined;
  const value = state && record[state.name];
  const badge = state && value ? <ToneTag strong tone={choiceOf(state, value).tone}>{choiceOf(state, value).label}</ToneTag> : null;
  const second = object.subtitle ? fieldAt(definitions, object, object.subtitle) : undefined;
  const first = second && fieldOf(object, second.name.split(".")[0] ?? "");
  const line = first && isLink(first) && first.name !== object.title ? first : second && !second.name.includes(".") ? second : undefined;
  const Second = line && kindOf(line).Cell;
  const trashed = record.trashed_at ? <ToneTag tone="bad">{t`In the trash`}</ToneTag> : null;
  const below = line && Second && record[line.name] !== null && record[line.name] !== undefined && (
    <div className="q-record-second">
      <Second value={record[line.name]} field={line} row={record} />
    </div>
  );
  if (isPanel)
    return (
      <header className="q-panel-title">
        <p className="q-crumbs">{object.label}</p>
        <h2>
          {title} {badge} {trashed}
        </h2>
        {below}
        {children && <div className="q-page-actions">{children}</div>}
      </header>
    );
  return (
    <>
      <PageTitle
        title={title}
        above={<Link to={objectPath(object.name)}>{object.plural}</Link>}
        beside={
          <>
            {badge}
            {trashed}
          </>
        }
        actions={children}
      />
      {below}
    </>
  );
}
