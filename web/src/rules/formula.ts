/** The formula language for live previews: a part of DESIGN's, over values in memory.

Whatever it can't tell (an unknown function, a path that isn't loaded) is `undefined` and not shown;
blank is `null`. Numbers are exact decimals and come out as strings, as everywhere on the screen. */
import { Decimal, isDecimalText } from "../kit/decimal";
import { todayText } from "../kit/time";

export interface Env {
  read: (path: string[]) => unknown;
  fields?: (name: string) => unknown;
}

type Value = Decimal | string | boolean | null | undefined | unknown[];
type Node = (env: Env, row?: Record<string, unknown>) => Value;

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
    return value instanceof Decimal ? plain(value) : value;
  } catch {
    return undefined;
  }
}

const plain = (value: Decimal): string => {
  const text = value.toDecimalPlaces(12).toFixed();
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
  return quoted.slice(1, -1).replaceAll(mark + mark, mark).replace(/\\(.)/g, "$1");
}

const TIGHTNESS: Record<string, number> = { or: 1, and: 2, "=": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, in: 4, "&": 5, "+": 6, "-": 6, "*": 7, "/": 7 };
const AGGREGATES = new Set(["sum", "count", "avg", "min", "max", "any", "all"]);

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
      return (env, row) => inner(env, row) !== true;
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
    if (kind === "text") return () => text;
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
    return (env, row) => lift(row && (path[0] ?? "") in row && path.length === 1 ? row[path[0]!] : readPath(env, path));
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
      const rows = env.fields?.(list);
      if (!Array.isArray(rows)) return undefined;
      const kept = (rows as Record<string, unknown>[]).filter((row) => !condition || condition(env, row) === true);
      return total(name, kept.map((row) => (rest.length === 0 ? true : lift(row[rest.join(".")]))));
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

function readPath(env: Env, path: string[]): unknown {
  return path.length === 1 && env.fields?.(path[0]!) !== undefined ? env.fields(path[0]!) : env.read(path);
}

function lift(value: unknown): Value {
  if (value === "" || value === null) return null;
  if (typeof value === "number") return new Decimal(value);
  if (isDecimalText(value)) return new Decimal(value);
  return value as Value;
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
    if (sign === "and") return left(env, row) === true && right(env, row) === true;
    if (sign === "or") return left(env, row) === true || right(env, row) === true;
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
  return other.isZero() ? null : one.dividedBy(other);
}

const DAYS = /^P(\d+)D$/;

function shiftDate(sign: string, date: string, by: Value): Value {
  const days = typeof by === "string" ? DAYS.exec(by)?.[1] : undefined;
  if (by === null) return null;
  if (!days || date.length !== 10) throw new TypeError("dates shift by days");
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + (sign === "-" ? -Number(days) : Number(days)));
  return at.toISOString().slice(0, 10);
}

const joined = (values: Value[]): string | null =>
  values.map((value) => (value === null ? "" : value instanceof Decimal ? plain(value) : String(value))).join("") || null;

function total(name: string, values: Value[]): Value {
  if (name === "count") return new Decimal(values.length);
  if (name === "any") return values.some((value) => value === true);
  if (name === "all") return values.every((value) => value === true);
  if (values.some((value) => value === undefined)) return undefined;
  const numbers = values.map(numeric).filter((value) => value !== null);
  const sum = numbers.reduce((so, value) => so.plus(value), new Decimal(0));
  if (name === "sum") return sum;
  if (numbers.length === 0) return null;
  if (name === "avg") return sum.dividedBy(numbers.length);
  return numbers.reduce((best, value) => ((name === "min" ? value.lessThan(best) : value.greaterThan(best)) ? value : best));
}

function extreme(name: string, items: Node[]): Node {
  return (env, row) => total(name, items.map((item) => item(env, row)).filter((value) => value !== null));
}

function call(name: string, args: Node[]): Node {
  const [first, second, third] = args;
  return (env, row) => {
    const value = (node?: Node) => node?.(env, row) ?? null;
    const number = (node?: Node) => numeric(value(node));
    switch (name) {
      case "if":
        return first?.(env, row) === true ? second?.(env, row) : (third?.(env, row) ?? null);
      case "blank": {
        const given = first?.(env, row);
        if (given === undefined) throw new TypeError("unknown");
        return given === null;
      }
      case "round":
        return number(first)?.toDecimalPlaces(Number(number(second)?.toFixed() ?? 0)) ?? null;
      case "abs":
        return number(first)?.absoluteValue() ?? null;
      case "days":
        return number(first) && `P${number(first)?.toFixed(0)}D`;
      case "today":
        return todayText();
      case "date":
        return String(value(first)).slice(0, 10);
      default:
        return undefined;
    }
  };
}
