/** What this rule would have said of the records of a time: how many change, by how much, and which. */
import { Plural, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { Button, DatePicker } from "antd";
import dayjs from "dayjs";
import { ArrowRight, History } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { useProblemWords } from "../../../kit/states";
import { todayText } from "../../../kit/time";
import { recordPath } from "../../../records/definitions";
import { Decimal, showDecimal } from "../../../kit/decimal";
import { useDesign } from "../../context";
import { identifier } from "../../names";
import { type Column, columnsOf } from "../model";
import { type ShadowRun, shadowRun, type Sum } from "../server";
import { useRule } from "../state";
import { type Measure, Measures } from "./Measures";
import { shownValue } from "./values";

export function PastRun() {
  const { t } = useLingui();
  const { name } = useRule();
  const { number, store } = useDesign();
  const problemWords = useProblemWords();
  const [period, setPeriod] = useState(lastQuarter);
  const [measures, setMeasures] = useState<Measure[]>([]);
  const asked = measures.filter(({ formula }) => formula.trim());
  const run = useMutation({
    mutationFn: async () => {
      await store.settled();
      return shadowRun(number, name, { ...period, measures: Object.fromEntries(asked.map(({ label, formula }, at) => [keyOf(label, at), formula])) });
    },
  });
  return (
    <div className="q-rule-past">
      <p className="q-muted">{t`The rule of this draft is asked about records of the past, and compared with the one in force. Nothing is changed.`}</p>
      <div className="q-rule-line">
        <DatePicker.RangePicker
          aria-label={t`Records of`}
          allowClear={false}
          needConfirm={false}
          value={[dayjs(period.from_on), dayjs(period.until_on)]}
          onChange={(days) => days?.[0] && days[1] && setPeriod({ from_on: days[0].format("YYYY-MM-DD"), until_on: days[1].format("YYYY-MM-DD") })}
        />
        <Button icon={<History size={15} aria-hidden />} loading={run.isPending} onClick={() => run.mutate()}>
          {t`Try on the past`}
        </Button>
      </div>
      <Measures value={measures} onChange={setMeasures} />
      {run.error && <p className="q-finding q-finding-error">{problemWords(run.error)}</p>}
      {run.data && <Result run={run.data} measureLabel={(key) => asked.find(({ label }, at) => keyOf(label, at) === key)?.label || key} />}
    </div>
  );
}

/** Refusals name a sum by its key. */
const keyOf = (label: string, at: number): string => identifier(label, `sum_${at + 1}`);

/** The three whole months before this quarter. */
function lastQuarter(): { from_on: string; until_on: string } {
  const today = dayjs(todayText());
  const first = today.startOf("month").subtract(today.month() % 3, "month");
  return { from_on: first.subtract(3, "month").format("YYYY-MM-DD"), until_on: first.subtract(1, "day").format("YYYY-MM-DD") };
}

function Result({ run, measureLabel }: { run: ShadowRun; measureLabel: (key: string) => string }) {
  const { t } = useLingui();
  const { body } = useRule();
  const columns = columnsOf(body);
  const column = (name: string) => columns.find((each) => each.name === name && each.side === "output");
  return (
    <section className="q-rule-result" aria-label={t`Result`} role="status">
      <p className="q-rule-count">
        <strong>{run.changed}</strong> <Plural value={run.cases} one="of # record would be decided otherwise" other="of # records would be decided otherwise" />
      </p>
      {run.counts.map(({ output, before, after }) => (
        <Bars key={output} label={column(output)?.label ?? output} column={column(output)} before={before} after={after} />
      ))}
      <Sums sums={[...run.measures.map((sum) => ({ ...sum, label: measureLabel(sum.output) })), ...run.sums.map((sum) => ({ ...sum, label: t`${column(sum.output)?.label ?? sum.output}, all together` }))]} />
      <ul className="q-rule-records">
        {run.records.map(({ object, id, label: called, before, after }) => (
          <li key={id}>
            <Link to={recordPath(object, id)} target="_blank">
              {called}
            </Link>
            <span>
              {Object.keys({ ...before, ...after }).filter(column).map((output) => (
                <span key={output} className="q-rule-change">
                  {shownValue(before?.[output], "–", column(output))} <ArrowRight size={12} aria-label={t`becomes`} /> {shownValue(after?.[output], "–", column(output))}
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What is added up: before, after, and by how much it moves. */
function Sums({ sums }: { sums: (Sum & { label: string })[] }) {
  const { t } = useLingui();
  if (sums.length === 0) return null;
  return (
    <table className="q-rule-bars q-rule-sums">
      <thead>
        <tr>
          <th scope="col">{t`Added up`}</th>
          <th scope="col">{t`In force`}</th>
          <th scope="col">{t`This draft`}</th>
          <th scope="col">{t`Difference`}</th>
        </tr>
      </thead>
      <tbody>
        {sums.map(({ label, output, before, after }) => (
          <tr key={output}>
            <th scope="row">{label}</th>
            <td>{shownValue(before, "0")}</td>
            <td>{shownValue(after, "0")}</td>
            <td>{movedBy(before, after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function movedBy(before: string, after: string): string {
  const [one, other] = [new Decimal(before || "0"), new Decimal(after || "0")];
  const by = other.minus(one);
  if (by.isZero()) return "–";
  const share = one.isZero() ? "" : ` (${by.isPositive() ? "+" : "−"}${by.dividedBy(one).times(100).absoluteValue().toFixed(1)} %)`;
  return `${by.isPositive() ? "+" : "−"}${showDecimal(by.absoluteValue().toFixed())}${share}`;
}

/** Two bars an answer: as it was, as it would be. */
function Bars({ label, column, before, after }: { label: string; column?: Column; before: Record<string, number>; after: Record<string, number> }) {
  const { t } = useLingui();
  const answers = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const most = Math.max(1, ...Object.values(before), ...Object.values(after));
  return (
    <table className="q-rule-bars">
      <caption>{label}</caption>
      <thead>
        <tr>
          <th scope="col">{t`Answer`}</th>
          <th scope="col">{t`In force`}</th>
          <th scope="col">{t`This draft`}</th>
        </tr>
      </thead>
      <tbody>
        {answers.map((answer) => (
          <tr key={answer}>
            <th scope="row">{shownValue(answer, t`no answer`, column)}</th>
            {[before[answer] ?? 0, after[answer] ?? 0].map((count, at) => (
              <td key={at}>
                <span className={at ? "q-rule-share q-rule-share-now" : "q-rule-share"} style={{ width: `${(100 * count) / most}%` }} aria-hidden />
                {count}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
