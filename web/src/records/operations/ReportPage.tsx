/** A report: inputs in the address, rows of declared columns, a way to what is behind each, print and files. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useLingui } from "@lingui/react/macro";
import { Alert, Button, Segmented } from "antd";
import { Download, Printer } from "lucide-react";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { FieldGrid } from "../../forms/FieldGrid";
import { startOfInputs, useSelf } from "../../forms/draft";
import { problemsByPath } from "../../forms/problems";
import { post, Problem } from "../../kit/api";
import { download } from "../../kit/download";
import { useNotices } from "../../kit/notices";
import { PageTitle } from "../../kit/PageTitle";
import { Bones, EmptyState, Failed, useLate } from "../../kit/states";
import { showDate, todayText } from "../../kit/time";
import { useKnown } from "../context";
import type { OperationInfo, Values } from "../definitions";
import { kindOf } from "../fields/registry";
import { bodyOf } from "./inputs";
import { type Performed } from "./perform";
import { givenTo, isOfWhole, readInputs, type Report, type Span, spanInputs, spansAround, writeInputs } from "./reports";
import { OfferButton } from "./OfferButton";
import { ReportRows } from "./ReportRows";
import { useLabels } from "./useLabels";
import "./reports.css";

export function ReportPage({ operation }: { operation: OperationInfo }) {
  const { t } = useLingui();
  const me = useSelf();
  const notices = useNotices();
  const [address, setAddress] = useSearchParams();
  const [start] = useState(() => startOfInputs(operation.inputs, me));
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const values = readInputs(operation.inputs, address, start.values);
  const labels = useLabels(operation.inputs, values, { ...start.labels, ...chosen });
  const isReady = operation.inputs.every((input) => !input.required || ![undefined, null, ""].includes(values[input.name] as string));
  const asked = useReport(operation, values, isReady);
  const report = asked.data;

  function change(given: Values): void {
    setAddress(writeInputs({ ...values, ...given }, start.values), { replace: true });
  }

  function set(name: string, value: unknown, label?: string): void {
    if (label !== undefined) setChosen((now) => ({ ...now, [name]: label }));
    change({ [name]: value });
  }

  async function keep(format: string): Promise<void> {
    try {
      await download("POST", `/api/reports/${operation.name}?format=${format}`, bodyOf(operation.inputs, values), `${operation.label}.${format}`);
    } catch (error) {
      notices.problem(error);
    }
  }

  const acts = (
    <>
      <Button icon={<Printer size={15} aria-hidden />} disabled={!report} onClick={() => window.print()}>
        {t`Print report`}
      </Button>
      {FILES.map(({ format, words }) => (
        <Button key={format} icon={<Download size={15} aria-hidden />} disabled={!report} onClick={() => void keep(format)}>
          {words}
        </Button>
      ))}
      {report && report.rows.length > 0 && (operation.offers ?? []).filter((offer) => isOfWhole(operation, offer)).map((offer) => (
        <OfferButton key={offer.operation} operation={offer.operation} given={givenTo(offer, values)} labels={labels} isPrimary />
      ))}
    </>
  );
  return (
    <div className="q-report-page">
      <PageTitle title={operation.label} actions={acts} />
      <PrintedHead operation={operation} values={values} labels={labels} />
      {operation.help && <p className="q-muted q-report-help">{operation.help}</p>}
      <section className="q-report-asked" aria-label={t`What to report`}>
        <FieldGrid fields={operation.inputs} values={values} labels={labels} problems={problemsByPath(asked.error)} onChange={set} isNew focusOn="" />
        <Spans operation={operation} values={values} onChange={change} />
      </section>
      {report?.notice && <Alert className="q-report-notice" type={ALERTS[report.notice.tone]} showIcon title={report.notice.text} />}
      {asked.error ? <Failed error={asked.error} retry={asked.error instanceof Problem && asked.error.status < 500 ? undefined : () => void asked.refetch()} /> : null}
      {!isReady && <EmptyState title={t`Choose what to report`}>{t`The report shows as soon as what it needs is chosen.`}</EmptyState>}
      {isReady && !report && asked.isPending && <Waiting />}
      {report && report.rows.length === 0 && <EmptyState title={t`No rows`}>{t`There is nothing to report for these inputs.`}</EmptyState>}
      {report && report.rows.length > 0 && <ReportRows operation={operation} report={report} isStale={asked.isPlaceholderData} />}
    </div>
  );
}

const FILES = [
  { format: "xlsx", words: "Excel" },
  { format: "csv", words: "CSV" },
];
const ALERTS = { good: "success", warning: "warning", bad: "error", info: "info" } as const;

function useReport(operation: OperationInfo, values: Values, isReady: boolean) {
  const body = bodyOf(operation.inputs, values);
  return useQuery({
    queryKey: ["report", operation.name, body],
    queryFn: async () => (await post<Performed>(`/api/operations/${operation.name}`, body)).result as Report,
    enabled: isReady,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

function Waiting() {
  return useLate() ? <Bones lines={10} /> : null;
}

/** One press for the periods that people ask for. */
function Spans({ operation, values, onChange }: { operation: OperationInfo; values: Values; onChange: (given: Values) => void }) {
  const { t } = useLingui();
  const spans = spansAround(todayText()).flatMap((span) => {
    const given = spanInputs(operation, span);
    return given ? [{ span, given }] : [];
  });
  if (spans.length === 0) return null;
  const words: Record<Span["name"], string> = {
    this_month: t`This month`,
    last_month: t`Last month`,
    this_quarter: t`This quarter`,
    this_year: t`This year`,
    last_year: t`Last year`,
  };
  const now = spans.find(({ given }) => Object.entries(given).every(([name, value]) => values[name] === value));
  return (
    <Segmented
      className="q-report-spans"
      aria-label={t`Period`}
      value={now?.span.name ?? ""}
      options={spans.map(({ span }) => ({ value: span.name, label: words[span.name] }))}
      onChange={(name) => onChange(spans.find(({ span }) => span.name === name)?.given ?? {})}
    />
  );
}

/** What stands above the table on paper, where the inputs aren't. */
function PrintedHead({ operation, values, labels }: { operation: OperationInfo; values: Values; labels: Record<string, string> }) {
  const { company } = useKnown();
  const told = operation.inputs.flatMap((input) => {
    const value = values[input.name];
    if (value === undefined || value === null || value === "") return [];
    const text = input.type === "date" ? showDate(String(value)) : labels[input.name] || kindOf(input).text(value, input, { _labels: labels });
    return [`${input.label} ${text}`];
  });
  return (
    <div className="q-report-printed">
      <strong>{String(company?.legal_name ?? company?.name ?? "")}</strong>
      <span>{told.join(" · ")}</span>
    </div>
  );
}
