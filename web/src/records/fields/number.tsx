import { Input } from "antd";
import { BadgeDollarSign, Calculator, Percent, Timer } from "lucide-react";
import { useEffect, useState } from "react";
import { currencySign, readDecimal, showDecimal, showMoney } from "../../kit/decimal";
import type { Field, Values } from "../definitions";
import { useKnown } from "../context";
import { type CellProps, type EditorProps, type FieldKind, inputOf } from "./kind";
import { numberOperators } from "./operators";

/** The currency code of a money value: from its own field, its record's, or the company's. */
export function currencyOf(field: Field, row: Values, company: string): string {
  if (!field.currency) return company;
  const labels = row._labels as Record<string, string> | undefined;
  const label = row[`${field.currency}._label`] ?? labels?.[field.currency] ?? row[`${field.currency}.code`];
  return typeof label === "string" && label ? label : company;
}

function NumberCell({ value, field }: CellProps) {
  if (value === null || value === undefined) return null;
  return <span className="q-number">{showDecimal(value as string, numberPlaces(field))}</span>;
}

const numberPlaces = (field: Field): number | undefined => (field.decimals !== undefined && field.decimals !== null && field.decimals <= 2 ? field.decimals : undefined);

function MoneyCell({ value, field, row }: CellProps) {
  const { currency } = useKnown();
  if (value === null || value === undefined) return null;
  const code = currencyOf(field, row, currency);
  return (
    <span className={`q-number${String(value).startsWith("-") ? " q-negative" : ""}`}>
      <span className="q-currency">{currencySign(code)}</span>
      {showMoney(value as string, field.decimals ?? 2)}
    </span>
  );
}

function PercentCell({ value }: CellProps) {
  if (value === null || value === undefined) return null;
  return <span className="q-number">{showDecimal(value as string)} %</span>;
}

/** Keeps what the person types until the focus leaves; only whole decimals reach the form. */
function DecimalEditor(props: EditorProps) {
  const { value, onChange, field, row, ...rest } = props;
  const { currency } = useKnown();
  const shown = value === null || value === undefined ? "" : String(value);
  const [typed, setTyped] = useState(shown);
  useEffect(() => setTyped((now) => (readDecimal(now) === readDecimal(shown) && now !== "" ? now : shown)), [shown]);

  function change(text: string): void {
    setTyped(text);
    if (text.trim() === "") onChange(null);
    else onChange(readDecimal(text) ?? text);
  }

  const sign = field.type === "money" ? currencySign(currencyOf(field, row ?? {}, currency)) : undefined;
  return (
    <Input
      {...inputOf(props)}
      className="q-number-input"
      value={typed}
      onChange={(event) => change(event.target.value)}
      onBlur={() => setTyped(shown)}
      inputMode="decimal"
      autoComplete="off"
      prefix={rest.compact ? undefined : sign && <span className="q-currency">{sign}</span>}
      suffix={rest.compact || field.type !== "percent" ? undefined : "%"}
    />
  );
}

const base: FieldKind = {
  icon: Calculator,
  Cell: NumberCell,
  Editor: DecimalEditor,
  text: (value, field) => (value === null || value === undefined ? "" : showDecimal(value as string, numberPlaces(field))),
  read: (text) => readDecimal(text) ?? undefined,
  literal: (value) => readDecimal(value) ?? "blank",
  operators: numberOperators,
  width: 110,
  align: "right",
  sortable: true,
};

export const number: FieldKind = base;
export const money: FieldKind = {
  ...base,
  icon: BadgeDollarSign,
  Cell: MoneyCell,
  text: (value, field) => (value === null || value === undefined ? "" : showMoney(value as string, field.decimals ?? 2)),
  width: 140,
};
export const percent: FieldKind = {
  ...base,
  icon: Percent,
  Cell: PercentCell,
  text: (value) => (value === null || value === undefined ? "" : `${showDecimal(value as string)} %`),
};

const DURATION = /^(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/;

/** `P2DT3H` → “2 d 3 h”. */
export function showDuration(value: string): string {
  const match = DURATION.exec(value);
  if (!match) return value;
  const [, sign, days, hours, minutes, seconds] = match;
  const parts = [days && `${days} d`, hours && `${hours} h`, minutes && `${minutes} min`, seconds && Number(seconds) > 0 && `${seconds} s`];
  return (sign ?? "") + (parts.filter(Boolean).join(" ") || "0");
}

function DurationEditor(props: EditorProps) {
  const { value, onChange, ...rest } = props;
  const shown = value ? showDuration(String(value)) : "";
  const [typed, setTyped] = useState(shown);
  useEffect(() => setTyped(shown), [shown]);
  return (
    <Input
      {...inputOf(props)}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={() => onChange(typed.trim() ? (readDuration(typed) ?? typed) : null)}
      placeholder={rest.placeholder ?? "2 d 3 h"}
    />
  );
}

/** “2 d 3 h 15 min”, “2天3小时” or “36:30” → ISO 8601. */
export function readDuration(text: string): string | null {
  const plain = text.normalize("NFKC").trim().toLowerCase();
  const clock = /^(\d+):(\d{2})$/.exec(plain);
  if (clock) return `PT${clock[1]}H${clock[2]}M`;
  const match = /^(?:(\d+)\s*(?:d|days?|天))?\s*(?:(\d+)\s*(?:h|hours?|小时|时))?\s*(?:(\d+)\s*(?:m|min|minutes?|分钟?|分))?$/.exec(plain);
  if (!match || !plain) return null;
  const [, days, hours, minutes] = match;
  const time = (hours ? `${hours}H` : "") + (minutes ? `${minutes}M` : "");
  return `P${days ? `${days}D` : ""}${time ? `T${time}` : ""}`;
}

export const duration: FieldKind = {
  ...base,
  icon: Timer,
  Cell: ({ value }) => (value ? <span className="q-number">{showDuration(String(value))}</span> : null),
  Editor: DurationEditor,
  text: (value) => (value ? showDuration(String(value)) : ""),
  read: (text) => readDuration(text) ?? undefined,
  operators: base.operators.filter((operator) => operator.takes === "none"),
};
