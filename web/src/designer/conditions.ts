/** Conditions made by picking ⇄ formula text. What can't be read back stays a formula. */
import type { Field } from "../records/definitions";
import type { Operator } from "../records/fields/kind";
import { kindOf } from "../records/fields/registry";

export interface Picked {
  path: string;
  operator: string;
  values: string[];
}

export interface PickedAll {
  joined: "and" | "or";
  parts: Picked[];
}

const FIRST = "\u0001";
const SECOND = "\u0002";

export const operatorsOf = (field: Field): Operator[] => kindOf(field).operators.filter((operator) => operator.takes !== "two");

/** The formula of what was picked; null while something is missing. */
export function writePicked({ joined, parts }: PickedAll, fields: Field[]): string | null {
  const written = parts.map((part) => writePart(part, fields));
  if (written.length === 0 || written.some((text) => text === null)) return null;
  return written.length === 1 ? written[0]! : written.map((text) => (joined === "or" || !/ (and|or) /.test(text!) ? text : `(${text})`)).join(` ${joined} `);
}

function writePart({ path, operator: name, values }: Picked, fields: Field[]): string | null {
  const field = fields.find((each) => each.name === path);
  const operator = field && operatorsOf(field).find((each) => each.name === name);
  if (!field || !operator) return null;
  if (operator.takes === "none") return operator.formula(path, [], field);
  const given = values.filter((value) => value !== "");
  if (given.length === 0) return null;
  const literal = kindOf(field).literal;
  return operator.formula(path, given.map((value) => (operator.takes === "days" ? String(Number.parseInt(value, 10) || 0) : literal(value))), field);
}

/** The same backwards; null where the text says more than can be picked. */
export function readPicked(formula: string, fields: Field[]): PickedAll | null {
  const text = formula.trim();
  if (!text) return { joined: "and", parts: [] };
  for (const joined of ["and", "or"] as const) {
    const parts = split(text, ` ${joined} `).map((part) => readPart(unwrapped(part), fields));
    if (parts.every((part) => part !== null)) return { joined, parts: parts as Picked[] };
  }
  return null;
}

function readPart(text: string, fields: Field[]): Picked | null {
  for (const field of fields) {
    if (!text.includes(field.name)) continue;
    for (const operator of operatorsOf(field)) {
      const values = match(text, field, operator);
      if (values) return { path: field.name, operator: operator.name, values };
    }
  }
  return null;
}

function match(text: string, field: Field, operator: Operator): string[] | null {
  if (operator.takes === "none") return operator.formula(field.name, [], field) === text ? [] : null;
  const one = captured(text, operator.formula(field.name, [FIRST], field), FIRST);
  if (one !== null && isLiteral(one)) return [plain(one)];
  if (operator.takes !== "many") return null;
  const many = captured(text, operator.formula(field.name, [FIRST, SECOND], field), `${FIRST}, ${SECOND}`);
  const parts = many === null ? [] : split(many, ", ");
  return parts.length && parts.every(isLiteral) ? parts.map(plain) : null;
}

/** What stands in the text where the pattern has its place. */
function captured(text: string, pattern: string, place: string): string | null {
  const at = pattern.indexOf(place);
  if (at < 0 || pattern.indexOf(place, at + 1) >= 0) return null;
  const before = pattern.slice(0, at);
  const after = pattern.slice(at + place.length);
  return text.startsWith(before) && text.endsWith(after) && text.length >= before.length + after.length ? text.slice(before.length, text.length - after.length) : null;
}

const LITERAL = /^(-?\d+(\.\d+)?|"(?:[^"\\]|\\.)*"|\w+\("[^"]*"\)|\d{4}-\d\d-\d\d|true|false)$/;
const isLiteral = (text: string): boolean => LITERAL.test(text);

function plain(literal: string): string {
  const called = /^\w+\("([^"]*)"\)$/.exec(literal);
  if (called) return called[1] ?? "";
  return literal.startsWith('"') ? literal.slice(1, -1).replace(/\\(["\\])/g, "$1") : literal;
}

const unwrapped = (text: string): string => (text.startsWith("(") && text.endsWith(")") && split(text, "\u0003").length === 1 && balanced(text.slice(1, -1)) ? text.slice(1, -1) : text);

function balanced(text: string): boolean {
  let depth = 0;
  for (const sign of text.replace(/"(?:[^"\\]|\\.)*"/g, "")) {
    depth += sign === "(" ? 1 : sign === ")" ? -1 : 0;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** At the top level only: not inside brackets or quotes. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let isQuoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '"' && text[at - 1] !== "\\") isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (sign === "(") depth += 1;
    if (sign === ")") depth -= 1;
    if (depth === 0 && text.startsWith(separator, at)) {
      parts.push(text.slice(start, at));
      start = at + separator.length;
      at = start - 1;
    }
  }
  return [...parts, text.slice(start)].map((part) => part.trim());
}
