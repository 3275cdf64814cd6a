/** Comparisons of the filter bar by family of types. */
import type { Field } from "../definitions";
import type { Operator } from "./kind";

export const quote = (text: string): string => `"${text.replace(/\\/g, "\\\\").replace(/"/g, '\\"')}"`;

export const blank: Operator = { name: "blank", takes: "none", formula: (path) => `blank(${path})` };
export const filled: Operator = { name: "filled", takes: "none", formula: (path) => `not blank(${path})` };
const is: Operator = { name: "is", takes: "one", formula: (path, [value]) => `${path} = ${value}` };
const isNot: Operator = { name: "is_not", takes: "one", formula: (path, [value]) => `${path} != ${value}` };

const compare = (name: string, sign: string): Operator => ({
  name,
  takes: "one",
  formula: (path, [value]) => `${path} ${sign} ${value}`,
});

const between: Operator = {
  name: "between",
  takes: "two",
  formula: (path, [low, high]) =>
    [low && `${path} >= ${low}`, high && `${path} <= ${high}`].filter(Boolean).join(" and ") || "true",
};

const anyOf: Operator = {
  name: "any_of",
  takes: "many",
  formula: (path, values) => (values.length === 1 ? `${path} = ${values[0]}` : `${path} in (${values.join(", ")})`),
};
const noneOf: Operator = {
  name: "none_of",
  takes: "many",
  formula: (path, values) => (values.length === 1 ? `${path} != ${values[0]}` : `not (${path} in (${values.join(", ")}))`),
};

export const textOperators: Operator[] = [
  { name: "contains", takes: "text", formula: (path, [value]) => `contains(${path}, ${value})` },
  { name: "starts", takes: "text", formula: (path, [value]) => `starts_with(${path}, ${value})` },
  { ...is, takes: "text" },
  { ...isNot, takes: "text" },
  blank,
  filled,
];

export const numberOperators: Operator[] = [
  between,
  is,
  isNot,
  compare("at_least", ">="),
  compare("more", ">"),
  compare("at_most", "<="),
  compare("less", "<"),
  blank,
  filled,
];

export const dateOperators: Operator[] = [
  between,
  is,
  compare("before", "<"),
  compare("after", ">"),
  compare("from_on", ">="),
  compare("until", "<="),
  { name: "last_days", takes: "days", formula: (path, [days]) => `${path} > today() - days(${days}) and ${path} <= today()` },
  { name: "next_days", takes: "days", formula: (path, [days]) => `${path} >= today() and ${path} < today() + days(${days})` },
  blank,
  filled,
];

export const momentOperators: Operator[] = [
  {
    name: "between",
    takes: "two",
    formula: (path, [low, high]) =>
      [low && `date(${path}) >= ${low}`, high && `date(${path}) <= ${high}`].filter(Boolean).join(" and ") || "true",
  },
  { name: "is", takes: "one", formula: (path, [value]) => `date(${path}) = ${value}` },
  { name: "last_days", takes: "days", formula: (path, [days]) => `date(${path}) > today() - days(${days})` },
  blank,
  filled,
];

export const choiceOperators: Operator[] = [anyOf, noneOf, blank, filled];
export const choicesOperators: Operator[] = [
  { name: "has", takes: "one", formula: (path, [value]) => `${value} in ${path}` },
  blank,
  filled,
];
export const linkOperators: Operator[] = [anyOf, noneOf, blank, filled];
export const booleanOperators: Operator[] = [
  { name: "yes", takes: "none", formula: (path) => path },
  { name: "no", takes: "none", formula: (path) => `not ${path}` },
];

/** What can only be there or not: files, places, secrets. */
export const presence: Operator[] = [filled, blank];

export const sameOperators: Operator[] = [is, isNot, blank, filled];

/** Codes of which a beginning stands for the whole below it: `44` is all of Guangdong. */
export const withinOperators: Operator[] = [
  { name: "under", takes: "one", formula: (path, [value]) => `starts_with(${path}, ${value})` },
  blank,
  filled,
];

export const timeOperators: Operator[] = [between, is, compare("before", "<"), compare("after", ">"), blank, filled];

/** A branch of the tree stands for everything under it. */
export const treeOperators: Operator[] = [
  {
    name: "under",
    takes: "one",
    formula: (path, [value = ""], field) => anyOf.formula(path, branchOf(field, value)),
  },
  blank,
  filled,
];

function branchOf(field: Field | undefined, literal: string): string[] {
  const children = (field?.choices ?? []).filter((choice) => choice.under && quote(choice.under) === literal);
  return [literal, ...children.flatMap((choice) => branchOf(field, quote(choice.name)))];
}

const runsUntil = (path: string, day: string): string => `(blank(last_day(${path})) or last_day(${path}) >= ${day})`;
const runsFrom = (path: string, day: string): string => `(blank(first_day(${path})) or first_day(${path}) <= ${day})`;

/** Days from one to another, open where an end is blank: what runs on any of the days asked for. */
export const rangeOperators: Operator[] = [
  {
    name: "during",
    takes: "two",
    formula: (path, [low, high]) => [`not blank(${path})`, low && runsUntil(path, low), high && runsFrom(path, high)].filter(Boolean).join(" and "),
  },
  { name: "runs_on", takes: "one", formula: (path, [day = ""]) => `not blank(${path}) and ${runsUntil(path, day)} and ${runsFrom(path, day)}` },
  blank,
  filled,
];
