/** What the rule as it stands on the screen answers to values that the server told: at once, while it is being written. */
import { type RuleBody, decide, shown } from "../../../rules/deciding";
import { lift } from "../../../rules/formula";
import type { Value } from "../../../rules/values";
import type { Body } from "../../draft";
import type { NameBook } from "../../formula/names";
import { inputsOf } from "../model";
import type { Explained } from "../server";
import { typeOf } from "../table/columns";

const UNKNOWN = { read: () => undefined };

/** undefined where it rests on more than these values. */
export function previewed(body: Body, values: Record<string, unknown>, book: NameBook): Explained | undefined {
  const given = inputsOf(body).flatMap((column) => {
    const value = column.name in values ? lift(values[column.name], typeOf(column, book) || "number") : undefined;
    return value === undefined ? [] : [[column.name, value as Value] as const];
  });
  const found = decide(body as RuleBody, { env: UNKNOWN, given: Object.fromEntries(given) });
  if (!found) return undefined;
  const { rows, outcome } = found;
  return { values, rows: rows.map((row) => (/^\d+$/.test(row) && body.kind !== "tree" ? Number(row) : row)), outcome: Array.isArray(outcome) ? outcome.map(shown) : shown(outcome) };
}
