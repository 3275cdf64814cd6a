/** Fields that are worked out: shown as what they come to. */
import { Languages } from "lucide-react";
import { isDecimalText } from "../../kit/decimal";
import { useKnown } from "../context";
import { inCapitals } from "./capitals";
import type { CellProps, FieldKind } from "./kind";
import { currencyOf } from "./number";
import { text } from "./text";

/** The server writes the words; an amount that is still being typed is written here. */
function CapitalsCell({ value, field, row }: CellProps) {
  const { currency } = useKnown();
  if (value === null || value === undefined) return null;
  return <span className="q-capitals">{wordsOf(String(value), currencyOf(field, row, currency))}</span>;
}

const wordsOf = (value: string, currency = "CNY"): string => (isDecimalText(value) ? inCapitals(value, currency) : undefined) ?? value;

export const capitals: FieldKind = {
  ...text,
  icon: Languages,
  Cell: CapitalsCell,
  Editor: undefined,
  text: (value) => (value === null || value === undefined ? "" : wordsOf(String(value))),
  width: 240,
};
