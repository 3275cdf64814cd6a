import { AutoComplete, Input } from "antd";
import { useId } from "react";
import { useFindings } from "../analysis";
import type { Column } from "../model";
import { useNames } from "../names";
import { useRule } from "../state";
import { offersOf } from "../table/columns";
import { Wrong } from "./Wrong";

interface OutcomeInputProps {
  column: Column;
  /** For those who don't see what it stands beside. */
  label: string;
  value: string;
  /** In the definition, such as `rows.0.then.desk`. */
  place: string;
  onChange: (formula: string) => void;
}

/** What follows: a formula, with the choices of the column offered by their names; what is wrong with it below. */
export function OutcomeInput({ column, label, value, place, onChange }: OutcomeInputProps) {
  const id = useId();
  const book = useNames(useRule().object);
  const isWrong = useFindings().at(place).length > 0;
  const offers = offersOf(column, book).map(({ text, label: called }) => ({ value: text, label: called }));
  return (
    <div className="q-field">
      <label htmlFor={id}>{column.label}</label>
      <AutoComplete id={id} aria-label={label} status={isWrong ? "error" : ""} value={value} options={offers} onChange={onChange}>
        <Input />
      </AutoComplete>
      <Wrong at={place} />
    </div>
  );
}
