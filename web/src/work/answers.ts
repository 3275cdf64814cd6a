/** What a person answers in a small dialog: values with the labels of links, and what is still to be said. */
import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { Field, Values } from "../records/definitions";
import { isBlank } from "../records/fields/kind";
import { said, type Step } from "./told";

export function useAnswers(start: Values = {}) {
  const { t } = useLingui();
  const [values, setValues] = useState<Values>(start);
  const [labels, setLabels] = useState<Record<string, string>>({});
  const [problems, setProblems] = useState<Record<string, string>>({});

  function onChange(name: string, value: unknown, label?: string): void {
    setValues((now) => ({ ...now, [name]: value }));
    if (label !== undefined) setLabels((now) => ({ ...now, [name]: label }));
  }

  /** Is all said that must be? What isn't is marked. */
  function isWhole(fields: Field[]): boolean {
    const lacking = fields.filter((field) => field.required && isBlank(values[field.name]));
    setProblems(Object.fromEntries(lacking.map((field) => [field.name, t`Say this first.`])));
    return lacking.length === 0;
  }

  return { values, isWhole, shown: { values, labels, problems, onChange } };
}

/** People who may be asked: those who are still there. */
export const personField = (name: string, label: string, more: Partial<Field> = {}): Field => ({ name, type: "user", to: "base.user", filter: "is_active", label, required: true, ...more });

/** Who decides at these steps, as a field for each; and the answer as the flow takes it. */
export const peopleOf = (steps: Step[], label: (step: string) => string): Field[] =>
  steps.map((step) => personField(step.step, label(said(step.label)), { many: true }));

export const chosenOf = (people: Field[], values: Values): Values | undefined =>
  people.length > 0 ? Object.fromEntries(people.map(({ name }) => [name, values[name]])) : undefined;
