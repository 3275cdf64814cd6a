/** A trial of the draft: on a record or on typed values, as a submitter. Nothing is written. */
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { PencilLine, RotateCcw, Undo2 } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { bodyOf } from "../designer/acts";
import { labelOf, useDesign } from "../designer/context";
import { FieldGrid } from "../forms/FieldGrid";
import { post } from "../kit/api";
import { useProblemWords } from "../kit/states";
import { useDefs } from "../records/context";
import type { Field, Values } from "../records/definitions";
import { AnswersOutside, type Answers } from "./AnswersOutside";
import { type Answer, Played, type TriedAct } from "./Played";
import { cardsOf, useFlow } from "./state";

const TypedRecord = lazy(() => import("./TypedRecord"));

export default function TryFlow() {
  const { t } = useLingui();
  const { number, version, store } = useDesign();
  const { flow, mark } = useFlow();
  const problemWords = useProblemWords();
  const [on, setOn] = useState<Subject>({ record: null, values: null, submitter: null });
  const [acts, setActs] = useState<TriedAct[]>([]);
  const [answers, setAnswers] = useState<Answers>({});
  const begin = (subject: Subject) => {
    setActs([]);
    setOn(subject);
  };
  const { data, error, isFetching } = useQuery({
    queryKey: ["flow trial", number, version, flow.flow, on, acts, answers],
    queryFn: async () => {
      await store.settled();
      return post<Answer>(`/api/drafts/${number}/flows/${flow.flow}/try`, { record: on.record ?? 0, values: on.values ?? {}, submitter: on.submitter ?? 0, acts, answers });
    },
    enabled: !flow.object || on.record !== null || on.values !== null,
    retry: false,
    placeholderData: (before) => before,
  });

  useEffect(() => {
    if (data) mark({ lit: litBy(data), halts: haltsOf(data) });
    // The marks of this answer; `mark` is made anew with every render.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [data]);

  return (
    <div className="q-field-settings">
      <p className="q-muted">{t`Play the flow through as it is drawn. Nothing is written, nobody is told.`}</p>
      <SubjectChoice on={on} onChange={begin} />
      <AnswersOutside answers={answers} onChange={setAnswers} />
      {error && (
        <p role="alert" className="q-alert">
          {problemWords(error)}
        </p>
      )}
      {data && (
        <div className="q-flow-played" aria-busy={isFetching}>
          <Played told={data} onAct={(act) => setActs([...acts, act])} />
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

const litBy = ({ state, lit, steps, open }: Answer): Set<string> =>
  new Set(["start", ...cardsOf(lit, [...steps, ...open].map(({ step }) => step)), ...(state === "approved" ? ["end"] : [])]);

const haltsOf = ({ steps, open }: Answer): Set<string> =>
  cardsOf([], [...open, ...steps.filter(({ outcome }) => outcome === "rejected" || outcome === "failed")].map(({ step }) => step));

interface Subject {
  record: number | null;
  values: Values | null;
  submitter: number | null;
}

/** Which record, or what one would hold; and who submits it. */
function SubjectChoice({ on, onChange }: { on: Subject; onChange: (on: Subject) => void }) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const { flow } = useFlow();
  const { objects } = useDefs();
  const [labels, setLabels] = useState<Record<string, string>>({});
  const [isTyping, setTyping] = useState(false);
  const object = objects[flow.object ?? ""];
  const about = labelOf(bodyOf(definitions, "object", flow.object ?? ""), flow.object ?? "");
  const record: Field = { name: "record", type: "link", to: flow.object, label: t`With this record: ${about}` };
  const submitter: Field = { name: "submitter", type: "user", to: "base.user", label: t`Submitted by` };
  return (
    <>
      <FieldGrid
        fields={flow.object ? [record, submitter] : [submitter]}
        values={{ record: on.record, submitter: on.submitter }}
        labels={labels}
        problems={{}}
        isNew
        isNarrow
        onChange={(name, value, label) => {
          onChange({ ...on, [name]: value || null, ...(name === "record" && { values: null }) });
          if (label !== undefined) setLabels((now) => ({ ...now, [name]: label }));
        }}
      />
      {object && (
        <Button size="small" icon={<PencilLine size={14} aria-hidden />} onClick={() => setTyping(true)}>
          {on.values ? t`Type other values` : t`Type the values`}
        </Button>
      )}
      {isTyping && object && (
        <Suspense>
          <TypedRecord
            object={object}
            onClose={() => setTyping(false)}
            onTyped={(values) => {
              setTyping(false);
              onChange({ ...on, record: null, values });
            }}
          />
        </Suspense>
      )}
    </>
  );
}
