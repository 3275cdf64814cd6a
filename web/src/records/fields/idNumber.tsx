import { useLingui } from "@lingui/react/macro";
import { Input } from "antd";
import { IdCard } from "lucide-react";
import { showDate } from "../../kit/time";
import { type CellProps, type EditorProps, type FieldKind, inputOf } from "./kind";
import { quote, textOperators } from "./operators";

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** GB 11643: the last of 18 signs is the check digit of ISO 7064 MOD 11-2. */
export function readIdNumber(text: string): string | undefined {
  const plain = text.normalize("NFKC").replace(/[\s-]/g, "").toUpperCase();
  if (!/^\d{17}[\dX]$/.test(plain) || !bornOn(plain)) return undefined;
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(plain[at]), 0);
  return "10X98765432"[sum % 11] === plain[17] ? plain : undefined;
}

export function bornOn(number: string): string | undefined {
  const [year, month, day] = [number.slice(6, 10), number.slice(10, 12), number.slice(12, 14)];
  const at = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(`${year}-${month}-${day}`) ? `${year}-${month}-${day}` : undefined;
}

export const isFemale = (number: string): boolean => Number(number[16]) % 2 === 0;

/** Lists are read over shoulders: the birth date and the last figures stay away. */
export const masked = (number: string): string => (number.length === 18 ? `${number.slice(0, 6)}••••••••${number.slice(14, 16)}••` : number);

function IdCell({ value, dense }: CellProps) {
  if (!value) return null;
  return <span className="q-number">{dense ? masked(String(value)) : String(value)}</span>;
}

function IdEditor(props: EditorProps) {
  const { value, onChange, field, ...rest } = props;
  const { t } = useLingui();
  const typed = String(value ?? "");
  const good = readIdNumber(typed);
  const isWrong = typed.replace(/\s/g, "").length >= 18 && !good;
  const helpId = `${rest.id ?? field.name}-said`;
  return (
    <>
      <Input
        {...inputOf(props)}
        value={typed}
        onChange={(event) => onChange(readIdNumber(event.target.value) ?? event.target.value)}
        maxLength={24}
        autoComplete="off"
        spellCheck={false}
        status={rest.invalid || isWrong ? "error" : undefined}
        aria-invalid={rest.invalid || isWrong || undefined}
        aria-describedby={[rest.describedBy, helpId].filter(Boolean).join(" ")}
      />
      <span id={helpId} className={isWrong ? "q-field-error" : "q-field-help"} aria-live="polite">
        {good && !rest.compact && (isFemale(good) ? t`Female, born ${showDate(bornOn(good)!)}` : t`Male, born ${showDate(bornOn(good)!)}`)}
        {isWrong && t`The check digit does not fit: look for a mistyped figure.`}
      </span>
    </>
  );
}

export const idNumber: FieldKind = {
  icon: IdCard,
  Cell: IdCell,
  Editor: IdEditor,
  text: (value) => String(value ?? ""),
  read: (text) => (text.trim() ? readIdNumber(text) : null),
  literal: quote,
  operators: textOperators,
  width: 180,
};
