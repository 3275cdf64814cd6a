/** Which record stays, and whose value of each field it takes. */
import type { Field, RecordAnswer } from "../records/definitions";
import { isBlank } from "../records/fields/kind";

export const sameValue = (one: unknown, other: unknown): boolean => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

export const differing = (fields: Field[], records: RecordAnswer[]): Field[] =>
  fields.filter((field) => records.some((record) => !sameValue(record[field.name], records[0]?.[field.name])));

/** The record with the most filled in; of equals the oldest. */
export function fullest(fields: Field[], records: RecordAnswer[]): number | undefined {
  const filled = (record: RecordAnswer) => fields.filter((field) => !isBlank(record[field.name])).length;
  return records.toSorted((one, other) => filled(other) - filled(one) || one.id - other.id)[0]?.id;
}

/** The person's choice, else the kept record's own value, else the first that isn't blank. */
export function sourceOf(field: Field, records: RecordAnswer[], keep: number, chosen: Record<string, number>): number {
  const picked = chosen[field.name];
  if (picked !== undefined && records.some(({ id }) => id === picked)) return picked;
  const kept = records.find(({ id }) => id === keep);
  if (kept && !isBlank(kept[field.name])) return keep;
  return records.find((record) => !isBlank(record[field.name]))?.id ?? keep;
}

/** Only what isn't the kept record's own already. */
export function takenFrom(fields: Field[], records: RecordAnswer[], keep: number, chosen: Record<string, number>): Record<string, number> {
  const sources = fields.map((field) => [field.name, sourceOf(field, records, keep, chosen)] as const);
  return Object.fromEntries(sources.filter(([, source]) => source !== keep));
}
