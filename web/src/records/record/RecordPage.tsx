import { lazy, Suspense } from "react";
import { useParams } from "react-router";
import { Problem } from "../../kit/api";
import { Bones, FailedPage } from "../../kit/states";
import { useDefs } from "../context";
import { useRecord } from "../query";
import { RecordView } from "./RecordView";
import "../records.css";
import "../../forms/forms.css";

const TaskSheet = lazy(() => import("../../work/TaskSheet"));

export function Component() {
  const { app, object: name, id = "" } = useParams();
  const object = useDefs().objects[`${app}.${name}`];
  const isRecord = /^\d+$/.test(id);
  const record = useRecord(`${app}.${name}`, id, isRecord && Boolean(object));
  const missing = <FailedPage error={new Problem(404, { detail: `${app}.${name} ${id}` })} />;
  if (!isRecord) return missing;
  if (!object || record.data?._by_task) return <Suspense><TaskSheet object={`${app}.${name}`} id={Number(id)} otherwise={() => missing} /></Suspense>;
  if (record.isPending) return <Bones lines={10} />;
  if (record.isError) return <FailedPage error={record.error} retry={() => record.refetch()} />;
  return <RecordView key={`${object.name}/${id}`} object={object} record={record.data} />;
}
