/** The formula language for live previews: a part of DESIGN's, over values in memory.

Whatever it can't tell (an unknown function, a path that isn't loaded) is `undefined` and not shown;
blank is `null`. Numbers are exact decimals and come out as strings, as everywhere on the screen. */
import { Decimal, isDecimalText } from "../kit/decimal";
import { todayText } from "../kit/time";

export type Read = (path: string[]) => unknown;

export interface Env {
  /** Value at a path from the record: numbers as Decimal (see `lift`), blank as null, undefined when not known here. */
  read: Read;
  /** The rows of a list, each with its own reader; undefined when not known here. */
  rows?: (list: string) => Read[] | undefined;
  /** The company's day, when it is not the clock's. */
  today?: string;
}

type Value = Decimal | Days | string | boolean | null | undefined | unknown[];
type Node = (env: Env, row?: Read) => Value;

const cache = new Map<string, Node | null>();

/** The value as JSON would carry it, or undefined when the preview can't tell. */
export function evaluate(text: string, env: Env): unknown {
  let node = cache.get(text);
  if (node === undefined) {
    node = compile(text);
    cache.set(text, node);
  }
  if (!node) return undefined;
  try {
    const value = node(env);
    if (value instanceof Days) return undefined;
    return value instanceof Decimal ? plain(value) : value;
  } catch {
    return undefined;
  }
}

const plain = (value: Decimal): string => {
  const text = value.toFixed();
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
};

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

const TIGHTNESS: Record<string, number> = { or: 1, and: 2, "=": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, in: 4, "&": 5, "+": 6, "-": 6, "*": 7, "/": 7 };
const AGGREGATES = new Set(["sum", "count", "avg", "min", "max"]);

class Parser {
  private at = 0;
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
      left = sign === "in" ? this.membership(left) : binary(sign, left, this.expression(tightness));
    }
  }

  private membership(left: Node): Node {
    this.expect("(");
    const items = this.list();
    return (env, row) => items.some((item) => same(left(env, row), item(env, row)));
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
      return (env, row) => !truth(inner(env, row));
    }
    if (this.takes("-")) {
      const inner = this.expression(7);
      return (env, row) => {
        const value = numeric(inner(env, row));
        return value && value.negated();
      };
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
    return (env, row) => {
      const own = row?.(path);
      return (own === undefined ? env.read(path) : own) as Value;
    };
  }

  /** `sum(lines.amount where not free)`: the list is the first name, the rest is read on each row. */
  private aggregate(name: string): Node {
    const start = this.at;
    const path = this.token.kind === "name" ? this.path() : [];
    const isList = path.length > 0 && (this.sees(")") || this.sees("where"));
    if (!isList) {
      this.at = start;
      return extreme(name, this.list());
    }
    const condition = this.takes("where") ? this.expression(0) : undefined;
    this.expect(")");
    const [list = "", ...rest] = path;
    return (env) => {
      const rows = env.rows?.(list);
      if (!rows || (rest.length === 0) !== (name === "count")) return undefined;
      const kept = rows.filter((row) => !condition || truth(condition(env, row)));
      return total(name, kept.map((row) => (rest.length === 0 ? true : (row(rest) as Value))));
    };
  }

  private path(): string[] {
    const path = [this.token.text];
    this.at += 1;
    while (this.takes(".")) {
      path.push(this.token.text);
      this.at += 1;
    }
    return path;
  }
}

const NUMBERS = new Set(["number", "money", "percent"]);
const PLAIN = new Set(["text", "long_text", "choice", "boolean", "date", "link", "email", "phone", "url", "serial"]);

/** A field's value as formulas take it; types that previews don't know are undefined. */
export function lift(value: unknown, type: string): unknown {
  if (!NUMBERS.has(type) && !PLAIN.has(type)) return undefined;
  if (value === "" || value === null || value === undefined) return null;
  if (type === "link") return new Decimal(String(value));
  if (!NUMBERS.has(type)) return value;
  return isDecimalText(String(value)) ? new Decimal(String(value)) : undefined;
}

function truth(value: Value): boolean {
  if (value === undefined) throw new TypeError("unknown");
  return value === true;
}

/** A decimal, null for blank; anything else can't be told. */
function numeric(value: Value): Decimal | null {
  if (value === null || value instanceof Decimal) return value;
  throw new TypeError("not a number");
}

function same(one: Value, other: Value): boolean {
  if (one === undefined || other === undefined) throw new TypeError("unknown");
  if (one instanceof Decimal && other instanceof Decimal) return one.equals(other);
  const text = (value: Value) => (value instanceof Decimal ? value.toFixed() : value);
  return text(one) === text(other);
}

function binary(sign: string, left: Node, right: Node): Node {
  return (env, row) => {
    if (sign === "and") return truth(left(env, row)) && truth(right(env, row));
    if (sign === "or") return truth(left(env, row)) || truth(right(env, row));
    const one = left(env, row);
    const other = right(env, row);
    if (sign === "=") return same(one, other);
    if (sign === "!=") return !same(one, other);
    if (sign === "&") return joined([one, other]);
    if (one === undefined || other === undefined) throw new TypeError("unknown");
    if (["<", "<=", ">", ">="].includes(sign)) return compare(sign, one, other);
    if (typeof one === "string" && /^\d{4}-/.test(one)) return shiftDate(sign, one, other);
    return arithmetic(sign, numeric(one), numeric(other));
  };
}

function compare(sign: string, one: Value, other: Value): boolean {
  if (one === null || other === null) return false;
  const order = one instanceof Decimal && other instanceof Decimal ? one.comparedTo(other) : String(one) < String(other) ? -1 : one === other ? 0 : 1;
  return { "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0 }[sign] ?? false;
}

function arithmetic(sign: string, one: Decimal | null, other: Decimal | null): Decimal | null {
  if (one === null || other === null) return null;
  if (sign === "+") return one.plus(other);
  if (sign === "-") return one.minus(other);
  if (sign === "*") return one.times(other);
  return divide(one, other);
}

/** Truncated to 20 decimals, then rounded to 12, half away from zero: as in all back ends. */
function divide(one: Decimal, other: Decimal): Decimal | null {
  if (other.isZero()) return null;
  return one.dividedBy(other).toDecimalPlaces(20, Decimal.ROUND_DOWN).toDecimalPlaces(12);
}

/** A span of whole days; parts of days shift moments only, which previews leave to the server. */
class Days {
  readonly count: number;

  constructor(count: number) {
    this.count = count;
  }
}

function wholeDays(count: Decimal | null): Days | null {
  if (count === null) return null;
  const days = Number(count.toFixed());
  if (!Number.isInteger(days) || Math.abs(days) > 99_999) throw new TypeError("not known here");
  return new Days(days);
}

function shiftDate(sign: string, date: string, by: Value): Value {
  if (by === null) return null;
  if (!(by instanceof Days) || date.length !== 10) throw new TypeError("dates shift by days");
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + (sign === "-" ? -by.count : by.count));
  const year = at.getUTCFullYear();
  return year >= 1 && year <= 9999 ? at.toISOString().slice(0, 10) : null;
}

/** Only plain money in the company's own currency needs no rate. */
function sameCurrency(env: Env, to: Value): boolean {
  const own = env.read(["company", "currency"]);
  return own instanceof Decimal && to instanceof Decimal && own.equals(to);
}

function roundTo(value: Decimal | null, digits: Decimal | null): Decimal | null {
  if (value === null || digits === null) return null;
  const places = Number(digits.toFixed());
  if (!Number.isInteger(places) || places < 0 || places > 20) throw new TypeError("not known here");
  return value.toDecimalPlaces(places);
}

function joined(values: Value[]): string | null {
  if (values.some((value) => typeof value === "boolean" || value === undefined || value instanceof Days)) throw new TypeError("unknown");
  return values.map((value) => (value === null ? "" : value instanceof Decimal ? plain(value) : String(value))).join("") || null;
}

function total(name: string, values: Value[]): Value {
  if (name === "count") return new Decimal(values.length);
  if (values.some((value) => value === undefined || value instanceof Array)) return undefined;
  const numbers = values.map(numeric).filter((value) => value !== null);
  const sum = numbers.reduce((so, value) => so.plus(value), new Decimal(0));
  if (name === "sum") return sum;
  if (numbers.length === 0) return null;
  if (name === "avg") return divide(sum, new Decimal(numbers.length));
  return numbers.reduce((best, value) => ((name === "min" ? value.lessThan(best) : value.greaterThan(best)) ? value : best));
}

function extreme(name: string, items: Node[]): Node {
  return (env, row) => total(name, items.map((item) => item(env, row)).filter((value) => value !== null));
}

function call(name: string, args: Node[]): Node {
  const [first, second, third] = args;
  return (env, row) => {
    const value = (node?: Node) => (node ? node(env, row) : null);
    const number = (node?: Node) => numeric(value(node));
    switch (name) {
      case "if": {
        return truth(first?.(env, row)) ? second?.(env, row) : third ? third(env, row) : null;
      }
      case "blank": {
        const given = first?.(env, row);
        if (given === undefined) throw new TypeError("unknown");
        return given === null;
      }
      case "round":
        return roundTo(number(first), second ? number(second) : new Decimal(0));
      case "default": {
        for (const arg of args) {
          const given = value(arg);
          if (given !== null) return given;
        }
        return null;
      }
      case "convert":
        return sameCurrency(env, value(second)) ? number(first) : undefined;
      case "abs":
        return number(first)?.absoluteValue() ?? null;
      case "days":
        return wholeDays(number(first));
      case "today":
        return env.today ?? todayText();
      default:
        return undefined;
    }
  };
}
