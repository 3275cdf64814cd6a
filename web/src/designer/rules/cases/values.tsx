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
  if (column && holdsText(column)) return String(value);
  return isDecimalText(value) || typeof value === "number" ? showDecimal(String(value)) : String(value);
}

/** Codes are no amounts, though they look like them. */
const holdsText = ({ side, body }: Column): boolean => body.type === "text" || (side === "output" && !body.type && !body.formula);

/** What a rule answered, outcome by outcome. */
export function Outcome({ outcome, columns }: { outcome: unknown; columns: Column[] }) {
  const { t } = useLingui();
  if (outcome === null || typeof outcome !== "object") return <strong className="q-rule-outcome">{shownValue(outcome, t`no answer`)}</strong>;
  if (Array.isArray(outcome) && outcome.length > 1 && outcome.every(isRow)) return <Outcomes outcomes={outcome} columns={columns} />;
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

const isRow = (each: unknown): each is Record<string, unknown> => each !== null && typeof each === "object" && !Array.isArray(each);

/** Several rows answered: line by line, what none of them says left out. */
function Outcomes({ outcomes, columns }: { outcomes: Record<string, unknown>[]; columns: Column[] }) {
  const said = columns.filter(({ name, side }) => side === "output" && outcomes.some((each) => each[name] !== null && each[name] !== undefined && each[name] !== ""));
  return (
    <table className="q-rule-outcomes">
      <thead>
        <tr>
          {said.map(({ name, label }) => (
            <th key={name} scope="col">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {outcomes.map((each, at) => (
          <tr key={at}>
            {said.map((column) => (
              <td key={column.name} className={AMOUNTS.has(column.body.type as string) ? "q-number" : undefined}>
                {shownValue(each[column.name], "", column)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const AMOUNTS = new Set(["number", "money"]);
