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
import { useDesign } from "../../context";
import { type Column, columnsOf } from "../model";
import { type ShadowRun, shadowRun } from "../server";
import { useRule } from "../state";
import { shownValue } from "./values";

export function PastRun() {
  const { t } = useLingui();
  const { name } = useRule();
  const { number, store } = useDesign();
  const problemWords = useProblemWords();
  const [period, setPeriod] = useState(lastQuarter);
  const run = useMutation({
    mutationFn: async () => {
      await store.settled();
      return shadowRun(number, name, period);
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
      {run.error && <p className="q-finding q-finding-error">{problemWords(run.error)}</p>}
      {run.data && <Result run={run.data} />}
    </div>
  );
}

/** The three whole months before this quarter. */
function lastQuarter(): { from_on: string; until_on: string } {
  const today = dayjs(todayText());
  const first = today.startOf("month").subtract(today.month() % 3, "month");
  return { from_on: first.subtract(3, "month").format("YYYY-MM-DD"), until_on: first.subtract(1, "day").format("YYYY-MM-DD") };
}

function Result({ run }: { run: ShadowRun }) {
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
      {run.sums.map(({ output, before, after }) => (
        <p key={output} className="q-rule-sum">
          {t`${column(output)?.label ?? output}, all together`} <strong>{shownValue(before, "0")}</strong> <ArrowRight size={13} aria-label={t`becomes`} /> <strong>{shownValue(after, "0")}</strong>
        </p>
      ))}
      <ul className="q-rule-records">
        {run.records.map(({ object, id, label: called, before, after }) => (
          <li key={id}>
            <Link to={recordPath(object, id)} target="_blank">
              {called}
            </Link>
            <span>
              {Object.keys({ ...before, ...after }).map((output) => (
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
