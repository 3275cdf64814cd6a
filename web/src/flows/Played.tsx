/** What a trial has come to: what has happened, and who would be asked now; a press acts for them. */
import { useLingui } from "@lingui/react/macro";
import { Button, Dropdown } from "antd";
import { say } from "../designer/words";
import { ToneTag } from "../kit/ToneTag";
import type { TrailAct, Words } from "../work/told";
import { isTold, useActWords, useStateWords, useTrailWords } from "../work/words";
import { find } from "./model";
import { useFlow } from "./state";

export interface TriedAct {
  step: string;
  act: string;
  person: number;
  to?: string;
  reason?: string;
}

interface Asked {
  step: string;
  person: number;
  name: string;
  back_to: string[];
}

export interface Answer {
  state: string;
  problem: string;
  steps: { step: string; outcome: string }[];
  lit: string[];
  open: Asked[];
  trail: { act: string; step: string | null; by: string | null; to: string | null; reason: string | null; detail: string | null }[];
}

export function Played({ told, onAct }: { told: Answer; onAct: (act: TriedAct) => void }) {
  const { t } = useLingui();
  const stateWords = useStateWords();
  const trailWords = useTrailWords();
  const { label, tone } = stateWords(told.state);
  const acts = useTrail(told).filter(isTold);
  return (
    <>
      <p role="status">
        <ToneTag tone={tone} strong>
          {label}
        </ToneTag>
      </p>
      {told.problem && (
        <p role="alert" className="q-alert">
          {told.problem}
        </p>
      )}
      <ol className="q-flow-trail" aria-label={t`What has happened`}>
        {acts.map((act) => (
          <li key={act.id}>{trailWords(act)}</li>
        ))}
      </ol>
      {told.open.map((asked) => (
        <AskedNow key={`${asked.step} ${asked.person}`} asked={asked} onAct={onAct} />
      ))}
    </>
  );
}

/** As the trail of a record is told: steps and branches by their names. */
function useTrail({ trail }: Answer): TrailAct[] {
  const called = useCalled();
  const { flow } = useFlow();
  const wayOf = (step: string, detail: string): Words => find(flow, step)?.step.branches?.[detail]?.label ?? called(detail);
  return trail.map(({ step, by, to, detail, ...act }, id) => ({ ...act, id, step: step ?? "", detail, label: step ? called(step) : null, way: detail ? wayOf(step ?? "", detail) : null, "by._label": by, "to._label": to }) as unknown as TrailAct);
}

function useCalled(): (step: string) => Words {
  const { flow } = useFlow();
  return (step) => (step === "submit" ? { en: "Submitter", zh: "发起人" } : (find(flow, step)?.step.label ?? { en: step, zh: step }));
}

function AskedNow({ asked, onAct }: { asked: Asked; onAct: (act: TriedAct) => void }) {
  const { flow } = useFlow();
  const words = useActWords();
  const called = useCalled();
  const { step, person, name, back_to } = asked;
  const does = (act: string, to = "") => onAct({ step, act, person, to, reason: act === "approve" || act === "handle" ? "" : "–" });
  const isApproval = find(flow, step)?.step.kind === "approve";
  const label = say(called(step), step);
  return (
    <section className="q-flow-part" aria-label={`${label}: ${name}`}>
      <p>
        <strong>{name}</strong> <span className="q-muted">{label}</span>
      </p>
      <div className="q-flow-line">
        {(isApproval ? ["approve", "reject"] : ["handle"]).map((act, at) => (
          <Button key={act} size="small" type={at === 0 ? "primary" : "default"} onClick={() => does(act)}>
            {words(act)}
          </Button>
        ))}
        {back_to.length > 0 && (
          <Dropdown trigger={["click"]} menu={{ items: back_to.map((key) => ({ key, label: say(called(key), key) })), onClick: ({ key }) => does("send_back", key) }}>
            <Button size="small">{words("send_back")}</Button>
          </Dropdown>
        )}
      </div>
    </section>
  );
}
