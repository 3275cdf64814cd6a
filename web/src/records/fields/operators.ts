/** Comparisons of the filter bar by family of types. */
import type { Operator } from "./kind";

export const quote = (text: string): string => `"${text.replace(/\\/g, "\\\\").replace(/"/g, '\\"')}"`;

const blank: Operator = { name: "blank", takes: "none", formula: (path) => `blank(${path})` };
const filled: Operator = { name: "filled", takes: "none", formula: (path) => `not blank(${path})` };
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
  compare("more", ">"),
  compare("less", "<"),
  blank,
  filled,
];

export const dateOperators: Operator[] = [
  between,
  is,
  compare("before", "<"),
  compare("after", ">"),
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
