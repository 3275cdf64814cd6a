/** An operation as a page of its own: reports answer rows here, others lead on. */
import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { Play } from "lucide-react";
import { useEffect, useState } from "react";
import { useParams } from "react-router";
import { FieldGrid } from "../../forms/FieldGrid";
import { startOfInputs, useSelf } from "../../forms/draft";
import { ProblemBox } from "../../forms/ProblemBox";
import { problemsByPath } from "../../forms/problems";
import { Problem } from "../../kit/api";
import { useNotices } from "../../kit/notices";
import { PageTitle } from "../../kit/PageTitle";
import { FailedPage } from "../../kit/states";
import { useDefs } from "../context";
import type { OperationInfo, Values } from "../definitions";
import { bodyOf } from "./inputs";
import { usePerform } from "./perform";
import { ReportPage } from "./ReportPage";
import { ReportTable, rowsOf } from "./ReportTable";
import "../records.css";
import "../../forms/forms.css";

export function Component() {
  const { app, operation: name } = useParams();
  const operation = useDefs().operations[`${app}.${name}`];
  if (!operation) return <FailedPage error={new Problem(404, { detail: `${app}.${name}` })} />;
  return operation.columns ? <ReportPage key={operation.name} operation={operation} /> : <OperationPage key={operation.name} operation={operation} />;
}

function OperationPage({ operation }: { operation: OperationInfo }) {
  const { t } = useLingui();
  const notices = useNotices();
  const me = useSelf();
  const perform = usePerform(operation, []);
  const [start] = useState(() => startOfInputs(operation.inputs, me));
  const [values, setValues] = useState<Values>(start.values);
  const [labels, setLabels] = useState(start.labels);
  const { mutate } = perform;
  const isReady = operation.reads_only && operation.inputs.every((input) => !input.required || start.values[input.name] !== undefined);
  useEffect(() => {
    if (isReady) mutate(bodyOf(operation.inputs, start.values));
  }, [isReady, mutate, operation, start]);

  function set(name: string, value: unknown, label?: string): void {
    setValues((now) => ({ ...now, [name]: value }));
    if (label !== undefined) setLabels((now) => ({ ...now, [name]: label }));
  }

  function submit(): void {
    mutate(bodyOf(operation.inputs, values), {
      onSuccess: () => {
        if (operation.reads_only) return;
        notices.done(operation.label);
        setValues(start.values);
      },
    });
  }

  const rows = perform.data ? rowsOf(perform.data.result) : null;
  return (
    <div className="q-form-page">
      <PageTitle title={operation.label} />
      {operation.help && <p className="q-muted">{operation.help}</p>}
      {perform.error && <ProblemBox error={perform.error} known={operation.inputs.map((input) => input.name)} />}
      <form
        className={operation.reads_only ? "q-report-inputs" : "q-operation-form"}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {operation.inputs.length > 0 && <FieldGrid fields={operation.inputs} values={values} labels={labels} problems={problemsByPath(perform.error)} onChange={set} isNew />}
        <Button type="primary" htmlType="submit" loading={perform.isPending} icon={<Play size={15} aria-hidden />}>
          {operation.reads_only ? t`Show` : operation.label}
        </Button>
      </form>
      {rows && <ReportTable operation={operation} rows={rows} />}
    </div>
  );
}
