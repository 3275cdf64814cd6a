/** A whole rule decided for previews, as the server decides it: tables, sets, trees, scorecards and rates; a decision where
 * the rules that it calls are known here.
 *
 * Whatever can't be told (a formula over what isn't loaded) makes the answer undefined, never another one. */
import { Decimal } from "../kit/decimal";
import { cellFormula, isAny } from "./cells";
import { compute, type Env, lift, type Read, show } from "./formula";
import { isDate, Moment, roundTo, type Value } from "./values";

export interface ColumnBody {
  order?: number;
  type?: string;
  formula?: string;
  decimals?: number | null;
}

export interface RowBody {
  when?: Record<string, string> | string;
  then?: Record<string, string>;
  priority?: number;
  from?: string;
  until?: string;
  branches?: RowBody[];
}

export interface RuleBody {
  kind?: string;
  on?: string;
  inputs?: Record<string, ColumnBody>;
  outputs?: Record<string, ColumnBody>;
  hit?: string;
  collect?: string;
  rows?: RowBody[];
  default?: Record<string, string>;
  bands?: RowBody[];
  as_of?: string;
  calls?: Record<string, { rule: string; given?: Record<string, string>; order?: number }>;
}

export type Outcome = Record<string, Value>;

export interface Decided {
  outcome: Outcome | Outcome[];
  /** Rows that fired: `3`; of a tree the branches taken, `0.1`. */
  rows: string[];
}

export interface World {
  /** The record that it is about, and what else formulas may name. */
  env: Env;
  /** Inputs that come with the case; what is given outright is not asked. */
  given?: Record<string, Value>;
  /** Rules that a decision calls. */
  rule?: (name: string) => RuleBody | undefined;
}

/** What can't be told here, or has no answer: several rows that contradict each other. */
class Untold extends Error {}

export function decide(rule: RuleBody, world: World): Decided | undefined {
  try {
    return new Deciding(rule, world).decide();
  } catch (error) {
    if (error instanceof Untold) return undefined;
    throw error;
  }
}

/** Values that are given with a case, from JSON. */
export const givenOf = (rule: RuleBody, values: Record<string, unknown>): Record<string, Value> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (rule.inputs?.[name] ? [[name, lift(value, rule.inputs[name].type || "number") as Value]] : [])));

/** The values of a rule's inputs by name, as JSON; what can't be told is left out. */
export function inputsFor(rule: RuleBody, world: World): Record<string, unknown> {
  const { values } = new Deciding(rule, world);
  return Object.fromEntries([...values].map(([name, value]) => [name, show(value)]));
}

export const shown = (outcome: Outcome): Record<string, unknown> => Object.fromEntries(Object.entries(outcome).map(([name, value]) => [name, show(value)]));

interface Leaf {
  label: string;
  row: RowBody;
  /** Conditions on the way to it, then its own. */
  conditions: RowBody[];
}

class Deciding {
  readonly values = new Map<string, Value>();
  private readonly answers = new Map<string, Outcome>();
  private readonly inputs: ReadonlySet<string>;
  private readonly env: Env;
  private readonly outputs: [string, ColumnBody][];

  constructor(
    private readonly rule: RuleBody,
    private readonly world: World,
  ) {
    this.outputs = inOrder(rule.outputs);
    this.inputs = new Set([...Object.keys(rule.inputs ?? {}), ...(rule.kind === "rates" ? [AS_OF] : []), ...(rule.kind === "scorecard" ? [SCORE] : [])]);
    const read: Read = (path) => this.read(path);
    read.rows = world.env.read.rows;
    this.env = { ...world.env, read };
    for (const [name, column] of inOrder(rule.inputs)) this.ask(name, column);
    if (rule.kind === "rates") this.know(AS_OF, compute(rule.as_of || "today()", this.env));
  }

  decide(): Decided {
    if (this.rule.kind === "decision") return this.called();
    if (this.rule.kind === "scorecard") return this.scored();
    return this.chosen();
  }

  /** An input that is the field of its name asks the record, not itself. */
  private ask(name: string, { formula = "", type = "" }: ColumnBody): void {
    const given = this.world.given?.[name];
    if (given !== undefined) this.know(name, given);
    else if (formula && formula !== name) this.know(name, compute(formula, this.env));
    else if (formula || (this.rule.on && !type)) this.know(name, this.world.env.read([name]) as Value | undefined);
  }

  private know(name: string, value: Value | undefined): void {
    if (value !== undefined) this.values.set(name, value);
  }

  private read(path: string[]): unknown {
    const [first = "", second] = path;
    if (path.length === 1 && this.inputs.has(first)) return this.values.get(first);
    if (path.length === 2 && this.answers.has(first)) return this.answers.get(first)![second!];
    return this.world.env.read(path);
  }

  // -- rows

  private chosen(): Decided {
    const hit = { tree: "first", rates: "first" }[this.rule.kind ?? ""] ?? this.rule.hit ?? "first";
    const fired = this.fires(this.leaves(), !["unique", "any", "collect"].includes(hit));
    return { rows: fired.map(({ label }) => label), outcome: this.combined(hit, fired) };
  }

  private combined(hit: string, fired: Leaf[]): Outcome | Outcome[] {
    const isList = hit === "collect" && (this.rule.collect ?? "list") === "list";
    const found = fired.map(({ row }) => this.outcome(row.then));
    const hasDefault = Object.values(this.rule.default ?? {}).some((text) => text.trim());
    if (!fired.length && (hasDefault || hit !== "collect")) return this.outcome(this.rule.default);
    if (isList) return found;
    if (hit === "collect") return this.total(found);
    if (found.length > 1 && (hit === "unique" || found.some((each) => !isSame(each, found[0]!)))) throw new Untold("rows contradict");
    return found[0]!;
  }

  private total(found: Outcome[]): Outcome {
    return Object.fromEntries(this.outputs.map(([name]) => [name, TOTALS[this.rule.collect!]!(found.map((each) => each[name]!).filter((value) => value !== null))]));
  }

  private leaves(rows: RowBody[] = this.rule.rows ?? []): Leaf[] {
    const found = [...leavesOf(rows, "", [])];
    if (this.rule.kind === "rates") return found.toSorted((one, other) => (other.row.from ?? "").localeCompare(one.row.from ?? "", "en"));
    return this.rule.hit === "priority" ? found.toSorted((one, other) => (other.row.priority ?? 0) - (one.row.priority ?? 0)) : found;
  }

  private fires(leaves: Leaf[], isFirst: boolean): Leaf[] {
    const fired: Leaf[] = [];
    for (const leaf of leaves) {
      if (!this.holds(leaf)) continue;
      fired.push(leaf);
      if (isFirst) break;
    }
    return fired;
  }

  /** One condition that doesn't hold settles it, whatever the others are. */
  private holds({ conditions }: Leaf): boolean {
    let isTold = true;
    for (const test of conditions.flatMap((row) => this.tests(row))) {
      const value = compute(test, this.env);
      if (value === undefined) isTold = false;
      else if (value !== true) return false;
    }
    if (!isTold) throw new Untold("condition");
    return true;
  }

  private tests({ when = "", from, until }: RowBody): string[] {
    const days = this.rule.kind === "rates" ? [from && `${AS_OF} >= "${from}"`, until && `${AS_OF} <= "${until}"`] : [];
    const asked = typeof when === "string" ? [when] : Object.entries(when).map(([name, cell]) => (isAny(cell) ? "" : testOf(cell, name, this.typeOf(name))));
    return [...days, ...asked].filter((test): test is string => Boolean(test));
  }

  /** What the column says, else what its value is; of a blank any type reads the cell alike. */
  private typeOf(name: string): string {
    const { type, formula } = this.rule.inputs?.[name] ?? {};
    if (type || (!this.rule.on && !formula)) return type || "number";
    const value = this.values.get(name);
    if (typeof value === "boolean") return "boolean";
    return value instanceof Moment ? "moment" : isDate(value) ? "date" : "";
  }

  // -- what follows

  private outcome(then: Record<string, string> = {}): Outcome {
    return Object.fromEntries(this.outputs.map(([name, column]) => [name, then[name]?.trim() ? this.follows(then[name], column) : null]));
  }

  private follows(text: string, { decimals }: ColumnBody): Value {
    const value = compute(text, this.env);
    if (value === undefined) throw new Untold(text);
    return value instanceof Decimal && decimals !== undefined && decimals !== null ? roundTo(value, new Decimal(decimals)) : value;
  }

  private scored(): Decided {
    const fired = this.fires(this.leaves(), false);
    const points = fired.map(({ row }) => this.outcome({ [SCORE]: row.then?.[SCORE] ?? "" })[SCORE]);
    const score = points.reduce<Decimal>((sum, each) => (each instanceof Decimal ? sum.plus(each) : sum), new Decimal(0));
    this.values.set(SCORE, score);
    const [band] = this.fires(this.leaves(this.rule.bands ?? []), true);
    return { rows: fired.map(({ label }) => label), outcome: { ...this.outcome(band ? band.row.then : this.rule.default), [SCORE]: score } };
  }

  private called(): Decided {
    for (const [name, call] of inOrder(this.rule.calls)) {
      const rule = this.world.rule?.(call.rule);
      const given = Object.fromEntries(Object.entries(call.given ?? {}).map(([input, text]) => [input, this.follows(text, {})]));
      const answer = rule && decide(rule, { ...this.world, given });
      if (!answer || Array.isArray(answer.outcome)) throw new Untold(call.rule);
      this.answers.set(name, answer.outcome);
    }
    return { rows: [], outcome: this.outcome(Object.fromEntries(this.outputs.map(([name, column]) => [name, column.formula ?? ""]))) };
  }
}

const SCORE = "score";
const AS_OF = "as_of";

const inOrder = <P extends { order?: number }>(parts: Record<string, P> = {}): [string, P][] => Object.entries(parts).toSorted(([, one], [, other]) => (one.order ?? 0) - (other.order ?? 0));

/** In the order in which they are tried; a row's own answer comes after its branches. */
function* leavesOf(rows: RowBody[], above: string, conditions: RowBody[]): Generator<Leaf> {
  for (const [at, row] of rows.entries()) {
    const label = above ? `${above}.${at}` : String(at);
    const own = [...conditions, row];
    yield* leavesOf(row.branches ?? [], label, own);
    if (Object.keys(row.then ?? {}).length > 0 || !row.branches?.length) yield { label, row, conditions: own };
  }
}

/** A cell that can't be read holds for nobody: the designer tells what is wrong with it. */
function testOf(cell: string, name: string, type: string): string {
  try {
    return cellFormula(cell, name, type) ?? "";
  } catch {
    return "unreadable(";
  }
}

const isSame = (one: Outcome, other: Outcome): boolean => JSON.stringify(shown(one)) === JSON.stringify(shown(other));

const amounts = (values: Value[]): Decimal[] => values.filter((value): value is Decimal => value instanceof Decimal);
const furthest = (values: Decimal[], sign: 1 | -1): Decimal | null => values.reduce<Decimal | null>((best, value) => (best === null || value.comparedTo(best) * sign > 0 ? value : best), null);

const TOTALS: Record<string, (values: Value[]) => Value> = {
  sum: (values) => amounts(values).reduce((sum, value) => sum.plus(value), new Decimal(0)),
  count: (values) => new Decimal(values.length),
  min: (values) => furthest(amounts(values), -1),
  max: (values) => furthest(amounts(values), 1),
};
