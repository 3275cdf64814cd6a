/** From a spreadsheet to records: file, mapping, one report of everything wrong, run, undo. */
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Progress } from "antd";
import { CircleCheck, Pause, Play, RotateCcw } from "lucide-react";
import { useEffect, useState } from "react";
import { Link, useParams } from "react-router";
import { ProblemBox } from "../../forms/ProblemBox";
import { get, post, Problem, put } from "../../kit/api";
import { showDecimal } from "../../kit/decimal";
import { useNotices } from "../../kit/notices";
import { PageTitle } from "../../kit/PageTitle";
import { FailedPage } from "../../kit/states";
import { useDefs } from "../context";
import { type Definitions, objectPath, recordPath } from "../definitions";
import { refreshAfterWrite } from "../writes";
import { FileDrop } from "./FileDrop";
import { MappingTable } from "./MappingTable";
import { ReportPart } from "./ReportPart";
import { type ImportState, isUnderWay, type Mapping, type Target, targetOf } from "./shapes";
import { inSentence } from "../../kit/i18n";
import "../records.css";
import "../../forms/forms.css";

export function Component() {
  const { app, name } = useParams();
  const target = targetOf(useDefs(), `${app}.${name}`);
  if (!target) return <FailedPage error={new Problem(404, { detail: `${app}.${name}` })} />;
  return <ImportPage key={target.name} target={target} />;
}

/** The acts of an import, each answering its new state. */
function useImport(target: Target) {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();
  const [state, setState] = useState<ImportState | null>(null);
  const upload = useMutation({ mutationFn: ({ file, kept }: { file: File; kept: string }) => post<ImportState>("/api/imports", formOf(target, file, kept)), onSuccess: setState });
  const remap = useMutation({ mutationFn: (mapping: Mapping) => put<ImportState>(`/api/imports/${state?.id}`, { mapping }), onSuccess: setState });

  async function settle(next: ImportState): Promise<void> {
    setState(next);
    if (next.state === "undone") notices.done(t`The import is undone`);
    await refreshAfterWrite(client);
  }

  const run = useMutation({ mutationFn: (take: "all" | "good") => post<ImportState>(`/api/imports/${state?.id}/run`, { take }), onSuccess: settle });
  const undo = useMutation({
    mutationFn: (keep: boolean) => post<ImportState>(`/api/imports/${state?.id}/undo`, { keep_changed: keep }),
    onSuccess: settle,
  });
  const cancel = useMutation({ mutationFn: () => post<ImportState>(`/api/imports/${state?.id}/cancel`, {}), onSuccess: setState });
  const pause = useMutation({ mutationFn: () => post<ImportState>(`/api/imports/${state?.id}/pause`, {}), onSuccess: setState });
  useStateUnderWay(state, settle);
  const error = upload.error ?? remap.error ?? run.error ?? undo.error ?? cancel.error ?? pause.error;
  return { state, again: () => setState(null), upload, remap, run, undo, cancel, pause, error };
}

/** A large file is worked on beside the requests: its state is asked for until that ends. */
function useStateUnderWay(state: ImportState | null, settle: (next: ImportState) => Promise<void>): void {
  const id = state?.id;
  const waits = state !== null && isUnderWay(state);
  useEffect(() => {
    if (!waits) return;
    const timer = setInterval(() => void get<ImportState>(`/api/imports/${id}`).then(settle), POLL);
    return () => clearInterval(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [id, waits]);
}

const POLL = 700;

type Import = ReturnType<typeof useImport>;

function formOf(target: Target, file: File, kept: string): FormData {
  const body = new FormData();
  body.set("file", file);
  body.set(kept ? "import" : "target", kept || target.name);
  return body;
}

function ImportPage({ target }: { target: Target }) {
  const { t } = useLingui();
  const definitions = useDefs();
  const work = useImport(target);
  const { state, upload } = work;
  const isDone = state?.state === "done" || state?.state === "undone";
  return (
    <div className="q-form-page">
      <PageTitle title={t`Import ${inSentence(target.plural)}`} above={target.object && <Link to={objectPath(target.name)}>{target.plural}</Link>} />
      <Steps at={!state ? 0 : isDone ? 2 : 1} />
      {work.error && <ProblemBox error={work.error} known={[]} />}
      {!state && <FileDrop target={target.name} imports={keptFor(definitions, target.name)} busy={upload.isPending} onFile={(file, kept) => upload.mutate({ file, kept })} />}
      {state?.progress?.problem && !isUnderWay(state) && <p className="q-import-broken" role="alert">{state.progress.problem}</p>}
      {state && isUnderWay(state) && <UnderWay state={state} work={work} />}
      {state?.state === "paused" && <Paused target={target} state={state} work={work} />}
      {state && !isDone && !isUnderWay(state) && state.state !== "paused" && <Checked target={target} state={state} work={work} />}
      {state && isDone && <Finished target={target} state={state} work={work} />}
    </div>
  );
}

interface StageProps {
  target: Target;
  state: ImportState;
  work: Import;
}

function useSaid(): Record<string, string> {
  const { t } = useLingui();
  return { running: t`Importing`, cancelling: t`Cancelling`, pausing: t`Pausing`, checking: t`Checking` };
}

function UnderWay({ state, work }: { state: ImportState; work: Import }) {
  const { t } = useLingui();
  const { done = 0, total = 0 } = state.progress ?? {};
  const said = useSaid()[state.state];
  return (
    <section className="q-box q-import-done">
      <h2>{said}</h2>
      <Progress percent={total ? Math.floor((100 * done) / total) : 0} aria-label={said} />
      <p aria-live="polite">{t`${showDecimal(done)} of ${showDecimal(total)} rows. You may leave this page; the work goes on.`}</p>
      <div className="q-page-actions">
        {(state.state === "running" || state.state === "pausing") && (
          <Button icon={<Pause size={15} aria-hidden />} loading={state.state === "pausing"} onClick={() => work.pause.mutate()}>
            {t`Pause`}
          </Button>
        )}
        <Button loading={state.state === "cancelling"} onClick={() => work.cancel.mutate()}>
          {t`Cancel`}
        </Button>
      </div>
    </section>
  );
}

/** A part is in; the rest waits for a word. */
function Paused({ target, state, work }: StageProps) {
  const { t } = useLingui();
  const { done = state.report.total, total = done } = state.progress ?? {};
  return (
    <>
      <section className="q-box q-import-done">
        <h2>
          <Pause size={18} aria-hidden /> {t`Paused`}
        </h2>
        <Progress percent={total ? Math.floor((100 * done) / total) : 0} aria-label={t`Paused`} />
        <p>{t`${showDecimal(done)} of ${showDecimal(total)} rows are in and stay. The others follow when you go on.`}</p>
        <div className="q-page-actions">
          <Button type="primary" icon={<Play size={15} aria-hidden />} loading={work.run.isPending} onClick={() => work.run.mutate("all")}>
            {t`Go on`}
          </Button>
          <UndoButtons state={state} work={work} />
        </div>
      </section>
      {state.report.bad > 0 && <ReportPart id={state.id} report={state.report} target={target} />}
    </>
  );
}

function UndoButtons({ state, work }: { state: ImportState; work: Import }) {
  const { t } = useLingui();
  if (!state.can_undo || state.state === "undone") return null;
  return (
    <>
      <Button icon={<RotateCcw size={15} aria-hidden />} loading={work.undo.isPending} onClick={() => work.undo.mutate(false)}>
        {state.state === "paused" ? t`Undo what is in` : t`Undo this import`}
      </Button>
      {work.undo.error && <Button onClick={() => work.undo.mutate(true)}>{t`Undo the rest, keep what was changed since`}</Button>}
    </>
  );
}

/** What an undo could not take back, because somebody has built on it. */
function Left({ state }: { state: ImportState }) {
  const { t } = useLingui();
  const definitions = useDefs();
  return (
    <>
      {(state.left ?? []).map(({ object, count, records }) => {
        const known = definitions.objects[object];
        return (
          <section key={object} className="q-import-left">
            <h3>{t`${known?.plural ?? object}: ${showDecimal(count)} kept, since somebody has changed or used them`}</h3>
            <ul className="q-import-kinds">
              {records.map(({ id, label }) => (
                <li key={id}>{known ? <Link to={recordPath(object, id)}>{label}</Link> : label}</li>
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
}

function Checked({ target, state, work }: StageProps) {
  const { t } = useLingui();
  const { run, remap } = work;
  const { report } = state;
  return (
    <>
      <ReportPart id={state.id} report={report} target={target} />
      <MappingTable target={target} state={{ ...state, mapping: (remap.isPending && remap.variables) || state.mapping }} busy={remap.isPending} onChange={(mapping) => remap.mutate(mapping)} />
      <footer className="q-form-foot">
        <Button type="primary" disabled={report.bad > 0 || report.total === 0} loading={run.isPending && run.variables === "all"} onClick={() => run.mutate("all")}>
          {t`Import all ${showDecimal(report.total)} rows`}
        </Button>
        {report.bad > 0 && report.good > 0 && (
          <Button loading={run.isPending && run.variables === "good"} onClick={() => run.mutate("good")}>
            {t`Import the ${showDecimal(report.good)} good rows only`}
          </Button>
        )}
        <Button onClick={work.again}>{t`Another file`}</Button>
      </footer>
    </>
  );
}

function Finished({ target, state, work }: StageProps) {
  const { t } = useLingui();
  const { report } = state;
  return (
    <>
      <section className="q-box q-import-done">
        <h2>
          <CircleCheck size={18} aria-hidden /> {state.state === "undone" ? t`Undone` : t`Imported`}
        </h2>
        <p>{t`${showDecimal(report.created)} created, ${showDecimal(report.changed)} changed, ${showDecimal(report.bad)} not taken.`}</p>
        <Left state={state} />
        <div className="q-page-actions">
          {target.object && (
            <Link to={objectPath(target.name)}>
              <Button type="primary" tabIndex={-1}>{t`Show ${inSentence(target.plural)}`}</Button>
            </Link>
          )}
          <UndoButtons state={state} work={work} />
          <Button onClick={work.again}>{t`Another file`}</Button>
        </div>
      </section>
      {report.bad > 0 && <ReportPart id={state.id} report={report} target={target} />}
    </>
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

const keptFor = (definitions: Definitions, target: string) => Object.values(definitions.imports).filter((one) => one.target === target);
