/** How the published flow has gone: counts, working hours of steps and people, the slowest ways; drawn on the tree. */
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useEffect, useState } from "react";
import { say } from "../designer/words";
import { get } from "../kit/api";
import { Bones, Failed } from "../kit/states";
import { useStateWords } from "../work/words";
import { find } from "./model";
import { cardsOf, type Chip, useFlow } from "./state";

interface StepFigures {
  tasks: number;
  open: number;
  late: number;
  hours: number | null;
  longest: number | null;
  sent_back: number;
}

interface Answer {
  instances: number;
  by_state: Record<string, number>;
  hours: number | null;
  steps: Record<string, StepFigures>;
  people: { person: number; name: string; tasks: number; open: number; hours: number | null }[];
  ways: { steps: string[]; instances: number; hours: number }[];
}

export default function Figures() {
  const { t } = useLingui();
  const { flow, mark } = useFlow();
  const stateWords = useStateWords();
  const [days, setDays] = useState(90);
  const [way, setWay] = useState<number | null>(null);
  const { data, error, refetch } = useQuery({ queryKey: ["flow figures", flow.flow, days], queryFn: ({ signal }) => get<Answer>(`/api/flows/${flow.flow}/statistics`, { days }, signal, null), retry: false });

  useEffect(() => {
    if (!data) return;
    const chips = new Map(Object.entries(data.steps).map(([step, figures]) => [step, chipsOf(figures)]));
    const steps = way === null ? [] : (data.ways[way]?.steps ?? []);
    mark({ chips, lit: steps.length > 0 ? cardsOf([], steps) : undefined });
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [data, way]);

  function chipsOf({ tasks, open, late, hours, sent_back }: StepFigures): Chip[] {
    const chips: Chip[] = [{ words: hours === null ? t`${tasks} ×` : t`${tasks} × ${hours} h`, tone: "neutral" }];
    if (open > 0) chips.push({ words: t`${open} open`, tone: "info" });
    if (late > 0) chips.push({ words: t`${late} late`, tone: "warning" });
    if (sent_back > 0) chips.push({ words: t`${sent_back} sent back`, tone: "bad" });
    return chips;
  }

  if (error) return <Failed error={error} retry={() => refetch()} />;
  if (!data) return <Bones lines={6} title={false} />;
  const called = (step: string) => say(find(flow, step)?.step.label, step);
  return (
    <div className="q-field-settings">
      <Select aria-label={t`Of which time`} value={days} onChange={setDays} options={[30, 90, 365].map((value) => ({ value, label: t`The last ${value} days` }))} />
      <p>
        {t`${data.instances} begun`}
        {Object.entries(data.by_state).map(([state, count]) => ` · ${stateWords(state).label} ${count}`)}
        {data.hours !== null && <> · {t`middle ${data.hours} working hours`}</>}
      </p>
      {data.people.length > 0 && (
        <table className="q-table">
          <caption className="q-muted">{t`By person, the slowest first`}</caption>
          <thead>
            <tr>
              <th scope="col">{t`Person`}</th>
              <th scope="col">{t`Done`}</th>
              <th scope="col">{t`Still open`}</th>
              <th scope="col">{t`Hours`}</th>
            </tr>
          </thead>
          <tbody>
            {data.people.map((each) => (
              <tr key={each.person}>
                <th scope="row">{each.name}</th>
                <td>{each.tasks}</td>
                <td>{each.open}</td>
                <td>{each.hours ?? "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {data.ways.length > 0 && (
        <section className="q-flow-part" aria-label={t`The slowest ways`}>
          <h3>{t`The slowest ways`}</h3>
          {data.ways.map((each, at) => (
            <button key={each.steps.join()} type="button" className="q-flow-waychoice" aria-pressed={way === at} onClick={() => setWay(way === at ? null : at)}>
              <strong>{t`${each.hours} h`}</strong> <span className="q-muted">× {each.instances}</span> {each.steps.map(called).join(" → ") || t`nobody asked`}
            </button>
          ))}
        </section>
      )}
      {data.instances === 0 && <p className="q-muted">{t`Nothing has run in this time.`}</p>}
    </div>
  );
}
