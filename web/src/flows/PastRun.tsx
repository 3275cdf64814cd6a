/** The draft over what was submitted before: who would have been asked, what would have gone elsewhere. */
import { Plural, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { Button, Input, Progress } from "antd";
import { Link } from "react-router";
import { useEffect, useRef, useState } from "react";
import { useDesign } from "../designer/context";
import { say } from "../designer/words";
import { post } from "../kit/api";
import { showDecimal } from "../kit/decimal";
import { useProblemWords } from "../kit/states";
import { todayText } from "../kit/time";
import { ToneTag } from "../kit/ToneTag";
import { recordPath } from "../records/definitions";
import { find } from "./model";
import { type PastAnswer, type Submission, type Way, joined } from "./past";
import { type Chip, cardsOf, useFlow } from "./state";

const MOST_NAMED = 20;
const day = (back: number): string => todayText(new Date(Date.now() - back * 86_400_000));

export default function PastRun() {
  const { t } = useLingui();
  const { number, store } = useDesign();
  const { flow, mark } = useFlow();
  const problemWords = useProblemWords();
  const [from, setFrom] = useState(day(90));
  const [until, setUntil] = useState(day(0));
  const [open, setOpen] = useState<number | null>(null);
  const [gone, setGone] = useState<PastAnswer | null>(null);
  const stopped = useRef(false);
  useEffect(() => () => void (stopped.current = true), []);
  const run = useMutation({
    mutationFn: async () => {
      await store.settled();
      stopped.current = false;
      const portion = (after: number | null) => post<PastAnswer>(`/api/drafts/${number}/flows/${flow.flow}/shadow`, { from, until, after });
      let all = await portion(null);
      while (all.next !== null && !stopped.current) {
        setGone(all);
        all = joined(all, await portion(all.next));
      }
      return all;
    },
    onSettled: () => setGone(null),
    onSuccess: (answer) => {
      setOpen(null);
      mark({ chips: chipsOf(answer) });
    },
  });
  const { data } = run;
  const called = (step: string) => say(find(flow, step)?.step.label, step);
  const wayOf = (way: Way | null): string => `${way?.steps.map(called).join(" → ") || "–"}${way?.hours ? t` (${showDecimal(way.hours)} working hours)` : ""}`;
  const kinds: Record<string, string> = { elsewhere: t`go elsewhere`, nobody: t`find nobody`, more: t`ask more people`, fewer: t`ask fewer people`, longer: t`wait longer`, begins: t`begin now`, begins_not: t`begin no more`, fails: t`fail` };

  function chipsOf(answer: PastAnswer): Map<string, Chip[]> {
    const chips = new Map<string, Chip[]>();
    for (const [way, { before, after }] of Object.entries(answer.branches)) {
      const step = way.split(".")[0]!;
      const branch = find(flow, step)?.step.branches?.[way.slice(step.length + 1)];
      if (before !== after) chips.set(step, [...(chips.get(step) ?? []), { words: `${say(branch?.label, way)}: ${before} → ${after}`, tone: "info" }]);
    }
    return chips;
  }

  function look(at: number, submission: Submission): void {
    const isOpen = open === at;
    setOpen(isOpen ? null : at);
    mark({ chips: data && chipsOf(data), lit: isOpen ? undefined : new Set(["start", ...cardsOf(submission.after.lit, submission.after.steps)]) });
  }

  return (
    <div className="q-field-settings">
      <p className="q-muted">{t`What was submitted then, led through the flow as it is drawn; everybody approves. Nothing is written.`}</p>
      <div className="q-flow-line">
        <Input type="date" aria-label={t`From`} value={from} onChange={(event) => setFrom(event.target.value)} />
        <Input type="date" aria-label={t`Until`} value={until} onChange={(event) => setUntil(event.target.value)} />
      </div>
      <Button type="primary" loading={run.isPending} onClick={() => run.mutate()}>{t`Run over the past`}</Button>
      {gone && (
        <div className="q-flow-line">
          <Progress percent={Math.floor((100 * gone.looked_at) / gone.of)} aria-label={t`Looked at`} />
          <Button onClick={() => void (stopped.current = true)}>{t`That is enough`}</Button>
        </div>
      )}
      {run.error && (
        <p role="alert" className="q-alert">
          {problemWords(run.error)}
        </p>
      )}
      {data && (
        <div role="status">
          <p>{data.over === "instances" ? t`${data.looked_at} of ${data.of} submissions looked at` : t`${data.looked_at} of ${data.of} records looked at: nothing was submitted yet`}</p>
          <p>{t`People asked: ${data.approvals.before} before, ${data.approvals.after} now`}</p>
          {data.looked_at > 0 && <p>{data.hours.measured > 0 ? t`Working hours, by what people have taken so far: ${showDecimal(data.hours.before)} before, ${showDecimal(data.hours.after)} now` : t`How long people take isn't known yet: nobody has decided anything.`}</p>}
          {data.nobody.length > 0 && (
            <>
              <p>{t`Nobody is found for:`}</p>
              <ul className="q-flow-past">
                {data.nobody.slice(0, MOST_NAMED).map((each) => (
                  <li key={`${each.step} ${each.person}`}>
                    <strong>{each.name || t`Without a submitter`}</strong>{" "}
                    <span className="q-muted">
                      <Plural value={each.submissions} one="# submission" other="# submissions" /> · {called(each.step)}
                    </span>
                  </li>
                ))}
              </ul>
            </>
          )}
          {data.submissions.length === 0 && <p className="q-muted">{t`All would have gone the same way.`}</p>}
          <p className="q-flow-chips">
            {Object.entries(data.counts).map(([kind, count]) => (
              <ToneTag key={kind} tone={kind === "nobody" || kind === "fails" ? "bad" : "info"}>
                {count} {kinds[kind] ?? kind}
              </ToneTag>
            ))}
          </p>
          <ul className="q-flow-past">
            {data.submissions.map((each, at) => (
              <li key={`${each.instance} ${each.record}`}>
                <button type="button" className="q-flow-waychoice" aria-pressed={open === at} onClick={() => look(at, each)}>
                  <strong>{each.title}</strong> <span className="q-muted">{each.submitter && `${each.submitter} · `}{each.differs.map((kind) => kinds[kind] ?? kind).join(", ")}</span>
                </button>
                {open === at && (
                  <p>
                    <span className="q-muted">{t`Before:`}</span> {wayOf(each.before)}
                    <br />
                    <span className="q-muted">{t`Now:`}</span> {wayOf(each.after)}
                    <br />
                    {flow.object && each.record !== null && <Link to={recordPath(flow.object, each.record)}>{t`Open the record`}</Link>}
                  </p>
                )}
              </li>
            ))}
          </ul>
          {data.as_now.length > 0 && <p className="q-muted">{t`Read as they are today: ${data.as_now.join(", ")}`}</p>}
        </div>
      )}
    </div>
  );
}
