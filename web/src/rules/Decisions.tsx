/** Why a record was decided as it was: what followed, which conditions held on which values, by which version of the rule. */
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { ChevronRight, Scale } from "lucide-react";
import { get } from "../kit/api";
import { isDecimalText, showDecimal } from "../kit/decimal";
import { Bones, EmptyState, Failed } from "../kit/states";
import { showAgo, showMoment } from "../kit/time";
import { ToneTag } from "../kit/ToneTag";
import { useDefs } from "../records/context";
import "./decisions.css";

interface Told {
  name: string;
  label: string;
  value?: unknown;
  /** What a choice is called. */
  text?: string | null;
  hidden?: boolean;
}

interface Reason {
  rows: string[];
  hidden?: boolean;
  cells?: (Told & { row: string; text: string })[];
  notes?: string[];
  outcome?: Told[];
}

interface Answer {
  rule: string;
  label: string;
  is_current: boolean;
  values: Told[];
  reasons: Reason[];
  calls: Record<string, Answer>;
}

interface Decision extends Answer {
  id: number;
  at: string;
  by_name?: string | null;
  operation?: string;
}

export default function Decisions({ object, id }: { object: string; id: number }) {
  const { t } = useLingui();
  const query = useQuery({ queryKey: ["timeline", object, id, "decisions"], queryFn: ({ signal }) => get<{ decisions: Decision[] }>(`/api/records/${object}/${id}/decisions`, undefined, signal) });
  if (query.isPending) return <Bones lines={4} title={false} />;
  if (query.isError) return <Failed error={query.error} retry={() => query.refetch()} />;
  const { decisions } = query.data;
  if (decisions.length === 0) return <EmptyState title={t`Not decided yet`}>{t`When a rule decides something about this record, it is told here why.`}</EmptyState>;
  return (
    <ol className="q-decisions">
      {decisions.map((decision) => (
        <li key={decision.id}>
          <DecisionHead decision={decision} />
          <AnswerOf answer={decision} />
        </li>
      ))}
    </ol>
  );
}

function DecisionHead({ decision: { label, is_current, at, by_name, operation } }: { decision: Decision }) {
  const { t } = useLingui();
  const { operations } = useDefs();
  const by = [by_name, operations[operation ?? ""]?.label].filter(Boolean).join(" · ");
  return (
    <header>
      <h3>
        <Scale size={15} aria-hidden /> {label}
      </h3>
      {!is_current && <ToneTag tone="neutral">{t`by an earlier version`}</ToneTag>}
      <span className="q-muted">
        <time dateTime={at} title={showMoment(at)}>
          {showAgo(at)}
        </time>
        {by && <> · {by}</>}
      </span>
    </header>
  );
}

function AnswerOf({ answer }: { answer: Answer }) {
  const { t } = useLingui();
  const calls = Object.entries(answer.calls);
  return (
    <>
      {answer.reasons.length === 0 && <p className="q-muted">{t`Nothing followed: no row fits.`}</p>}
      {answer.reasons.map((reason, at) => (
        <ReasonOf key={at} reason={reason} />
      ))}
      {calls.map(([name, called]) => (
        <section key={name} className="q-decision-call" aria-label={called.label}>
          <h4>{called.label}</h4>
          <AnswerOf answer={called} />
        </section>
      ))}
      <details>
        <summary>
          <ChevronRight size={13} aria-hidden /> {t`All that was asked`}
        </summary>
        <dl>
          {answer.values.map((value) => (
            <div key={value.name}>
              <dt>{value.label}</dt>
              <dd>
                <Shown {...value} />
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  );
}

function ReasonOf({ reason: { rows, cells = [], notes = [], outcome = [], hidden } }: { reason: Reason }) {
  const { t } = useLingui();
  const told = outcome.filter(({ value }) => value !== null && value !== undefined);
  if (hidden) return <p className="q-muted">{t`What this rests on is not shown to you.`}</p>;
  return (
    <div className="q-decision-reason">
      <dl className="q-decision-outcome">
        {told.map((each) => (
          <div key={each.name}>
            <dt>{each.label}</dt>
            <dd>
              <Shown {...each} />
            </dd>
          </div>
        ))}
      </dl>
      {told.length === 0 && <p>{t`No answer`}</p>}
      <ul>
        {cells.map((cell) => (
          <li key={cell.row + cell.name}>
            {cell.label} <code>{cell.text}</code> <Was value={cell.value} hidden={cell.hidden} />
          </li>
        ))}
        {cells.length === 0 && <li>{rows.length > 0 ? t`for every case` : t`because no row fits`}</li>}
      </ul>
      {notes.map((note) => (
        <p key={note} className="q-muted">
          {note}
        </p>
      ))}
    </div>
  );
}

function Was({ value, hidden }: Pick<Told, "value" | "hidden">) {
  const { t } = useLingui();
  const shown = useShown();
  return <span className="q-muted">{t`it was ${shown({ value, hidden })}`}</span>;
}

const Shown = (told: Told) => useShown()(told);

function useShown(): (told: Pick<Told, "value" | "text" | "hidden">) => string {
  const { t } = useLingui();
  return ({ value, text, hidden }) => {
    if (hidden) return t`not shown`;
    if (text) return text;
    if (value === null || value === undefined || value === "") return t`blank`;
    if (typeof value === "boolean") return value ? t`Yes` : t`No`;
    return isDecimalText(value) || typeof value === "number" ? showDecimal(String(value)) : String(value);
  };
}
