/** Conditions of the filter bar ⇄ the address ⇄ formula text. */
import type { Definitions, Field, ObjectInfo } from "./definitions";
import { fieldAt, isLink } from "./definitions";
import type { Operator } from "./fields/kind";
import { kindOf } from "./fields/registry";

export interface Condition {
  path: string;
  operator: string;
  values: string[];
  /** What the chosen links are called, for the chip. */
  labels?: string[];
}

const SEPARATOR = "~";
const escape = (text: string): string => text.replace(/[%~|]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);

/** `state~any_of~open~won`: one `f` of the address a condition; a link's label follows its id after `|`. */
export function writeCondition({ path, operator, values, labels }: Condition): string {
  const parts = values.map((value, index) => escape(value) + (labels?.[index] ? `|${escape(labels[index])}` : ""));
  return [path, operator, ...parts].join(SEPARATOR);
}

export function readCondition(text: string): Condition | null {
  const [path, operator, ...rest] = text.split(SEPARATOR);
  if (!path || !operator) return null;
  const pairs = rest.map((part) => part.split("|").map(decode));
  return {
    path,
    operator,
    values: pairs.map(([value]) => value ?? ""),
    labels: pairs.some(([, label]) => label) ? pairs.map(([, label]) => label ?? "") : undefined,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const operatorOf = (field: Field, name: string): Operator | undefined =>
  kindOf(field).operators.find((operator) => operator.name === name);

/** A condition that says something: blank ones wait for the person and don't filter yet. */
export function formulaOf(definitions: Definitions, object: ObjectInfo, condition: Condition): string | null {
  const field = fieldAt(definitions, object, condition.path);
  const operator = field && operatorOf(field, condition.operator);
  if (!field || !operator) return null;
  if (operator.takes === "none") return operator.formula(condition.path, [], field);
  const kind = kindOf(field);
  const literals = condition.values.map((value) => (value === "" ? "" : literal(kind.literal, value, operator, field)));
  if (!literals.some(Boolean)) return null;
  return operator.formula(condition.path, literals, field);
}

function literal(write: (value: string) => string, value: string, operator: Operator, field: Field): string {
  if (operator.takes === "days") return /^\d{1,5}$/.test(value) ? value : "0";
  if (isLink(field)) return /^\d+$/.test(value) ? value : "blank";
  return write(value);
}

/** All must hold. Each part keeps its own brackets, since `or` binds loosest. */
export function joinWhere(parts: (string | null | undefined)[]): string {
  const real = parts.map((part) => part?.trim()).filter((part): part is string => Boolean(part) && part !== "true");
  return real.length === 1 ? real[0]! : real.map((part) => `(${part})`).join(" and ");
}

/** Toggles a column in the sort: ascending, descending, not. With `more`, beside the others. */
export function nextSort(sort: string, path: string, more: boolean): string {
  const parts = sort.split(",").filter(Boolean);
  // One of several that a list is sorted by is not yet what it is sorted by.
  const now = more || parts.length === 1 ? parts.find((part) => part.replace(/^-/, "") === path) : undefined;
  const next = !now ? path : now.startsWith("-") ? "" : `-${path}`;
  if (!more) return next;
  const others = parts.filter((part) => part !== now);
  return [...others, ...(next ? [next] : [])].join(",");
}
