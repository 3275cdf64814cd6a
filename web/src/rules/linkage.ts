/** Linkage as the form previews it: what is hidden, asked for, locked, offered and set while formulas hold.
 *
 * The rules are the server's (kernel/writing/linkage.py), which has the last word; what can't be told here
 * changes nothing on the screen. */
import { Decimal } from "../kit/decimal";
import { type Env, evaluate } from "./formula";

export interface Linkage {
  name: string;
  label: string;
  when: string;
  show: string[];
  hide: string[];
  require: string[];
  lock: string[];
  set: Record<string, string>;
  choices: Record<string, string[]>;
  filter: Record<string, string>;
}

export interface Behaviour {
  hidden: ReadonlySet<string>;
  /** Field → why, in the linkage's own words. */
  required: ReadonlyMap<string, string>;
  locked: ReadonlyMap<string, string>;
  choices: ReadonlyMap<string, readonly string[]>;
  /** Link → what its target must fit; `this` is replaced by values. */
  filters: ReadonlyMap<string, string>;
}

export type Values = Record<string, unknown>;

/** `before` is the record as it stands on the server; none for a new one. */
export function behaviourOf(linkage: Linkage[], now: Env, before?: Env): Behaviour {
  const told = linkage.map((each) => ({ each, holds: evaluate(each.when, now) }));
  const holding = told.filter(({ holds }) => holds === true).map(({ each }) => each);
  const canShow = new Set(linkage.flatMap((each) => each.show));
  const shown = new Set(told.filter(({ holds }) => holds === true || holds === undefined).flatMap(({ each }) => each.show));
  const held = before ? linkage.filter((each) => evaluate(each.when, before) === true) : [];
  return {
    hidden: new Set([...[...canShow].filter((name) => !shown.has(name)), ...holding.flatMap((each) => each.hide)]),
    required: new Map(holding.flatMap((each) => each.require.map((name) => [name, each.label] as const))),
    locked: new Map([
      ...held.flatMap((each) => each.lock.map((name) => [name, each.label] as const)),
      ...holding.flatMap((each) => each.lock.filter((name) => name in each.set).map((name) => [name, each.label] as const)),
    ]),
    choices: both(holding.map((each) => each.choices), (one, other) => one.filter((name) => other.includes(name))),
    filters: both(holding.map((each) => written(each.filter, now)), (one, other) => `(${one}) and (${other})`),
  };
}

function both<T>(maps: Record<string, T>[], join: (one: T, other: T) => T): Map<string, T> {
  const found = new Map<string, T>();
  for (const [name, value] of maps.flatMap((each) => Object.entries(each))) {
    const known = found.get(name);
    found.set(name, known === undefined ? value : join(known, value));
  }
  return found;
}

const THIS = /("(?:[^"\\]|\\.|"")*"|'(?:[^'\\]|\\.|'')*')|\bthis\.([\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*)/gu;

export const pathsOfThis = (text: string): string[] => [...text.matchAll(THIS)].flatMap(([, quoted, path]) => (quoted === undefined && path ? [path] : []));

/** The filter with literals in the place of `this.…`; undefined where one can't be told. */
export function filled(text: string, literal: (path: string) => string | undefined): string | undefined {
  let isKnown = true;
  const written = text.replace(THIS, (all, quoted: string | undefined, path: string) => {
    if (quoted !== undefined) return all;
    const found = literal(path);
    isKnown &&= found !== undefined;
    return found ?? "blank";
  });
  return isKnown ? written : undefined;
}

/** One that can't be told narrows nothing. */
function written(filters: Record<string, string>, now: Env): Record<string, string> {
  const entries = Object.entries(filters).flatMap(([name, text]) => {
    const filter = filled(text, (path) => literalOf(now.read(path.split("."))));
    return filter === undefined ? [] : [[name, filter] as const];
  });
  return Object.fromEntries(entries);
}

function literalOf(value: unknown): string | undefined {
  if (value === null) return "blank";
  if (value instanceof Decimal) return value.toFixed();
  if (typeof value === "boolean") return String(value);
  return typeof value === "string" ? `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"` : undefined;
}

/** What linkage sets into fields that the person left alone, by the server's rule: when it begins to hold, or when its answer changes. */
export function settingsOf(linkage: Linkage[], values: Values, given: ReadonlySet<string>, envOf: (values: Values) => Env, before?: Env): Values {
  let settings: Values = {};
  for (let round = 0; round <= linkage.length; round += 1) {
    const next = oneRound(linkage, given, envOf(round === 0 ? values : { ...values, ...settings }), before);
    if (same(next, settings)) return settings;
    settings = next;
  }
  return settings;
}

function oneRound(linkage: Linkage[], given: ReadonlySet<string>, now: Env, before?: Env): Values {
  const settings: Values = {};
  for (const each of linkage) {
    if (evaluate(each.when, now) !== true) continue;
    const held = before !== undefined && evaluate(each.when, before) === true;
    for (const [name, text] of Object.entries(each.set)) {
      const value = given.has(name) ? undefined : evaluate(text, now);
      if (value === undefined || (held && same(evaluate(text, before), value))) continue;
      settings[name] = value;
    }
  }
  return settings;
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
