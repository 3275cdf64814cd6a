import { useLingui } from "@lingui/react/macro";
import { Button, Checkbox, Input, Radio } from "antd";
import { useState } from "react";
import { type Field, isLink } from "../definitions";
import { choiceOf } from "../fields/choice";
import type { Operator } from "../fields/kind";
import { LinkChooser } from "../fields/LinkChooser";
import { OPERATOR_WORDS } from "../fields/operatorWords";
import { kindOf } from "../fields/registry";
import { type Condition, operatorOf } from "../filters";

/** A condition in words, for its chip. */
export function useConditionWords(): (field: Field, condition: Condition) => string {
  const { t, i18n } = useLingui();
  return (field, condition) => {
    const operator = operatorOf(field, condition.operator);
    const word = OPERATOR_WORDS[condition.operator];
    const name = word ? i18n._(word) : condition.operator;
    if (!operator || operator.takes === "none") return name;
    const values = condition.values.map((value, index) => valueWords(field, value, condition.labels?.[index]));
    if (!values.some(Boolean)) return "…";
    if (operator.takes === "two") {
      const [low, high] = values;
      return low && high ? `${low} – ${high}` : low ? `≥ ${low}` : `≤ ${high}`;
    }
    if (condition.operator === "any_of" || condition.operator === "is") return values.join(", ");
    if (condition.operator === "last_days") return t`last ${values[0] ?? ""} days`;
    if (condition.operator === "next_days") return t`next ${values[0] ?? ""} days`;
    return `${name} ${values.join(", ")}`;
  };
}

function valueWords(field: Field, value: string, label?: string): string {
  if (!value) return "";
  if (isLink(field)) return label || `#${value}`;
  if (field.choices?.length) return choiceOf(field, value).label;
  return field.type === "region" ? kindOf(field).text(value, field, {}) : value;
}

interface ConditionEditorProps {
  field: Field;
  condition: Condition;
  onChange: (condition: Condition) => void;
  onClose: () => void;
}

export function ConditionEditor({ field, condition, onChange, onClose }: ConditionEditorProps) {
  const { t, i18n } = useLingui();
  const { operators } = kindOf(field);
  const operator = operatorOf(field, condition.operator) ?? operators[0];
  if (!operator) return null;
  const takes = (name: string) => operators.find((each) => each.name === name)?.takes;
  return (
    <div className="q-condition" onKeyDown={(event) => event.key === "Enter" && !event.nativeEvent.isComposing && (event.target as HTMLElement).role !== "combobox" && onClose()}>
      <Radio.Group
        size="small"
        optionType="button"
        aria-label={t`How to compare`}
        value={operator.name}
        options={operators.map((each) => ({ value: each.name, label: OPERATOR_WORDS[each.name] ? i18n._(OPERATOR_WORDS[each.name]!) : each.name }))}
        onChange={({ target }) =>
          onChange({ ...condition, operator: target.value, values: takes(target.value) === operator.takes ? condition.values : [], labels: undefined })
        }
      />
      <Values field={field} operator={operator} condition={condition} onChange={onChange} />
      <div className="q-condition-end">
        <Button size="small" type="primary" onClick={onClose}>
          {t`Done`}
        </Button>
      </div>
    </div>
  );
}

interface ValuesProps {
  field: Field;
  operator: Operator;
  condition: Condition;
  onChange: (condition: Condition) => void;
}

function Values({ field, operator, condition, onChange }: ValuesProps) {
  const { t } = useLingui();
  const set = (values: string[], labels?: string[]) => onChange({ ...condition, values, labels });
  const [first = "", second = ""] = condition.values;
  if (operator.takes === "none") return null;
  if (field.choices?.length && operator.name !== "under")
    return (
      <Checkbox.Group
        className="q-condition-choices"
        value={condition.values}
        options={field.choices.map((choice) => ({ value: choice.name, label: choice.label }))}
        onChange={(chosen) => set(operator.takes === "one" ? (chosen.slice(-1) as string[]) : (chosen as string[]))}
      />
    );
  if (isLink(field)) return <LinkValues field={field} condition={condition} onSet={set} />;
  if (operator.takes === "text" || operator.takes === "days")
    return <Lazily value={first} onChange={(text) => set([text])} label={field.label} isNumber={operator.takes === "days"} />;
  if (operator.takes === "two")
    return (
      <div className="q-condition-two">
        <ValueEditor field={field} value={first} onChange={(value) => set([value, second])} label={t`From`} />
        <ValueEditor field={field} value={second} onChange={(value) => set([first, value])} label={t`To`} />
      </div>
    );
  return <ValueEditor field={field} value={first} onChange={(value) => set([value])} label={field.label} />;
}

/** Moments are filtered by day. */
function ValueEditor({ field, value, onChange, label }: { field: Field; value: string; onChange: (value: string) => void; label: string }) {
  const plain: Field = { ...field, type: field.type === "moment" ? "date" : field.type, required: false, min: null, max: null };
  const { Editor: OfForm, FilterEditor: Editor = OfForm } = kindOf(plain);
  if (!Editor) return null;
  return <Editor value={value || null} field={plain} ariaLabel={label} placeholder={label} onChange={(next) => onChange(next === null || next === undefined ? "" : String(next))} />;
}

function Lazily({ value, onChange, label, isNumber }: { value: string; onChange: (text: string) => void; label: string; isNumber: boolean }) {
  const [typed, setTyped] = useState(value);
  return (
    <Input
      autoFocus
      aria-label={label}
      value={typed}
      inputMode={isNumber ? "numeric" : undefined}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={() => onChange(typed)}
      onPressEnter={() => onChange(typed)}
    />
  );
}

function LinkValues({ field, condition, onSet }: { field: Field; condition: Condition; onSet: (values: string[], labels: string[]) => void }) {
  const labels = condition.labels ?? [];
  return (
    <div className="q-condition-links">
      {condition.values.map((value, index) => (
        <Checkbox
          key={value}
          checked
          onChange={() =>
            onSet(
              condition.values.filter((_, at) => at !== index),
              labels.filter((_, at) => at !== index),
            )
          }
        >
          {labels[index] || `#${value}`}
        </Checkbox>
      ))}
      <LinkChooser
        value={null}
        field={{ ...field, required: true }}
        ariaLabel={field.label}
        onChange={(chosen, label) => chosen && onSet([...condition.values, String(chosen)], [...labels, label ?? ""])}
      />
    </div>
  );
}
