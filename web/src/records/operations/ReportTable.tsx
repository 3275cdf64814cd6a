/** Rows that an operation answered: named columns, totals of the amounts, and a CSV of what is shown. */
import { Plural, useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { Download } from "lucide-react";
import { isDecimalText, showDecimal, sumDecimals } from "../../kit/decimal";
import { ScrollX } from "../../kit/ScrollX";
import { showDate } from "../../kit/time";
import { EmptyState } from "../../kit/states";
import { useDefs } from "../context";
import { kindOf } from "../fields/registry";
import type { Definitions, Field, OperationInfo, Values } from "../definitions";

export function rowsOf(result: unknown): Values[] | null {
  const rows = Array.isArray(result) ? result : (result as { rows?: unknown } | null)?.rows;
  return Array.isArray(rows) ? (rows as Values[]) : null;
}

interface ReportColumn {
  name: string;
  label: string;
  isAmount: boolean;
  field?: Field;
}

export function ReportTable({ operation, rows }: { operation: OperationInfo; rows: Values[] }) {
  const { t } = useLingui();
  const definitions = useDefs();
  if (rows.length === 0) return <EmptyState title={t`No rows`}>{t`There is nothing to report for these inputs.`}</EmptyState>;
  const columns = columnsOf(definitions, operation, rows);
  return (
    <section className="q-report">
      <div className="q-report-bar">
        <span className="q-muted"><Plural value={rows.length} one="# row" other="# rows" /></span>
        <Button size="small" icon={<Download size={14} aria-hidden />} onClick={() => download(operation.name, columns, rows)}>
          CSV
        </Button>
      </div>
      <ScrollX label={operation.label}>
        <table className="q-table" aria-label={operation.label}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.name} scope="col" className={column.isAmount ? "q-right" : ""}>
                  {column.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={String(row.id ?? row.code ?? index)}>
                {columns.map((column) => (
                  <td key={column.name} className={column.isAmount ? `q-right q-number${/^0(\.0+)?$/.test(String(row[column.name])) ? " q-muted" : ""}` : ""}>
                    {shown(row[column.name], column)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              {columns.map((column, index) => (
                <td key={column.name} className={column.isAmount ? "q-right q-number" : ""}>
                  {column.isAmount ? showDecimal(sumDecimals(rows.map((row) => row[column.name] as string)), 2) : index === 0 ? t`Total` : ""}
                </td>
              ))}
            </tr>
          </tfoot>
        </table>
      </ScrollX>
    </section>
  );
}

function columnsOf(definitions: Definitions, operation: OperationInfo, rows: Values[]): ReportColumn[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => !name.startsWith("_") && name !== "id");
  const plain = names.filter((name) => !names.includes(`${name}_name`) || !rows.every((row) => typeof row[name] === "number"));
  return plain.map((name) => ({
    name,
    label: labelOf(definitions, operation, name),
    field: fieldNamed(definitions, operation, name),
    isAmount: rows.every((row) => row[name] === null || row[name] === undefined || isDecimalText(row[name])) && rows.some((row) => isDecimalText(row[name]) && String(row[name]).includes(".")),
  }));
}

function fieldNamed(definitions: Definitions, operation: OperationInfo, name: string): Field | undefined {
  const app = operation.name.split(".")[0];
  const objects = Object.values(definitions.objects).filter((object) => object.app === app);
  return objects.flatMap((object) => object.fields).find((field) => field.name === name);
}

/** A column is called as the field of that name in the app is; else its name in plain words. */
function labelOf(definitions: Definitions, operation: OperationInfo, name: string): string {
  const app = operation.name.split(".")[0];
  const own = fieldNamed(definitions, operation, name);
  if (own) return own.label;
  const [head = "", tail] = name.split("_");
  const object = definitions.objects[`${app}.${head}`];
  const inner = object?.fields.find((field) => field.name === (tail ?? object.title));
  if (object && inner) return tail ? `${object.label} · ${inner.label}` : object.label;
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function shown(value: unknown, column: ReportColumn): string {
  if (value === null || value === undefined) return "";
  if (column.isAmount) return showDecimal(value as string, 2);
  if (column.field?.choices?.length) return kindOf(column.field).text(value, column.field, {});
  if (typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value)) return showDate(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Cells that a spreadsheet would take for a formula are quoted. */
function download(name: string, columns: ReportColumn[], rows: Values[]): void {
  const cell = (value: unknown) => {
    const text = value === null || value === undefined ? "" : String(value);
    const safe = /^[=+@\t]|^-(?![\d.]+$)/.test(text) ? `'${text}` : text;
    return `"${safe.replaceAll('"', '""')}"`;
  };
  const lines = [columns.map((column) => cell(column.label)), ...rows.map((row) => columns.map((column) => cell(row[column.name])))];
  const blob = new Blob(["\ufeff", lines.map((line) => line.join(",")).join("\r\n")], { type: "text/csv;charset=utf-8" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${name}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
