/** What the analysis found, each a press away from its row. */
import { Plural, useLingui } from "@lingui/react/macro";
import { CircleAlert, CircleCheck, TriangleAlert } from "lucide-react";
import { useProblemWords } from "../../kit/states";
import { type Analysis, concerned } from "./analysis";
import { shownValue } from "./cases/values";
import { columnsOf } from "./model";
import type { RowFinding } from "./server";
import { useRule } from "./state";

const FEW = 6;

export function FindingsOfRule({ analysis }: { analysis: Analysis }) {
  const { t } = useLingui();
  const { want } = useRule();
  const problemWords = useProblemWords();
  const cells = [...analysis.cells.rows].flatMap(([row, problems]) => [...problems].map(([column, text]) => ({ row, column, text })));
  const isSound = cells.length === 0 && analysis.others.length === 0 && analysis.findings.length === 0 && analysis.cells.bands.size === 0;
  if (analysis.error) return <p className="q-finding q-finding-error">{problemWords(analysis.error)}</p>;
  if (isSound)
    return (
      <p className="q-rule-sound q-muted" role="status">
        {!analysis.isOpen && (
          <>
            <CircleCheck size={14} aria-hidden /> {t`Nothing to mend.`}
          </>
        )}
      </p>
    );
  return (
    <section className="q-rule-findings" aria-label={t`Findings`} role="status">
      {cells.slice(0, FEW).map(({ row, column, text }) => (
        <button key={`${row} ${column}`} type="button" className="q-finding q-finding-error" onClick={() => want({ row, column })}>
          <span>
            <CircleAlert size={14} aria-hidden /> <strong>{t`Row ${row + 1}`}</strong> {text}
          </span>
        </button>
      ))}
      {cells.length > FEW && (
        <p className="q-muted">
          <Plural value={cells.length - FEW} one="# more cell is wrong" other="# more cells are wrong" />
        </p>
      )}
      {analysis.others.map(({ place, message }) => (
        <p key={place + message} className="q-finding q-finding-error">
          <span>
            <CircleAlert size={14} aria-hidden /> <code>{place}</code> {message}
          </span>
        </p>
      ))}
      {analysis.findings.map((finding) => (
        <Finding key={finding.kind + finding.rows.join() + finding.message} finding={finding} />
      ))}
    </section>
  );
}

function Finding({ finding }: { finding: RowFinding }) {
  const { t } = useLingui();
  const { body, want } = useRule();
  const label = (name: string) => columnsOf(body).find((column) => column.name === name)?.label ?? name;
  const isMild = ["never", "gap", "hole"].includes(finding.kind);
  const example = Object.entries(finding.example ?? {}).map(([name, value]) => `${label(name)} = ${shownValue(value, t`blank`)}`);
  const rows = concerned(finding);
  const last = rows.at(-1);
  return (
    <button type="button" className={isMild ? "q-finding" : "q-finding q-finding-error"} disabled={last === undefined} onClick={() => last !== undefined && want({ row: last })}>
      <span>
        <TriangleAlert size={14} aria-hidden /> {rows.length > 0 && <strong>{rows.length === 1 ? t`Row ${rows[0]! + 1}` : t`Rows ${rows.map((row) => row + 1).join(", ")}`}</strong>} {finding.message}
      </span>
      {example.length > 0 && <small>{t`For example: ${example.join(", ")}`}</small>}
    </button>
  );
}
