/** Below the formula: what is wrong, or its type and what it gives on a real record. */
import { Plural, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { CircleAlert, TriangleAlert } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { get } from "../../kit/api";
import { showDecimal } from "../../kit/decimal";
import { showDate, showMoment } from "../../kit/time";
import { fetchOptions } from "../../records/fields/options";
import { type Checked, useFilterOf, useValue } from "./checking";
import { useFormulaDraft } from "./draft";
import type { Expect } from "./props";
import { useTypeWords } from "./words";

interface OutcomeProps {
  id: string;
  object: string;
  formula: string;
  checked: Checked | undefined;
  expect?: Expect;
  /** A link's filter runs over many records for one of these, which `this.` leads to. */
  scope?: string;
}

export function Outcome({ id, object, formula, checked, expect, scope }: OutcomeProps) {
  const { t } = useLingui();
  const typeWords = useTypeWords();
  if (!formula.trim()) return <div id={id} className="q-formula-outcome" />;
  const isOfThis = checked?.formula === formula;
  if (checked?.error)
    return (
      <div id={id} className="q-formula-outcome q-formula-wrong" role="status" data-stale={!isOfThis}>
        <CircleAlert size={15} aria-hidden /> {checked.error.problem}
      </div>
    );
  return (
    <div id={id} className="q-formula-outcome" role="status" data-stale={!isOfThis}>
      {checked?.type && (
        <span className="q-formula-type" title={t`What the formula gives`}>
          {typeWords(checked.type)}
          {checked.live && <> · {t`computed when read`}</>}
        </span>
      )}
      {checked?.warnings?.map((warning) => (
        <span key={warning.position} className="q-formula-warning">
          <TriangleAlert size={14} aria-hidden /> {warning.detail}
        </span>
      ))}
      {!scope && checked?.ok && <LiveValue object={object} checked={checked} />}
      {!scope && checked?.ok && expect === "boolean" && <Fitting object={object} formula={checked.formula} />}
      {scope && checked?.ok && <Offered object={object} scope={scope} formula={checked.formula} />}
    </div>
  );
}

const chosen = new Map<string, Picked>();

interface Picked {
  id: number;
  label: string;
}

/** The record that the person tries on; the newest at first. */
function useTriedRecord(object: string) {
  const [typed, setTyped] = useState("");
  const [picked, setPicked] = useState(chosen.get(object));
  const asked = useDeferredValue(typed);
  const { data, isError } = useQuery({
    queryKey: ["options", object, asked, null],
    queryFn: ({ signal }) => fetchOptions(object, asked, null, signal),
    staleTime: 20_000,
    retry: false,
  });
  const record = isError ? undefined : (picked ?? data?.[0]);
  const all = record && !data?.some((option) => option.id === record.id) ? [record, ...(data ?? [])] : (data ?? []);
  function pick(id: number): void {
    const next = all.find((option) => option.id === id);
    if (next) chosen.set(object, next);
    setPicked(next);
  }
  return { record, all, pick, search: setTyped };
}

function RecordPicker({ record, all, pick, search }: ReturnType<typeof useTriedRecord>) {
  const { t } = useLingui();
  return (
    <>
      <span className="q-muted">{t`on`}</span>
      <Select
        size="small"
        variant="filled"
        value={record?.id}
        onChange={pick}
        options={all.map((option) => ({ value: option.id, label: option.label }))}
        showSearch={{ filterOption: false, onSearch: search }}
        popupMatchSelectWidth={260}
        aria-label={t`Record to try it on`}
      />
    </>
  );
}

function LiveValue({ object, checked }: { object: string; checked: Checked }) {
  const { t } = useLingui();
  const tried = useTriedRecord(object);
  const isPath = /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(checked.formula.trim());
  const formula = checked.type === "link" && isPath ? `${checked.formula.trim()}._label` : checked.formula;
  const { data, isError: isBeyond } = useValue(object, formula, tried.record?.id, checked.ok && checked.type !== "months");
  if (!tried.record || checked.type === "months") return null;
  return (
    <span className="q-formula-live">
      <output>
        = <strong>{isBeyond ? t`known after publishing` : data ? <Value value={data.value} type={checked.type ?? ""} /> : "…"}</strong>
      </output>
      <RecordPicker {...tried} />
    </span>
  );
}

/** Of a link's filter: how many records it offers to the record that holds the link. */
function Offered({ object, scope, formula }: { object: string; scope: string; formula: string }) {
  const tried = useTriedRecord(scope);
  const { data: written } = useFilterOf(scope, formula, tried.record?.id);
  if (!tried.record) return null;
  return (
    <span className="q-formula-live">
      {written === undefined ? "…" : <Fitting object={object} formula={written} />}
      <RecordPicker {...tried} />
    </span>
  );
}

function Value({ value, type }: { value: unknown; type: string }) {
  const { t } = useLingui();
  if (value === null || value === undefined || value === "") return <em>{t`blank`}</em>;
  if (typeof value === "boolean") return value ? t`Yes` : t`No`;
  const text = String(value);
  if (type === "number" || type === "money") return showDecimal(text);
  if (type === "date") return showDate(text);
  return type === "moment" ? showMoment(text) : text;
}

interface Counted {
  count: { value: number; exact: boolean };
}

/** Of a condition: how many records it holds for. */
function Fitting({ object, formula }: { object: string; formula: string }) {
  const draft = useFormulaDraft();
  const { data } = useQuery({
    queryKey: ["list", object, "fitting", formula, draft],
    queryFn: async ({ signal }) => (await get<Counted>(`/api/records/${object}`, { where: formula, limit: 1, fields: "id", count: true }, signal, draft)).count,
    staleTime: 20_000,
    retry: false,
  });
  if (!data) return null;
  return (
    <span className="q-muted">
      {data.exact ? <Plural value={data.value} one="fits # record" other="fits # records" /> : <Plural value={data.value} one="fits more than # record" other="fits more than # records" />}
    </span>
  );
}
