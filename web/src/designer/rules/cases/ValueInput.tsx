import { useLingui } from "@lingui/react/macro";
import { Input, Select } from "antd";
import type { Column } from "../model";
import { useNames } from "../names";
import { useRule } from "../state";
import { offersOf, typeOf } from "../table/columns";

interface ValueInputProps {
  id: string;
  column: Column;
  value: unknown;
  onChange: (value: unknown) => void;
}

/** A value of a column, as a case gives it: one of its choices, yes or no, or what is typed. Blank is null. */
export function ValueInput({ id, column, value, onChange }: ValueInputProps) {
  const { t } = useLingui();
  const { object } = useRule();
  const book = useNames(object);
  const choices = offersOf(column, book).map(({ text, label }) => ({ value: text.slice(1, -1), label }));
  if (choices.length > 0) return <Select id={id} size="small" allowClear placeholder={t`blank`} value={(value as string | null) ?? undefined} options={choices} onChange={(next: string | undefined) => onChange(next ?? null)} />;
  if (typeOf(column, book) === "boolean") return <Select id={id} size="small" allowClear placeholder={t`blank`} value={(value as boolean | null) ?? undefined} options={[{ value: true, label: t`Yes` }, { value: false, label: t`No` }]} onChange={(next: boolean | undefined) => onChange(next ?? null)} />;
  return <Input id={id} size="small" placeholder={t`blank`} value={value === null || value === undefined ? "" : String(value)} onChange={({ target }) => onChange(target.value === "" ? null : target.value)} />;
}
