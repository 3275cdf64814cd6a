/** The formula language for live previews: DESIGN's, over values in memory.
 *
 * Whatever it can't tell (a path that isn't loaded, a rate of exchange) is `undefined` and not shown; blank is
 * `null`. Numbers are exact decimals and come out as strings, as everywhere on the screen. The conformance suite
 * and the differential fuzzer hold it to what the server's back ends answer. */
import { Decimal, isDecimalText } from "../kit/decimal";
import { todayText } from "../kit/time";
import type { RuleBody } from "./deciding";
import { FUNCTIONS } from "./functions";
import * as values from "./values";
import { isDate, Moment, Months, Span, Unknown, type Value } from "./values";

/** Reads a path from a record; a row of a list may have lists of its own. */
export interface Read {
  (path: string[]): unknown;
  rows?: (list: string) => Read[] | undefined;
}

export interface Env {
  /** Value at a path from the record: lifted (see `lift`), blank as null, undefined when not known here. */
  read: Read;
  /** The rows of a list, each with its own reader; undefined when not known here. */
  rows?: (list: string) => Read[] | undefined;
  /** The company's day, when it is not the clock's. */
  today?: string;
  /** The company's time zone; without it nothing is said of clocks. */
  timezone?: string;
  now?: Moment;
  /** Rules that formulas ask, by name. */
  rules?: (name: string) => RuleBody | undefined;
  myDepartments?: Decimal[];
}

/** Where names are looked up: the record or, after `where`, a row; rows of enclosing aggregates by their list. */
export interface Scope {
  env: Env;
  read: Read;
  rows?: Env["rows"];
  frames: { prefix: string[]; row: Read }[];
}

export type Node = (scope: Scope) => Value;

const cache = new Map<string, Node | null>();

/** The value as JSON would carry it, or undefined when the preview can't tell. */
export function evaluate(text: string, env: Env): unknown {
  const value = compute(text, env);
  return value === undefined ? undefined : show(value);
}

/** The value as formulas take it, or undefined when the preview can't tell. */
export function compute(text: string, env: Env): Value | undefined {
  let node = cache.get(text);
  if (node === undefined) {
    node = compile(text);
    cache.set(text, node);
  }
  if (!node) return undefined;
  try {
    return node({ env, read: env.read, rows: env.rows, frames: [] });
  } catch {
    return undefined;
  }
}

export function show(value: Value): unknown {
  if (value instanceof Decimal) return values.plain(value);
  if (value instanceof Span) return values.secondsOf(value);
  if (value instanceof Moment) return values.showMoment(value);
  return value instanceof Months ? undefined : value;
}

function compile(text: string): Node | null {
  try {
    const parser = new Parser(tokenize(text));
    const node = parser.expression(0);
    parser.end();
    return node;
  } catch {
    return null;
  }
}

const TOKEN = /\s*(?:(\d+(?:\.\d+)?|\.\d+)|("(?:[^"\\]|\\.|"")*"|'(?:[^'\\]|\\.|'')*')|([\p{L}_][\p{L}\p{N}_]*)|(<=|>=|!=|<>|[-+*/&=<>(),.]))/uy;

interface Token {
  kind: "number" | "text" | "name" | "sign" | "end";
  text: string;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const source = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const match = TOKEN.exec(source);
    if (!match) throw new SyntaxError(text);
    const [, number, quoted, name, sign] = match;
    if (number) tokens.push({ kind: "number", text: number });
    else if (quoted) tokens.push({ kind: "text", text: unquote(quoted) });
    else if (name) tokens.push({ kind: "name", text: name });
    else if (sign) tokens.push({ kind: "sign", text: sign === "<>" ? "!=" : sign });
  }
  return [...tokens, { kind: "end", text: "" }];
}

function unquote(quoted: string): string {
  const mark = quoted[0] ?? '"';
  return quoted.slice(1, -1).replaceAll(mark + mark, mark).replace(/\\(.)/g, (_, letter: string) => ({ n: "\n", t: "\t" })[letter] ?? letter);
}

const TIGHTNESS: Record<string, number> = { or: 1, and: 2, "=": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, in: 4, not: 4, "&": 5, "+": 6, "-": 6, "*": 7, "/": 7 };
const AGGREGATES = new Set(["sum", "count", "avg", "min", "max", "any", "all"]);

class Parser {
  private at = 0;
  /** Paths that the argument being read names. */
  private paths: string[][] = [];
  private readonly tokens: Token[];

  constructor(tokens: Token[]) {
    this.tokens = tokens;
  }

  private get token(): Token {
    return this.tokens[this.at]!;
  }

  private sees(text: string): boolean {
    return this.token.kind !== "text" && this.token.text === text;
  }

  private takes(text: string): boolean {
    if (!this.sees(text)) return false;
    this.at += 1;
    return true;
  }

  private expect(text: string): void {
    if (!this.takes(text)) throw new SyntaxError(text);
  }

  end(): void {
    if (this.token.kind !== "end") throw new SyntaxError(this.token.text);
  }

  expression(lowest: number): Node {
    let left = this.operand();
    for (;;) {
      const sign = this.token.kind === "text" ? "" : this.token.text;
      const tightness = TIGHTNESS[sign];
      if (tightness === undefined || tightness <= lowest) return left;
      this.at += 1;
      if (sign === "not") {
        this.expect("in");
        const inside = this.membership(left);
        left = (scope) => !truth(inside(scope));
      } else left = sign === "in" ? this.membership(left) : binary(sign, left, this.expression(tightness));
    }
  }

  private membership(left: Node): Node {
    if (this.takes("(")) {
      const items = this.list();
      return (scope) => items.map((item) => same(left(scope), item(scope))).some(Boolean);
    }
    const { node, paths } = this.recorded(() => this.expression(4));
    return (scope) => {
      const wanted = left(scope);
      const found = listIn(scope, paths);
      if (found) return found.rows.length === 0 ? null : found.rows.map((row) => same(wanted, node(inRow(scope, found, row)))).some(Boolean);
      const among = node(scope);
      if (among === null) return false;
      if (!Array.isArray(among)) throw new Unknown("not a list");
      return wanted !== null && among.some((one) => one !== null && same(wanted, one as Value));
    };
  }

  private list(): Node[] {
    const items: Node[] = [];
    if (this.takes(")")) return items;
    do items.push(this.expression(0));
    while (this.takes(","));
    this.expect(")");
    return items;
  }

  private operand(): Node {
    if (this.takes("not")) {
      const inner = this.expression(3);
      return (scope) => !truth(inner(scope));
    }
    if (this.takes("-")) {
      const inner = this.expression(7);
      return (scope) => negated(inner(scope));
    }
    if (this.takes("(")) {
      const inner = this.expression(0);
      this.expect(")");
      return inner;
    }
    const { kind, text } = this.token;
    this.at += 1;
    if (kind === "number") return () => new Decimal(text);
    if (kind === "text") return () => text || null;
    if (kind === "name") return this.named(text);
    throw new SyntaxError(text);
  }

  private named(name: string): Node {
    if (name === "true" || name === "false") return () => name === "true";
    if (this.takes("(")) return AGGREGATES.has(name) ? this.aggregate(name) : call(name, this.list());
    if (name === "blank") return () => null;
    const path = [name];
    while (this.takes(".")) {
      path.push(this.token.text);
      this.at += 1;
    }
    this.paths.push(path);
    return (scope) => readPath(scope, path);
  }

  private recorded<T>(read: () => T): { node: T; paths: string[][] } {
    const before = this.paths;
    const paths: string[][] = [];
    this.paths = paths;
    const node = read();
    before.push(...paths);
    this.paths = before;
    return { node, paths };
  }

  /** `sum(lines.amount * factor where not free)`; `min` and `max` also take single values. */
  private aggregate(name: string): Node {
    const start = this.at;
    const { node: items, paths } = this.recorded(() => {
      const found: Node[] = [];
      if (!this.sees(")")) do found.push(this.expression(0));
      while (this.takes(","));
      return found;
    });
    const [path = []] = paths;
    const isPath = paths.length === 1 && this.at - start === 2 * path.length - 1;
    const condition = this.takes("where") ? this.expression(0) : undefined;
    this.expect(")");
    const [body] = items;
    return (scope) => {
      const found = items.length === 1 ? listIn(scope, paths) : undefined;
      if (!found || !body) return single(name, items.map((item) => item(scope)));
      const rows = condition ? found.rows.filter((row) => truth(condition(ofRow(scope, row)))) : found.rows;
      const isWhole = paths.length === 1 && paths[0]!.length === found.prefix.length;
      if (isWhole && (name === "any" || name === "all")) return name === "any" ? (found.rows.length === 0 ? null : rows.length > 0) : found.rows.length === 0 ? null : rows.length === found.rows.length;
      return total(name, rows.map((row) => (isWhole ? true : isPath ? readIn(row, path.slice(found.prefix.length)) : body(inRow(scope, found, row)))));
    };
  }
}

// --- names

interface Found {
  rows: Read[];
  prefix: string[];
}

/** The first list that the paths lead to and that isn't the row of an enclosing aggregate. */
function listIn(scope: Scope, paths: string[][]): Found | undefined {
  for (const path of paths) {
    const { read, rest } = startOf(scope, path);
    const rows = rest.length > 0 ? (read === scope.read ? scope.rows : read === scope.env.read ? scope.env.rows : read.rows)?.(rest[0]!) : undefined;
    if (rows) return { rows, prefix: path.slice(0, path.length - rest.length + 1) };
  }
  return undefined;
}

/** Whose names a path begins with, and what is left of it. */
function startOf(scope: Scope, path: string[]): { read: Read; rest: string[] } {
  if (path[0] === "this" && path.length > 1) return { read: scope.env.read, rest: path.slice(1) };
  const frame = scope.frames.filter(({ prefix }) => path.length > prefix.length && prefix.every((name, at) => path[at] === name)).sort((one, other) => other.prefix.length - one.prefix.length)[0];
  return frame ? { read: frame.row, rest: path.slice(frame.prefix.length) } : { read: scope.read, rest: path };
}

function readIn(row: Read, path: string[]): Value {
  const value = row(path);
  if (value === undefined) throw new Unknown(path.join("."));
  return value as Value;
}

const SPECIALS = new Set(["me", "company"]);

function readPath(scope: Scope, path: string[]): Value {
  const { read, rest } = startOf(scope, path);
  let value = read(rest);
  if (value === undefined && SPECIALS.has(path[0]!)) value = scope.env.read(path);
  if (value === undefined) throw new Unknown(path.join("."));
  return value as Value;
}

const inRow = (scope: Scope, { prefix }: Found, row: Read): Scope => ({ ...scope, frames: [...scope.frames, { prefix, row }] });
const ofRow = (scope: Scope, row: Read): Scope => ({ ...scope, read: row, rows: row.rows, frames: [] });

// --- values of fields

const NUMBERS = new Set(["number", "money", "percent", "integer", "rating", "progress"]);
const LINKS = new Set(["link", "user", "department", "cascade"]);
/** Only blank or not matters of these. */
const WHOLES = new Set(["address", "location", "file", "image", "signature", "files", "encrypted", "json"]);
const PLAIN = new Set(["text", "long_text", "rich_text", "capitals", "choice", "boolean", "date", "email", "phone", "url", "serial", "tree_choice", "region", "colour", "time", "id_number", "barcode", "role"]);

/** A field's value as formulas take it; types that previews don't know are undefined. */
export function lift(value: unknown, type: string): unknown {
  const isBlank = value === "" || value === null || value === undefined;
  if (NUMBERS.has(type)) return isBlank ? null : isDecimalText(String(value)) ? new Decimal(String(value)) : undefined;
  if (LINKS.has(type)) return isBlank ? null : new Decimal(String(value));
  if (PLAIN.has(type)) return isBlank ? null : value;
  if (type === "moment") return isBlank ? null : values.momentOf(String(value));
  if (type === "duration") return isBlank ? null : values.spanOf(new Decimal(String(value)).times(1_000_000));
  if (type === "choices" || type === "roles") return isBlank ? null : value;
  if (type === "date_range") return isBlank ? null : value;
  if (WHOLES.has(type)) return isBlank ? null : value;
  return undefined;
}

// --- signs

function truth(value: Value): boolean {
  return value === true;
}

function negated(value: Value): Value {
  if (value === null) return null;
  if (value instanceof Decimal) return value.negated();
  if (value instanceof Span) return new Span(-value.micros);
  if (value instanceof Months) return new Months(-value.count);
  throw new Unknown("-");
}

export function same(one: Value, other: Value): boolean {
  if (one === null || other === null) return one === other;
  if (one instanceof Decimal && other instanceof Decimal) return one.equals(other);
  if (one instanceof Span && other instanceof Span) return one.micros === other.micros;
  if (one instanceof Moment && other instanceof Moment) return one.micros === other.micros;
  if (typeof one !== typeof other || one instanceof Object !== other instanceof Object) throw new Unknown("=");
  if (typeof one === "object") return JSON.stringify(one) === JSON.stringify(other);
  return one === other;
}

function binary(sign: string, left: Node, right: Node): Node {
  if (sign === "and") return (scope) => [truth(left(scope)), truth(right(scope))].every(Boolean);
  if (sign === "or") return (scope) => [truth(left(scope)), truth(right(scope))].some(Boolean);
  return (scope) => {
    const [one, other] = alike(scope, left(scope), right(scope), sign);
    if (sign === "=") return same(one, other);
    if (sign === "!=") return !same(one, other);
    if (sign === "&") return joined(scope, [one, other]);
    if (["<", "<=", ">", ">="].includes(sign)) return compare(sign, one, other);
    return one === null || other === null ? null : arithmetic(scope, sign, one, other);
  };
}

const joined = (scope: Scope, parts: Value[]): string | null => parts.map((part) => textOf(scope, part) ?? "").join("") || null;

const COMPARES = new Set(["=", "!=", "<", "<=", ">", ">="]);

/** A moment beside a day is the company's day of it; a text beside a moment is read as one. */
function alike(scope: Scope, one: Value, other: Value, sign: string): [Value, Value] {
  if (!COMPARES.has(sign) || (one instanceof Moment) === (other instanceof Moment)) return [one, other];
  if (one instanceof Moment) return besides(scope, one, other);
  const [moment, value] = besides(scope, other as Moment, one);
  return [value, moment];
}

function besides(scope: Scope, moment: Moment, other: Value): [Value, Value] {
  if (other === "9999-12-31" || other === "0001-01-01") return unknown(other);
  if (isDate(other)) return [values.wall(moment, zoneOf(scope)).date, other];
  if (typeof other !== "string") return [moment, other];
  return [moment, values.momentOf(other) ?? unknown(other)];
}

function unknown(what: string): never {
  throw new Unknown(what);
}

export function zoneOf({ env }: Scope): string {
  if (!env.timezone) throw new Unknown("timezone");
  return env.timezone;
}

/** Negative, zero or positive. */
export function order(one: Value, other: Value): number {
  if (one instanceof Decimal && other instanceof Decimal) return one.comparedTo(other);
  if ((one instanceof Span && other instanceof Span) || (one instanceof Moment && other instanceof Moment)) return one.micros < other.micros ? -1 : one.micros > other.micros ? 1 : 0;
  if (typeof one === "string" && typeof other === "string") return values.compareTexts(one, other);
  throw new Unknown("<");
}

function compare(sign: string, one: Value, other: Value): boolean {
  if (one === null || other === null) return false;
  const found = order(one, other);
  return { "<": found < 0, "<=": found <= 0, ">": found > 0, ">=": found >= 0 }[sign] ?? false;
}

type Present = Exclude<Value, null>;

function arithmetic(scope: Scope, sign: string, one: Present, other: Present): Value {
  if (one instanceof Decimal && other instanceof Decimal) return onNumbers(sign, one, other);
  if (one instanceof Span || other instanceof Span) {
    const found = onSpans(sign, one, other);
    if (found !== undefined) return found;
  }
  if (sign === "-" && isDate(one) && isDate(other)) return values.daysBetween(one, other);
  if (sign === "-" && one instanceof Moment && other instanceof Moment) return new Span(one.micros - other.micros);
  if (sign !== "+" && sign !== "-") throw new Unknown(sign);
  const by = sign === "-" ? (negated(other) as Present) : other;
  return sign === "+" && (one instanceof Span || one instanceof Months) ? shifted(scope, other, one) : shifted(scope, one, by);
}

function shifted(scope: Scope, start: Present, by: Present): Value {
  if (isDate(start) && by instanceof Span) return values.datePlus(start, by);
  if (isDate(start) && by instanceof Months) return values.datePlusMonths(start, by.count);
  if (start instanceof Moment && by instanceof Span) return values.momentPlus(start, by);
  if (start instanceof Moment && by instanceof Months) return values.momentPlusMonths(start, by.count, zoneOf(scope));
  throw new Unknown("+");
}

function onNumbers(sign: string, one: Decimal, other: Decimal): Decimal | null {
  if (sign === "+") return one.plus(other);
  if (sign === "-") return one.minus(other);
  return sign === "*" ? one.times(other) : values.divide(one, other);
}

function onSpans(sign: string, one: Present, other: Present): Value | undefined {
  if (one instanceof Span && other instanceof Span) {
    if (sign === "+") return new Span(one.micros + other.micros);
    if (sign === "-") return new Span(one.micros - other.micros);
    return sign === "/" ? values.divide(values.microsOf(one), values.microsOf(other)) : undefined;
  }
  if (sign === "*" && one instanceof Decimal && other instanceof Span) return values.spanOf(values.microsOf(other).times(one));
  if (!(one instanceof Span) || !(other instanceof Decimal)) return undefined;
  if (sign === "*") return values.spanOf(values.microsOf(one).times(other));
  const quotient = sign === "/" ? values.divide(values.microsOf(one), other) : undefined;
  return quotient && values.spanOf(quotient);
}

/** As the language writes values into texts. */
export function textOf(scope: Scope, value: Value): string | null {
  if (value === null || typeof value === "string") return value;
  if (value instanceof Decimal) return values.plain(value);
  if (typeof value === "boolean") return String(value);
  if (!(value instanceof Moment)) throw new Unknown("text");
  return values.written("YYYY-MM-DD HH:MI:SS", value, zoneOf(scope));
}

// --- aggregates

function total(name: string, all: Value[]): Value {
  const given = all.filter((value): value is Present => value !== null);
  if (name === "count") return new Decimal(given.length);
  if (name === "any" || name === "all") return all.length === 0 ? null : name === "any" ? all.some(truth) : all.every(truth);
  if (name === "min" || name === "max") return extreme(name, given);
  if (given.length === 0) return name === "sum" ? new Decimal(0) : null;
  const sum = given.reduce<Present>(sumOf, given[0] instanceof Span ? new Span(0n) : new Decimal(0));
  if (name === "sum") return sum;
  const count = new Decimal(given.length);
  return sum instanceof Span ? onSpans("/", sum, count) ?? null : values.divide(sum as Decimal, count);
}

function sumOf(one: Present, other: Present): Present {
  if (one instanceof Decimal && other instanceof Decimal) return one.plus(other);
  if (one instanceof Span && other instanceof Span) return new Span(one.micros + other.micros);
  throw new Unknown("sum");
}

const extreme = (name: string, given: Value[]): Value => (given.length === 0 ? null : given.reduce((best, value) => ((name === "min" ? order(value, best) < 0 : order(value, best) > 0) ? value : best)));

function single(name: string, given: Value[]): Value {
  if (name !== "min" && name !== "max") throw new Unknown(name);
  return extreme(name, given.filter((value) => value !== null));
}

// --- functions

function call(name: string, args: Node[]): Node {
  const found = FUNCTIONS[name];
  if (!found) throw new SyntaxError(name);
  return (scope) => found(scope, args);
}

export const today = ({ env }: Scope): string => env.today ?? todayText();
export { truth };
