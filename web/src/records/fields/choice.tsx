import { useLingui } from "@lingui/react/macro";
import { Select, Switch } from "antd";
import { Check, CircleDot, ListChecks, ToggleLeft } from "lucide-react";
import { language } from "../../kit/i18n";
import { ToneTag } from "../../kit/ToneTag";
import type { Choice, Field } from "../definitions";
import { type CellProps, type EditorProps, type FieldKind, inputOf } from "./kind";
import { booleanOperators, choiceOperators, choicesOperators, quote } from "./operators";

export const choiceOf = (field: Field, name: unknown): Choice =>
  field.choices?.find((choice) => choice.name === name) ?? { name: String(name), label: String(name) };

function ChoiceCell({ value, field }: CellProps) {
  if (value === null || value === undefined || value === "") return null;
  const choice = choiceOf(field, value);
  return <ToneTag tone={choice.tone}>{choice.label}</ToneTag>;
}

function ChoicesCell({ value, field, dense }: CellProps) {
  const names = (value as string[] | null) ?? [];
  return (
    <span className={dense ? "q-tags q-tags-dense" : "q-tags"}>
      {names.map((name) => (
        <ToneTag key={name} tone={choiceOf(field, name).tone}>
          {choiceOf(field, name).label}
        </ToneTag>
      ))}
    </span>
  );
}

function ChoiceEditor(props: EditorProps) {
  const { value, onChange, field, compact, ...rest } = props;
  const many = field.type === "choices";
  return (
    <Select
      {...inputOf(props)}
      className="q-fill"
      mode={many ? "multiple" : undefined}
      value={(value as string | string[] | null) ?? (many ? [] : undefined)}
      onChange={(chosen) => onChange(chosen ?? null)}
      options={(field.choices ?? []).map((choice) => ({ value: choice.name, label: choice.label }))}
      allowClear={!field.required}
      showSearch={(field.choices?.length ?? 0) > 8 ? { optionFilterProp: "label" } : false}
      defaultOpen={compact && rest.autoFocus}
      popupMatchSelectWidth={compact ? false : undefined}
    />
  );
}

const byLabel = (text: string, field: Field): string | undefined => {
  const wanted = text.trim().toLowerCase();
  return field.choices?.find((choice) => choice.label.toLowerCase() === wanted || choice.name.toLowerCase() === wanted)?.name;
};

export const choice: FieldKind = {
  icon: CircleDot,
  Cell: ChoiceCell,
  Editor: ChoiceEditor,
  text: (value, field) => (value ? choiceOf(field, value).label : ""),
  read: (text, field) => (text.trim() ? byLabel(text, field) : null),
  literal: quote,
  operators: choiceOperators,
  ends: "at_once",
  width: 130,
  sortable: true,
};

export const choices: FieldKind = {
  ...choice,
  icon: ListChecks,
  Cell: ChoicesCell,
  text: (value, field) => ((value as string[] | null) ?? []).map((name) => choiceOf(field, name).label).join(", "),
  read: (text, field) => text.split(/[,，;；、]/).map((part) => byLabel(part, field)).filter(Boolean),
  operators: choicesOperators,
  ends: undefined,
  width: 190,
  sortable: false,
};

const YES = new Set(["yes", "y", "true", "1", "是", "对", "✓", "√"]);
const NO = new Set(["no", "n", "false", "0", "否", "不", ""]);
const yesNo = (value: unknown): string => (language() === "zh" ? (value ? "是" : "否") : value ? "Yes" : "No");

function BooleanCell({ value, dense }: CellProps) {
  if (value === null || value === undefined) return null;
  if (!dense) return <span>{yesNo(value)}</span>;
  return value ? <Check size={16} aria-label={yesNo(true)} className="q-check" /> : <span className="q-muted" aria-label={yesNo(false)}>–</span>;
}

function BooleanEditor({ value, onChange, compact, ...rest }: EditorProps) {
  const { t } = useLingui();
  if ((value === null || value === undefined) && rest.placeholder)
    return (
      <Select
        id={rest.id}
        className="q-fill"
        placeholder={rest.placeholder}
        aria-label={rest.ariaLabel}
        size={compact ? "small" : undefined}
        options={[
          { value: true, label: t`Yes` },
          { value: false, label: t`No` },
        ]}
        onChange={(on) => onChange(on)}
      />
    );
  return (
    <Switch
      id={rest.id}
      checked={value === true}
      onChange={(on) => onChange(on)}
      checkedChildren={t`Yes`}
      unCheckedChildren={t`No`}
      aria-label={rest.ariaLabel}
      aria-describedby={rest.describedBy}
      autoFocus={rest.autoFocus}
      size={compact ? "small" : undefined}
    />
  );
}

export const boolean: FieldKind = {
  icon: ToggleLeft,
  Cell: BooleanCell,
  Editor: BooleanEditor,
  text: (value) => (value === null || value === undefined ? "" : yesNo(value)),
  read: (text) => {
    const plain = text.trim().toLowerCase();
    return YES.has(plain) ? true : NO.has(plain) ? false : undefined;
  },
  literal: (value) => value,
  operators: booleanOperators,
  ends: "at_once",
  width: 90,
  sortable: true,
};
