import { useLingui } from "@lingui/react/macro";
import { isDecimalText, showDecimal } from "../../../kit/decimal";
import { say } from "../../words";
import type { Body } from "../../draft";
import type { Column } from "../model";

/** A value as it is read; choices by their labels where the column knows them. */
export function shownValue(value: unknown, blank: string, column?: Column): string {
  if (value === null || value === undefined || value === "") return blank;
  if (Array.isArray(value)) return value.map((each) => shownValue(each, blank, column)).join(", ");
  const choice = (column?.body.choices as Record<string, Body> | undefined)?.[String(value)];
  if (choice) return say(choice.label, String(value));
  return isDecimalText(value) || typeof value === "number" ? showDecimal(String(value)) : String(value);
}

/** What a rule answered, outcome by outcome. */
export function Outcome({ outcome, columns }: { outcome: unknown; columns: Column[] }) {
  const { t } = useLingui();
  if (outcome === null || typeof outcome !== "object") return <strong className="q-rule-outcome">{shownValue(outcome, t`no answer`)}</strong>;
  if (Array.isArray(outcome)) return outcome.length ? outcome.map((each, at) => <Outcome key={at} outcome={each} columns={columns} />) : <strong className="q-rule-outcome">{t`no answer`}</strong>;
  return (
    <dl className="q-rule-outcome">
      {Object.entries(outcome).map(([name, value]) => {
        const column = columns.find((each) => each.name === name && each.side === "output");
        return (
          <div key={name}>
            <dt>{column?.label ?? name}</dt>
            <dd>{shownValue(value, t`blank`, column)}</dd>
          </div>
        );
      })}
    </dl>
  );
}
