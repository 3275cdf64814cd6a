/** The rows of a report, each cell by its column's type. */
import { useLingui } from "@lingui/react/macro";
import { Link } from "react-router";
import { showMoney } from "../../kit/decimal";
import { inSentence } from "../../kit/i18n";
import { ScrollX } from "../../kit/ScrollX";
import { useDefs } from "../context";
import { type Field, type OperationInfo, recordPath, type ReportOffer, type Values } from "../definitions";
import { kindOf } from "../fields/registry";
import { OfferButton } from "./OfferButton";
import { type DocumentLink, type Drill, drillPath, givenTo, groupRows, isAmount, isOfRows, isZero, kindOfRow, type Report } from "./reports";

interface ReportRowsProps {
  operation: OperationInfo;
  report: Report;
  /** The rows of the inputs before, while the new ones are on their way. */
  isStale: boolean;
}

/** Where something is offered for rows that are one in a column, that column heads them. */
export function ReportRows({ operation, report, isStale }: ReportRowsProps) {
  const { t } = useLingui();
  const { rows, totals } = report;
  const { label } = operation;
  const offers = (operation.offers ?? []).filter((offer) => isOfRows(operation, offer));
  const by = (operation.columns ?? []).filter((column) => offers.some(({ takes }) => Object.values(takes).includes(column.name)));
  const columns = (operation.columns ?? []).filter((column) => !by.includes(column));
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
          {groupRows(rows, by.map((column) => column.name)).map((group, index) => (
            <tbody key={index}>
              {by.length > 0 && <GroupHead by={by} row={group[0]!} offers={offers} span={columns.length} />}
              {group.map((row, at) => (
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
          ))}
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

function GroupHead({ by, row, offers, span }: { by: Field[]; row: Values; offers: ReportOffer[]; span: number }) {
  const { t } = useLingui();
  const names = by.map((column) => kindOf(column).text(row[column.name], column, row));
  const isKnown = names.every((name) => name !== "");
  return (
    <tr className="q-report-group">
      <th scope="rowgroup" colSpan={span}>
        <div>
          {by.map((column) => (
            <span key={column.name}>{row[column.name] === null ? <span className="q-muted">{t`Without ${inSentence(column.label)}`}</span> : <ReportCell column={column} row={row} />}</span>
          ))}
          {isKnown && offers.map((offer) => (
            <OfferButton key={offer.operation} operation={offer.operation} given={givenTo(offer, row)} labels={row._labels as Record<string, string>} about={names.join(" · ")} />
          ))}
        </div>
      </th>
    </tr>
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
