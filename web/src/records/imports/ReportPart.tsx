import { useLingui } from "@lingui/react/macro";
import { CircleCheck, Download, Plus, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { Button } from "antd";
import { showDecimal } from "../../kit/decimal";
import { useDefs } from "../context";
import type { Report, Target } from "./shapes";

const SHOWN = 200;

/** Every wrong cell of every row, at once. */
export function ReportPart({ id, report, target }: { id: number; report: Report; target: Target }) {
  const { t } = useLingui();
  const [most, setMost] = useState(SHOWN);
  if (report.bad === 0)
    return (
      <>
        <p className="q-import-good" role="status">
          <CircleCheck size={16} aria-hidden /> {t`All ${showDecimal(report.total)} rows are good.`}
        </p>
        <Made report={report} />
      </>
    );
  return (
    <section className="q-form-group">
      <h2 className="q-import-bad" role="status">
        <TriangleAlert size={16} aria-hidden /> {t`${showDecimal(report.bad)} of ${showDecimal(report.total)} rows can't be taken`}
      </h2>
      <Made report={report} />
      <ul className="q-import-kinds" aria-label={t`Kinds of problems`}>
        {(report.kinds ?? []).map((kind) => (
          <li key={`${kind.code} ${kind.field} ${kind.column}`}>
            <b className="q-number">{showDecimal(kind.count)} ×</b> {[kind.column || labelOf(target, kind.field ?? ""), kind.text].filter(Boolean).join(": ")}
          </li>
        ))}
      </ul>
      <p>
        <a href={`/api/imports/${id}/report`} download>
          <Download size={14} aria-hidden /> {t`Download these rows to mend them, then import that file`}
        </a>
      </p>
      <div className="q-import-problems">
        <table className="q-table" aria-label={t`Wrong rows`}>
          <thead>
            <tr>
              <th scope="col" className="q-right">{t`Row`}</th>
              <th scope="col">{t`Column`}</th>
              <th scope="col">{t`Value`}</th>
              <th scope="col">{t`What is wrong`}</th>
            </tr>
          </thead>
          <tbody>
            {report.problems.slice(0, most).map((problem, index) => (
              <tr key={`${problem.row}-${index}`}>
                <td className="q-right q-number">{problem.row}</td>
                <td>{problem.column || labelOf(target, problem.field ?? "")}</td>
                <td>
                  <code>{problem.value}</code>
                </td>
                <td>{problem.text}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {report.problems.length > most && (
          <Button type="link" onClick={() => setMost(most + 1000)}>
            {t`Show more (${showDecimal(report.problems.length - most)})`}
          </Button>
        )}
      </div>
    </section>
  );
}

/** What is made because rows name it. */
function Made({ report }: { report: Report }) {
  const { t } = useLingui();
  const { objects } = useDefs();
  return Object.entries(report.made ?? {}).map(([name, count]) => (
    <p key={name} className="q-import-made">
      <Plus size={16} aria-hidden /> {t`${objects[name]?.plural ?? name}: ${showDecimal(count)} new, named by rows and not there yet`}
    </p>
  ));
}

/** The report names fields as paths: `received_on`, `lines.quantity`. */
function labelOf(target: Target, path: string): string {
  const [first = "", inner] = path.replace(/\[\d+\]/g, "").split(".");
  const lines = target.lines.find(({ field }) => field.name === first);
  const field = lines ? lines.fields.find((each) => each.name === inner) : target.fields.find((each) => each.name === first);
  return [lines?.field.label, field?.label].filter(Boolean).join(" · ") || path;
}
