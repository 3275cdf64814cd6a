/** The functions of the formula language by name. */
import { Decimal } from "../kit/decimal";
import { capitals } from "./capitals";
import { decide } from "./deciding";
import { type Node, order, same, type Scope, textOf, today, truth, zoneOf } from "./formula";
import * as values from "./values";
import { isDate, Moment, type Range, Span, Unknown, type Unit, type Value } from "./values";

type Act = (scope: Scope, args: Node[]) => Value;

/** Blank where an argument is blank. */
const strict =
  (act: (given: Exclude<Value, null>[], scope: Scope) => Value): Act =>
  (scope, args) => {
    const given = args.map((arg) => arg(scope));
    return given.some((value) => value === null) ? null : act(given as Exclude<Value, null>[], scope);
  };

function number(value: Value | undefined): Decimal {
  if (!(value instanceof Decimal)) throw new Unknown("number");
  return value;
}

function text(scope: Scope, value: Value | undefined): string {
  const found = textOf(scope, value ?? null);
  if (found === null) throw new Unknown("text");
  return found;
}

/** A date, or the company's date of a moment. */
function day(scope: Scope, value: Value | undefined): string {
  if (value instanceof Moment) return values.wall(value, zoneOf(scope)).date;
  if (!isDate(value)) throw new Unknown("date");
  return value;
}

const onNumber = (act: (value: Decimal) => Value): Act => strict(([value]) => act(number(value)));
const onText = (act: (text: string) => Value): Act => strict(([value], scope) => act(text(scope, value)));
const onDay = (act: (day: string) => Value): Act => strict(([value], scope) => act(day(scope, value)));
const clock = (part: "hour" | "minute"): Act =>
  strict(([value], scope) => {
    if (!(value instanceof Moment)) throw new Unknown(part);
    return new Decimal(values.wall(value, zoneOf(scope))[part]);
  });
const unit = (name: Unit): Act => strict(([value]) => (value instanceof Span ? values.inUnit(name, value) : values.duration(name, number(value))));
const search = (test: (whole: string, part: string) => boolean): Act => (scope, args) => {
  const [whole, part] = args.map((arg) => arg(scope));
  if (whole === null || part === null || whole === undefined || part === undefined) return false;
  if (Array.isArray(whole)) return whole.some((one) => same(one as Value, part));
  return test(values.lower(text(scope, whole)), values.lower(text(scope, part)));
};
const cut = (act: (text: string, ...counts: Decimal[]) => Value): Act => strict(([whole, ...counts], scope) => act(text(scope, whole), ...counts.map(number)));
const range = (end: keyof Range): Act => strict(([value]) => (value as Range)[end] ?? null);

const dayOf = onDay((date) => (values.isReal(date) ? date : unknown(date)));

/** What a rule says of the record that the formula is about; what it is given by name is the server's to read. */
const decided: Act = (scope, args) => {
  const [name, outcome, ...given] = args.map((arg) => String(arg(scope)));
  const rule = given.length === 0 ? scope.env.rules?.(name!) : undefined;
  const answer = rule && decide(rule, { env: scope.env, ...(scope.env.rules && { rule: scope.env.rules }) });
  if (!answer || Array.isArray(answer.outcome)) return unknown(name!);
  return answer.outcome[outcome ?? Object.keys(rule.outputs ?? {})[0]!] ?? null;
};

export const FUNCTIONS: Record<string, Act> = {
  decide: decided,
  if: (scope, [condition, yes, no]) => (truth(condition!(scope)) ? yes!(scope) : no ? no(scope) : null),
  default: (scope, args) => args.reduce<Value>((found, arg) => (found === null ? arg(scope) : found), null),
  blank: (scope, [value]) => value!(scope) === null,
  between: (scope, args) => {
    const [value, from, to] = args.map((arg) => arg(scope));
    return value !== null && from !== null && to !== null && order(value!, from!) >= 0 && order(value!, to!) <= 0;
  },
  round: strict(([value, places]) => values.roundTo(number(value), places === undefined ? new Decimal(0) : number(places))),
  floor: onNumber((value) => value.toDecimalPlaces(0, Decimal.ROUND_FLOOR)),
  ceil: onNumber((value) => value.toDecimalPlaces(0, Decimal.ROUND_CEIL)),
  abs: onNumber((value) => value.absoluteValue()),
  mod: strict(([one, other]) => (number(other).isZero() ? null : number(one).modulo(number(other)))),
  number: strict(([value]) => (value instanceof Decimal ? value : typeof value === "string" ? values.numberOf(value) : number(value))),
  convert: (scope, args) => {
    const [amount, to] = args.map((arg) => arg(scope));
    const own = scope.env.read(["company", "currency"]);
    const near = [scope.env.read, scope.read, ...scope.frames.map(({ row }) => row)].map((read) => read(["currency"]));
    const isOwn = (currency: unknown): boolean => currency === undefined || (currency instanceof Decimal && own instanceof Decimal && currency.equals(own));
    if (to instanceof Decimal && isOwn(to) && near.every(isOwn) && amount !== undefined) return amount;
    throw new Unknown("rate");
  },
  today: (scope) => today(scope),
  now: ({ env }) => env.now ?? unknown("now"),
  date: (scope, args) => (args.length === 3 ? madeDate(scope, args) : args.length === 2 ? unknown("date") : dayOf(scope, args)),
  moment: strict(([value, ...rest], scope) => {
    if (rest.length > 0 || value instanceof Decimal) throw new Unknown("moment");
    if (value instanceof Moment) return value;
    if (isDate(value)) return values.startOfDay(value, zoneOf(scope));
    return values.momentOf(text(scope, value)) ?? unknown("moment");
  }),
  year: onDay((date) => values.datePart("year", date)),
  month: onDay((date) => values.datePart("month", date)),
  day: onDay((date) => values.datePart("day", date)),
  weekday: onDay((date) => values.datePart("weekday", date)),
  hour: clock("hour"),
  minute: clock("minute"),
  days: unit("days"),
  hours: unit("hours"),
  minutes: unit("minutes"),
  months: onNumber((count) => values.monthsOf(1, count)),
  years: onNumber((count) => values.monthsOf(12, count)),
  start_of_week: onDay((date) => values.startOf("week", date)),
  start_of_month: onDay((date) => values.startOf("month", date)),
  start_of_year: onDay((date) => values.startOf("year", date)),
  end_of_month: onDay(values.endOfMonth),
  first_day: range("from"),
  last_day: range("to"),
  overlaps: (scope, args) => {
    const [one, other] = args.map((arg) => arg(scope));
    return one !== null && other !== null && values.overlaps(one as Range, other as Range);
  },
  text: strict(([value, form], scope) => {
    if (form === undefined) return textOf(scope, value!);
    if (value instanceof Decimal) return values.fixed(value, number(form));
    return values.written(text(scope, form), isDate(value) || value instanceof Moment ? value : unknown("text"), value instanceof Moment ? zoneOf(scope) : "UTC");
  }),
  capitals: onNumber(capitals),
  len: (scope, [value]) => values.lengthOf(textOf(scope, value!(scope))),
  lower: onText(values.lower),
  upper: onText(values.upper),
  trim: onText((found) => values.strip(found) || null),
  left: cut((whole, count) => values.left(whole, count!)),
  right: cut((whole, count) => values.right(whole, count!)),
  middle: cut((whole, start, count) => values.middle(whole, start!, count!)),
  replace: (scope, args) => {
    const [whole, found, by] = args.map((arg) => textOf(scope, arg(scope)));
    return whole === null || whole === undefined ? null : (found ? whole.replaceAll(found, () => by ?? "") : whole) || null;
  },
  join: (scope, args) => {
    const [separator, ...parts] = args.map((arg) => textOf(scope, arg(scope)));
    return parts.filter((part) => part !== null).join(separator ?? "") || null;
  },
  contains: search((whole, part) => whole.includes(part)),
  starts_with: search((whole, part) => whole.startsWith(part)),
  ends_with: search((whole, part) => whole.endsWith(part)),
  my_departments: ({ env }) => env.myDepartments ?? unknown("my_departments"),
};

function madeDate(scope: Scope, args: Node[]): Value {
  const [year, month, day] = args.map((arg) => arg(scope));
  return year === null || month === null || day === null ? null : values.makeDate(number(year), number(month), number(day));
}

function unknown(name: string): never {
  throw new Unknown(name);
}
