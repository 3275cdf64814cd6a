/** A trial of the draft: on a record, as a submitter; each asked person acts in turn. Nothing is written. */
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { RotateCcw, Undo2 } from "lucide-react";
import { useEffect, useState } from "react";
import { bodyOf } from "../designer/acts";
import { labelOf, useDesign } from "../designer/context";
import { say } from "../designer/words";
import { FieldGrid } from "../forms/FieldGrid";
import { post } from "../kit/api";
import { useProblemWords } from "../kit/states";
import { ToneTag } from "../kit/ToneTag";
import type { Field, Values } from "../records/definitions";
import { useStateWords } from "../work/words";
import { find } from "./model";
import { cardsOf, useFlow } from "./state";

interface TriedAct {
  step: string;
  act: string;
  person: number;
}

interface Answer {
  state: string;
  problem: string;
  steps: { step: string; outcome: string }[];
  lit: string[];
  open: { step: string; person: number; name: string }[];
}

export default function TryFlow() {
  const { t } = useLingui();
  const { definitions, number, version } = useDesign();
  const { flow, mark } = useFlow();
  const stateWords = useStateWords();
  const problemWords = useProblemWords();
  const [values, setValues] = useState<Values>({});
  const [labels, setLabels] = useState<Record<string, string>>({});
  const [acts, setActs] = useState<TriedAct[]>([]);
  const about = labelOf(bodyOf(definitions, "object", flow.object ?? ""), flow.object ?? "");
  const fields: Field[] = [
    ...(flow.object ? [{ name: "record", type: "link", to: flow.object, label: t`With this record: ${about}`, required: true }] : []),
    { name: "submitter", type: "user", to: "base.user", label: t`Submitted by` },
  ];
  const isReady = !flow.object || Boolean(values.record);
  const { data, error, isFetching } = useQuery({
    queryKey: ["flow trial", number, version, flow.flow, values, acts],
    queryFn: () => post<Answer>(`/api/drafts/${number}/flows/${flow.flow}/try`, { record: values.record ?? 0, submitter: values.submitter ?? 0, acts }),
    enabled: isReady,
    retry: false,
    placeholderData: (before) => before,
  });

  useEffect(() => {
    if (data) mark({ lit: new Set(["start", ...cardsOf(data.lit, [...data.steps.map(({ step }) => step), ...data.open.map(({ step }) => step)]), ...(data.state === "approved" ? ["end"] : [])]) });
    // The marks of this answer; `mark` is made anew with every render.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [data]);

  const outcomes: Record<string, string> = {
    entered: t`reached`, approved: t`approved`, rejected: t`rejected`, handled: t`done`, ran: t`done`, branch: t`decided`, passed: t`passed`,
    sent_back: t`sent back`, copied: t`copy sent`, failed: t`failed`, late: t`late`, waited: t`waited`,
  };
  const kindOf = (step: string) => find(flow, step)?.step.kind ?? "handle";
  const called = (step: string) => (step === "submit" ? t`The submitter` : say(find(flow, step)?.step.label, step));
  const act = (step: string, name: string, person: number) => setActs([...acts, { step, act: name, person }]);

  return (
    <div className="q-field-settings">
      <p className="q-muted">{t`Play the flow through as it is drawn. Nothing is written, nobody is told.`}</p>
      <FieldGrid
        fields={fields}
        values={values}
        labels={labels}
        problems={{}}
        isNew
        isNarrow
        onChange={(name, value, label) => {
          setActs([]);
          setValues((now) => ({ ...now, [name]: value }));
          if (label !== undefined) setLabels((now) => ({ ...now, [name]: label }));
        }}
      />
      {error && (
        <p role="alert" className="q-alert">
          {problemWords(error)}
        </p>
      )}
      {isReady && data && (
        <div aria-busy={isFetching}>
          <p role="status">
            <ToneTag tone={stateWords(data.state).tone} strong>
              {stateWords(data.state).label}
            </ToneTag>
          </p>
          {data.problem && (
            <p role="alert" className="q-alert">
              {data.problem}
            </p>
          )}
          <ol className="q-flow-trail">
            {data.steps.map(({ step, outcome }, at) => (
              <li key={`${step} ${at}`}>
                {called(step)} <span className="q-muted">{outcomes[outcome] ?? outcome}</span>
              </li>
            ))}
          </ol>
          {data.open.map(({ step, person, name }) => (
            <section key={`${step} ${person}`} className="q-flow-part" aria-label={`${called(step)}: ${name}`}>
              <p>
                <strong>{name}</strong> <span className="q-muted">{called(step)}</span>
              </p>
              <div className="q-flow-line">
                {kindOf(step) === "approve" ? (
                  <>
                    <Button size="small" type="primary" onClick={() => act(step, "approve", person)}>{t`Approve`}</Button>
                    <Button size="small" onClick={() => act(step, "reject", person)}>{t`Reject`}</Button>
                  </>
                ) : (
                  <Button size="small" type="primary" onClick={() => act(step, "handle", person)}>{t`Done`}</Button>
                )}
                {step !== "submit" && <Button size="small" onClick={() => act(step, "send_back", person)}>{t`Send back`}</Button>}
              </div>
            </section>
          ))}
          {acts.length > 0 && (
            <div className="q-flow-line">
              <Button size="small" type="text" icon={<Undo2 size={14} aria-hidden />} onClick={() => setActs(acts.slice(0, -1))}>{t`One back`}</Button>
              <Button size="small" type="text" icon={<RotateCcw size={14} aria-hidden />} onClick={() => setActs([])}>{t`From the start`}</Button>
            </div>
          )}
        </div>
      )}
    </div>
  );
}
