/** Sums as they are written beside a group and below a list. */
import type { ReactNode } from "react";
import { Fragment } from "react";
import type { Aggregate, Field, ObjectInfo } from "../definitions";
import { fieldOf } from "../definitions";
import { kindOf } from "../fields/registry";
import type { Figures } from "./totals";
import { showDecimal } from "../../kit/decimal";
import { useLingui } from "@lingui/react/macro";

/** “Total 1,200.00 · Weight 3.5”: what has no sum (several currencies) is left out. */
export function figureText(object: ObjectInfo, { totals }: Figures): ReactNode {
  const parts = Object.entries(totals).flatMap(([name, value]) => {
    const field = fieldOf(object, name);
    return field && value !== null && value !== undefined ? [{ field, value }] : [];
  });
  if (parts.length === 0) return null;
  return parts.map(({ field, value }, at) => (
    <Fragment key={field.name}>
      {at > 0 && " · "}
      <span title={field.label}>
        {parts.length > 1 && `${field.label} `}
        <Figure field={field} value={value} />
      </span>
    </Fragment>
  ));
}

interface FigureProps {
  field: Field;
  value: unknown;
  aggregate?: Aggregate;
}

export function Figure({ field, value, aggregate }: FigureProps) {
  if (aggregate === "count") return <span className="q-number">{showDecimal(String(value))}</span>;
  const { Cell } = kindOf(["progress", "rating"].includes(field.type) ? { ...field, type: field.type === "progress" ? "percent" : "number" } : field);
  return <Cell value={String(value)} field={field} row={{ [field.name]: value }} dense />;
}

export function useAggregateWords(): Record<Aggregate, string> {
  const { t } = useLingui();
  return { sum: t`Sum`, avg: t`Average`, min: t`Smallest`, max: t`Largest`, count: t`Count` };
}
