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
import { type Checked, useValue } from "./checking";
import { useFormulaDraft } from "./draft";
import type { Expect } from "./props";
import { useTypeWords } from "./words";

interface OutcomeProps {
  id: string;
  object: string;
  formula: string;
  checked: Checked | undefined;
  expect?: Expect;
  /** A link's filter runs over many records for one: it has no value on a record. */
  hasRecord: boolean;
}

export function Outcome({ id, object, formula, checked, expect, hasRecord }: OutcomeProps) {
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
      {hasRecord && checked?.ok && <LiveValue object={object} checked={checked} />}
      {hasRecord && checked?.ok && expect === "boolean" && <Fitting object={object} formula={checked.formula} />}
    </div>
  );
}

const chosen = new Map<string, { id: number; label: string }>();

/** The value on a record that the person picks; the newest at first. */
function LiveValue({ object, checked }: { object: string; checked: Checked }) {
  const { t } = useLingui();
  const [typed, setTyped] = useState("");
  const [picked, setPicked] = useState(chosen.get(object));
  const asked = useDeferredValue(typed);
  const { data: options, isError } = useQuery({
    queryKey: ["options", object, asked, null],
    queryFn: ({ signal }) => fetchOptions(object, asked, null, signal),
    staleTime: 20_000,
    retry: false,
  });
  const record = picked ?? options?.[0];
  const isPath = /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(checked.formula.trim());
  const formula = checked.type === "link" && isPath ? `${checked.formula.trim()}._label` : checked.formula;
  const { data, isError: isBeyond } = useValue(object, formula, record?.id, checked.ok && checked.type !== "months");
  if (isError || !record || checked.type === "months") return null;
  const all = options?.some((option) => option.id === record.id) ? (options ?? []) : [record, ...(options ?? [])];
  return (
    <span className="q-formula-live">
      <output>
        = <strong>{isBeyond ? t`known after publishing` : data ? <Value value={data.value} type={checked.type ?? ""} /> : "…"}</strong>
      </output>
      <span className="q-muted">{t`on`}</span>
      <Select
        size="small"
        variant="filled"
        value={record.id}
        onChange={(id) => {
          const next = all.find((option) => option.id === id);
          if (next) chosen.set(object, next);
          setPicked(next);
        }}
        options={all.map((option) => ({ value: option.id, label: option.label }))}
        showSearch={{ filterOption: false, onSearch: setTyped }}
        popupMatchSelectWidth={260}
        aria-label={t`Record to try it on`}
      />
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
