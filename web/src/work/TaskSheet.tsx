/** A record that only a task opens to me: as its step shows it, to be read and decided on. */
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { get } from "../kit/api";
import { Bones } from "../kit/states";
import { DefinitionsProvider, useKnown } from "../records/context";
import type { Definitions, RecordAnswer } from "../records/definitions";
import { FieldList } from "../records/record/FieldList";
import { LinesTable } from "../records/record/LinesTable";
import { Heading } from "../records/record/RecordView";
import { Timeline } from "../records/record/Timeline";
import "../records/records.css";
import FlowBlock from "./FlowBlock";

interface Shown {
  objects: Definitions["objects"];
  record: RecordAnswer;
}

interface TaskSheetProps {
  object: string;
  id: number;
  /** What stands here where no task opens it either. */
  otherwise: (error: unknown) => ReactNode;
}

export default function TaskSheet({ object: name, id, otherwise }: TaskSheetProps) {
  const { t } = useLingui();
  const known = useKnown();
  const { data, isPending, error } = useQuery({
    queryKey: ["record", "shown", name, id],
    queryFn: ({ signal }) => get<Shown>(`/api/flows/shown/${name}/${id}`, undefined, signal),
    retry: false,
  });
  if (isPending) return <Bones lines={8} />;
  const object = data?.objects[name];
  if (!data || !object) return otherwise(error);
  const { record, objects } = data;
  const lines = object.fields.filter((field) => field.type === "lines" && Array.isArray(record[field.name]));
  return (
    <DefinitionsProvider value={{ ...known, definitions: { ...known.definitions, objects: { ...known.definitions.objects, ...objects } } }}>
      <article className="q-record q-record-panel">
        <Heading object={object} record={record} isPanel />
        <div className="q-record-body">
          <div className="q-record-left">
            <p className="q-work-by-task q-muted">{t`Open to you by your task, as its step shows it.`}</p>
            <FlowBlock object={name} id={id} />
            <FieldList part="first" object={object} record={record} />
            {lines.map((field) => (
              <LinesTable key={field.name} field={field} record={record} />
            ))}
            <FieldList part="rest" object={object} record={record} />
          </div>
          <Timeline object={object} record={record} />
        </div>
      </article>
    </DefinitionsProvider>
  );
}
