/** What the analysis found, each a press away from its row. */
import { Plural, useLingui } from "@lingui/react/macro";
import { CircleAlert, CircleCheck, TriangleAlert } from "lucide-react";
import { useProblemWords } from "../../kit/states";
import { type Analysis, concerned, useFindings } from "./analysis";
import { useTests } from "./cases/tests";
import { shownValue } from "./cases/values";
import { say, type Words } from "../words";
import { columnsOf, isSheet, partsOf } from "./model";
import { rowPlace, usePlaceWords } from "./places";
import type { RowFinding } from "./server";
import { useRule, type Wanted } from "./state";

const FEW = 6;
const MANY = 12;

export function FindingsOfRule() {
  const { t } = useLingui();
  const analysis = useFindings();
  const problemWords = useProblemWords();
  const wrong = useWrong(analysis);
  const { tests, failing } = useTests();
  if (analysis.error) return <p className="q-finding q-finding-error">{problemWords(analysis.error)}</p>;
  if (wrong.length === 0 && analysis.findings.length === 0 && failing === 0)
    return (
      <p className="q-rule-sound q-muted" role="status">
        {!analysis.isOpen && (
          <>
            <CircleCheck size={14} aria-hidden /> {t`Nothing to mend.`} <Checks />
          </>
        )}
      </p>
    );
  return (
    <section className="q-rule-findings" aria-label={t`Findings`} role="status">
      {wrong.slice(0, FEW).map((each) => (
        <WrongPlace key={each.called + each.text} {...each} />
      ))}
      {wrong.length > FEW && (
        <p className="q-muted">
          <Plural value={wrong.length - FEW} one="# more place is wrong" other="# more places are wrong" />
        </p>
      )}
      {failing > 0 && <WrongPlace called={t`Tests`} text={t`${failing} of ${tests.length} fail: the rule can't be published so.`} to={{ place: "tests" }} />}
      {analysis.findings.slice(0, MANY).map((finding) => (
        <Finding key={finding.kind + finding.rows.join() + finding.message} finding={finding} />
      ))}
      {analysis.findings.length > MANY && (
        <p className="q-muted">
          <Plural value={analysis.findings.length - MANY} one="# more finding" other="# more findings" />
        </p>
      )}
    </section>
  );
}

/** What the rule says of all its answers. */
function Checks() {
  const { t } = useLingui();
  const { body } = useRule();
  const said = partsOf(body.checks).map(([name, check]) => say(check.say as Words, name));
  return said.length > 0 && <span>{t`Tried on many cases: ${said.join(" ")}`}</span>;
}

interface Wrong {
  called: string;
  text: string;
  to: Wanted;
}

/** All that is wrong, cell by cell and place by place, each with the way to it. */
function useWrong({ cells, others }: Analysis): Wrong[] {
  const { t } = useLingui();
  const placeWords = usePlaceWords();
  const listed = (of: "rows" | "bands", words: (row: number) => string): Wrong[] =>
    [...cells[of]].flatMap(([row, problems]) => [...problems].map(([column, text]) => ({ called: words(row + 1), text, to: { of, row, column } })));
  return [
    ...listed("rows", (row) => t`Row ${row}`),
    ...listed("bands", (row) => t`Band ${row}`),
    ...others.map(({ place, message, example }) => ({ called: placeWords(place), text: message, to: isCase(example) ? { given: example } : { place } })),
  ];
}

const isCase = (example: Record<string, unknown> = {}): boolean => Object.keys(example).length > 0;

function WrongPlace({ called, text, to }: Wrong) {
  const { t } = useLingui();
  const { want } = useRule();
  return (
    <button type="button" className="q-finding q-finding-error" onClick={() => want(to)}>
      <span>
        <CircleAlert size={14} aria-hidden /> <strong>{called}</strong> {text}
      </span>
      {to.given && <small>{t`Try this case`}</small>}
    </button>
  );
}

function Finding({ finding }: { finding: RowFinding }) {
  const { t } = useLingui();
  const { body, want } = useRule();
  const placeWords = usePlaceWords();
  const label = (name: string) => columnsOf(body).find((column) => column.name === name)?.label ?? name;
  const isMild = ["never", "gap", "hole"].includes(finding.kind);
  const example = Object.entries(finding.example ?? {}).map(([name, value]) => `${label(name)} = ${shownValue(value, t`blank`)}`);
  const rows = concerned(finding);
  const last = rows.at(-1);
  return (
    <button type="button" className={isMild ? "q-finding" : "q-finding q-finding-error"} disabled={last === undefined} onClick={() => last !== undefined && want(isSheet(body) ? { row: Number(last) } : { place: rowPlace(last) })}>
      <span>
        <TriangleAlert size={14} aria-hidden /> {rows.length > 0 && <strong>{rows.map((row) => placeWords(rowPlace(row))).join(", ")}</strong>} {finding.message}
      </span>
      {example.length > 0 && <small>{t`For example: ${example.join(", ")}`}</small>}
    </button>
  );
}
