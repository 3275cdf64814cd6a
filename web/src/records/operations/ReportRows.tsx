/** The rows of a report, each cell by its column's type. */
import { useLingui } from "@lingui/react/macro";
import { Link } from "react-router";
import { showMoney } from "../../kit/decimal";
import { ScrollX } from "../../kit/ScrollX";
import { useDefs } from "../context";
import { type Field, recordPath, type Values } from "../definitions";
import { kindOf } from "../fields/registry";
import { type DocumentLink, type Drill, drillPath, isAmount, isZero, kindOfRow, type Report } from "./reports";

interface ReportRowsProps {
  label: string;
  columns: Field[];
  report: Report;
  /** The rows of the inputs before, while the new ones are on their way. */
  isStale: boolean;
}

export function ReportRows({ label, columns, report, isStale }: ReportRowsProps) {
  const { t } = useLingui();
  const { rows, totals } = report;
  return (
    <section className="q-report" aria-busy={isStale}>
      <ScrollX label={label}>
        <table className="q-table q-report-table" aria-label={label}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.name} scope="col" className={isAmount(column) ? "q-right" : ""}>
                  {column.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => (
              <tr key={String(row.line ?? row.id ?? at)} className={`q-report-${kindOfRow(row)}`}>
                {columns.map((column, place) => (
                  <td key={column.name} className={isAmount(column) ? "q-right" : `q-report-level-${place === 0 ? (row._level ?? "") : ""}`}>
                    {place === 0 && row._drill ? (
                      <Link to={drillPath(row._drill as Drill)}>
                        <ReportCell column={column} row={row} />
                      </Link>
                    ) : (
                      <ReportCell column={column} row={row} />
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
          {totals && (
            <tfoot>
              <tr>
                {columns.map((column, place) => (
                  <td key={column.name} className={isAmount(column) ? "q-right q-number" : ""}>
                    {totals[column.name] !== undefined ? showMoney(totals[column.name]!) : place === 0 ? t`Total` : ""}
                  </td>
                ))}
              </tr>
            </tfoot>
          )}
        </table>
      </ScrollX>
    </section>
  );
}

function ReportCell({ column, row }: { column: Field; row: Values }) {
  const value = row[column.name];
  if (value === null || value === undefined) return null;
  if (column.type === "money") return <span className={`q-number${isZero(value) ? " q-muted" : String(value).startsWith("-") ? " q-negative" : ""}`}>{showMoney(value as string)}</span>;
  if (column.type === "json") return <Document document={value as DocumentLink} />;
  const { Cell } = kindOf(column);
  return <Cell value={value} field={column} row={row} />;
}

function Document({ document: { object, id, label } }: { document: DocumentLink }) {
  const definitions = useDefs();
  return object && id && definitions.objects[object] ? <Link to={recordPath(object, id)}>{label}</Link> : <>{label}</>;
}
