/** The form as it reacts to itself: linkage applied to its fields, and what its rules say while one types. */
import { useQueries } from "@tanstack/react-query";
import { get } from "../kit/api";
import { type Field, isLink, type ObjectInfo, type RecordAnswer, type Values } from "../records/definitions";
import { isBlank } from "../records/fields/kind";
import { type Env, evaluate } from "../rules/formula";
import { type Behaviour, behaviourOf, settingsOf } from "../rules/linkage";
import type { Draft } from "./draft";
import type { LinesShape } from "./lines";
import { names } from "./naming";
import { numbered, useRecordEnv } from "./preview";

export interface Reacting {
  /** Fields as they behave now; hidden ones are gone. */
  fields: Field[];
  /** The draft's values with what linkage sets. */
  values: Values;
  /** What the rules say of what was typed. */
  problems: Record<string, string>;
  env: Env;
}

export function useReacting(object: ObjectInfo, fields: Field[], draft: Draft, shapes: Record<string, LinesShape>, before?: Values): Reacting {
  useLinkedRecords(object, draft.values);
  const tell = useRecordEnv(object, shapes);
  const past = before && tell(before);
  const settings = asHeld(object, settingsOf(object.linkage, draft.values, draft.touched, tell, past));
  const values = Object.keys(settings).length > 0 ? { ...draft.values, ...settings } : draft.values;
  const env = tell(values);
  const now = behaviourOf(object.linkage, env, past);
  const shown = fields.filter((field) => !now.hidden.has(field.name)).map((field) => behaving(field, now));
  return { fields: shown, values, problems: brokenRules(object, draft, env), env };
}

/** The field as linkage has it now. */
export const behaving = (field: Field, now: Behaviour): Field => ({
  ...field,
  required: field.required || now.required.has(field.name),
  locked: now.locked.get(field.name),
  choices: offered(field, now.choices.get(field.name)),
  filter: [field.filter, now.filters.get(field.name)].filter(Boolean).map((text) => `(${text})`).join(" and ") || field.filter,
});

const offered = (field: Field, names?: readonly string[]): Field["choices"] => (names ? field.choices?.filter((choice) => names.includes(choice.name)) : field.choices);

const asHeld = (object: ObjectInfo, values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, numbered(object.fields.find((each) => each.name === name), value)]));

/** A rule is spoken of once something that it names was typed. */
function brokenRules(object: ObjectInfo, draft: Draft, env: Env): Record<string, string> {
  const broken: Record<string, string> = {};
  for (const rule of object.rules) {
    const isTyped = [...draft.touched].some((name) => names(rule.require, name));
    const holds = isTyped ? evaluate(rule.require, env) : undefined;
    if (holds === false || holds === null) broken[rule.field || rule.name] = rule.say;
  }
  return broken;
}

/** Required and blank: what a guided step asks for before it lets one pass. */
export const missingIn = (fields: Field[], values: Values, words: string): Record<string, string> =>
  Object.fromEntries(fields.filter((field) => field.required && !field.default && isBlank(values[field.name])).map((field) => [field.name, words]));

/** Records that formulas look into through links, so that they can be told while typing. */
function useLinkedRecords(object: ObjectInfo, values: Values): void {
  const texts = [
    ...object.linkage.flatMap((each) => [each.when, ...Object.values(each.set), ...Object.values(each.filter)]),
    ...object.rules.map((rule) => rule.require),
    ...object.fields.flatMap((field) => [field.formula ?? "", field.default ?? ""]),
  ].join("\n");
  const links = object.fields.filter((field) => isLink(field) && field.to && typeof values[field.name] === "number" && texts.includes(`${field.name}.`));
  useQueries({
    queries: links.map((field) => ({
      queryKey: ["record", field.to, String(values[field.name])],
      queryFn: () => get<RecordAnswer>(`/api/records/${field.to}/${String(values[field.name])}`),
      staleTime: 60_000,
      retry: false,
    })),
  });
}
