/** From a spreadsheet to records: file, mapping, one report of everything wrong, run, undo. */
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { CircleCheck, RotateCcw } from "lucide-react";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { ProblemBox } from "../../forms/ProblemBox";
import { get, post, Problem, put } from "../../kit/api";
import { showDecimal } from "../../kit/decimal";
import { useNotices } from "../../kit/notices";
import { PageTitle } from "../../kit/PageTitle";
import { FailedPage } from "../../kit/states";
import { useDefs } from "../context";
import { type Definitions, objectPath } from "../definitions";
import { refreshAfterWrite } from "../writes";
import { FileDrop } from "./FileDrop";
import { MappingTable } from "./MappingTable";
import { ReportPart } from "./ReportPart";
import { type ImportState, type Mapping, type Target, targetOf } from "./shapes";
import { inSentence } from "../../kit/i18n";
import "../records.css";
import "../../forms/forms.css";

export function Component() {
  const { app, name } = useParams();
  const target = targetOf(useDefs(), `${app}.${name}`);
  if (!target) return <FailedPage error={new Problem(404, { detail: `${app}.${name}` })} />;
  return <ImportPage key={target.name} target={target} />;
}

function ImportPage({ target }: { target: Target }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();
  const definitions = useDefs();
  const [state, setState] = useState<ImportState | null>(null);
  const upload = useMutation({
    mutationFn: ({ file, kept }: { file: File; kept: string }) => {
      const body = new FormData();
      body.set("file", file);
      if (kept) body.set("import", kept);
      else body.set("target", target.name);
      body.set("check_only", "true");
      return post<ImportState>("/api/imports", body);
    },
    onSuccess: setState,
  });
  const remap = useMutation({ mutationFn: (mapping: Mapping) => put<ImportState>(`/api/imports/${state?.id}`, { mapping }), onSuccess: setState });
  const run = useMutation({
    mutationFn: (take: "all" | "good") => post<ImportState>(`/api/imports/${state?.id}/run`, { take }),
    onSuccess: async (done) => {
      setState(done);
      await refreshAfterWrite(client);
    },
  });
  const undo = useMutation({
    mutationFn: () => post<ImportState>(`/api/imports/${state?.id}/undo`, {}),
    onSuccess: async (undone) => {
      setState(undone);
      notices.done(t`The import is undone`);
      await refreshAfterWrite(client);
    },
  });
  const progress = useProgress(state?.id, run.isPending);
  const error = upload.error ?? remap.error ?? run.error ?? undo.error;
  const isDone = state?.state === "done" || state?.state === "undone";

  return (
    <div className="q-form-page">
      <PageTitle title={t`Import ${inSentence(target.plural)}`} above={target.object && <Link to={objectPath(target.name)}>{target.plural}</Link>} />
      <Steps at={!state ? 0 : isDone ? 2 : 1} />
      {error && <ProblemBox error={error} known={[]} />}
      {!state && <FileDrop imports={keptFor(definitions, target.name)} busy={upload.isPending} onFile={(file, kept) => upload.mutate({ file, kept })} />}
      {state && !isDone && (
        <>
          <MappingTable target={target} state={state} busy={remap.isPending} onChange={(mapping) => remap.mutate(mapping)} />
          <ReportPart report={state.report} />
          <footer className="q-form-foot">
            <Button type="primary" disabled={state.report.bad > 0 || state.report.total === 0} loading={run.isPending && run.variables === "all"} onClick={() => run.mutate("all")}>
              {t`Import all ${showDecimal(state.report.total)} rows`}
            </Button>
            {state.report.bad > 0 && state.report.good > 0 && (
              <Button loading={run.isPending && run.variables === "good"} onClick={() => run.mutate("good")}>
                {t`Import the ${showDecimal(state.report.good)} good rows only`}
              </Button>
            )}
            <Button onClick={() => setState(null)}>{t`Another file`}</Button>
            {progress && <span className="q-muted" aria-live="polite">{t`${showDecimal(progress.done)} of ${showDecimal(progress.total)}`}</span>}
          </footer>
        </>
      )}
      {state && isDone && (
        <section className="q-box q-import-done">
          <h2>
            <CircleCheck size={18} aria-hidden /> {state.state === "undone" ? t`Undone` : t`Imported`}
          </h2>
          <p>{t`${showDecimal(state.report.created)} created, ${showDecimal(state.report.changed)} changed, ${showDecimal(state.report.bad)} not taken.`}</p>
          <div className="q-page-actions">
            {target.object && (
              <Link to={objectPath(target.name)}>
                <Button type="primary" tabIndex={-1}>{t`Show ${inSentence(target.plural)}`}</Button>
              </Link>
            )}
            {state.can_undo && state.state === "done" && (
              <Button icon={<RotateCcw size={15} aria-hidden />} loading={undo.isPending} onClick={() => undo.mutate()}>
                {t`Undo this import`}
              </Button>
            )}
            <Button onClick={() => setState(null)}>{t`Another file`}</Button>
          </div>
          {state.report.bad > 0 && <ReportPart report={state.report} />}
        </section>
      )}
    </div>
  );
}

function Steps({ at }: { at: number }) {
  const { t } = useLingui();
  const steps = [t`File`, t`Columns and check`, t`Done`];
  return (
    <ol className="q-steps">
      {steps.map((step, index) => (
        <li key={step} aria-current={index === at ? "step" : undefined} className={index < at ? "q-past" : index === at ? "q-now" : ""}>
          <span aria-hidden>{index + 1}</span> {step}
        </li>
      ))}
    </ol>
  );
}

function useProgress(id: number | undefined, running: boolean) {
  const { data } = useQuery({
    queryKey: ["import", id],
    queryFn: ({ signal }) => get<ImportState>(`/api/imports/${id}`, undefined, signal),
    enabled: running && id !== undefined,
    refetchInterval: 700,
  });
  return running && data?.progress?.total ? data.progress : null;
}

const keptFor = (definitions: Definitions, target: string) => Object.values(definitions.imports).filter((one) => one.target === target);
