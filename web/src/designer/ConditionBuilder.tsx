/** “When [field] [is] [value]”, picked; or as a formula, for what can't be picked. */
import { useLingui } from "@lingui/react/macro";
import { Button, Input, InputNumber, Select } from "antd";
import { Plus, Sigma, X } from "lucide-react";
import { useState } from "react";
import type { Field } from "../records/definitions";
import { useDefs } from "../records/context";
import { OPERATOR_WORDS } from "../records/fields/operatorWords";
import { kindOf } from "../records/fields/registry";
import { wholeObject } from "./acts";
import { operatorsOf, type Picked, type PickedAll, readPicked, writePicked } from "./conditions";
import { useDesign } from "./context";
import { FormulaInput } from "./formula";
import { fieldsOf } from "./layout";
import { asField } from "./object/preview";

interface ConditionBuilderProps {
  object: string;
  value: string;
  onChange: (formula: string) => void;
  label: string;
  /** Where `this.` leads, for filters of links. */
  scope?: string;
  /** Just begun: its field is asked first. */
  isNew?: boolean;
}

export function ConditionBuilder(props: ConditionBuilderProps) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const whole = wholeObject(definitions, props.object);
  const fields = whole ? fieldsOf(whole.body).map(([name, body]) => asField(name, body)).filter((field) => operatorsOf(field).length > 0) : [];
  const known = readPicked(props.value, fields);
  const [isFormula, setFormula] = useState(known === null);
  const [unfinished, setUnfinished] = useState<PickedAll | null>(null);
  if (isFormula || known === null)
    return (
      <div className="q-condition-builder">
        <FormulaInput object={props.object} scope={props.scope} value={props.value} onChange={props.onChange} expect="boolean" label={props.label} />
        {known !== null && (
          <Button type="link" size="small" onClick={() => setFormula(false)}>
            {t`Pick instead`}
          </Button>
        )}
      </div>
    );
  const picked = unfinished ?? (known.parts.length ? known : { joined: "and" as const, parts: [{ path: "", operator: "", values: [] }] });
  function put(next: PickedAll): void {
    const text = next.parts.length ? writePicked(next, fields) : "";
    setUnfinished(text === null ? next : null);
    if (text !== null) props.onChange(text);
  }
  return (
    <div className="q-condition-builder" role="group" aria-label={props.label}>
      {picked.parts.map((part, at) => (
        <PickedPart
          key={at}
          part={part}
          isNew={props.isNew && at === 0 && !part.path}
          at={at}
          joined={picked.joined}
          fields={fields}
          onChange={(next) => put({ ...picked, parts: picked.parts.map((each, place) => (place === at ? next : each)) })}
          onJoin={(joined) => put({ ...picked, joined })}
          onRemove={picked.parts.length > 1 || part.path ? () => put({ ...picked, parts: picked.parts.filter((_, place) => place !== at) }) : undefined}
        />
      ))}
      <div className="q-condition-more">
        <Button type="link" size="small" icon={<Plus size={13} aria-hidden />} onClick={() => setUnfinished({ ...picked, parts: [...picked.parts, { path: "", operator: "", values: [] }] })}>
          {t`Add a condition`}
        </Button>
        <Button type="link" size="small" icon={<Sigma size={13} aria-hidden />} onClick={() => setFormula(true)}>
          {t`Write a formula`}
        </Button>
      </div>
    </div>
  );
}

interface PickedPartProps {
  isNew?: boolean;
  part: Picked;
  at: number;
  joined: "and" | "or";
  fields: Field[];
  onChange: (part: Picked) => void;
  onJoin: (joined: "and" | "or") => void;
  onRemove?: () => void;
}

function PickedPart({ isNew, part, at, joined, fields, onChange, onJoin, onRemove }: PickedPartProps) {
  const { t, i18n } = useLingui();
  const field = fields.find((each) => each.name === part.path);
  const operators = field ? operatorsOf(field) : [];
  const operator = operators.find((each) => each.name === part.operator);
  const words = (name: string) => (OPERATOR_WORDS[name] ? i18n._(OPERATOR_WORDS[name]) : name);
  function chooseField(path: string): void {
    const next = fields.find((each) => each.name === path);
    onChange({ path, operator: next ? (operatorsOf(next)[0]?.name ?? "") : "", values: [] });
  }
  return (
    <div className="q-condition-part">
      {at > 0 && <Select size="small" aria-label={t`Both or either`} value={joined} onChange={onJoin} options={[{ value: "and", label: t`and` }, { value: "or", label: t`or` }]} popupMatchSelectWidth={false} />}
      <Select
        size="small"
        className="q-condition-field"
        aria-label={t`Field of the condition`}
        autoFocus={isNew}
        defaultOpen={isNew}
        placeholder={t`Choose a field`}
        showSearch={{ optionFilterProp: "label" }}
        value={part.path || undefined}
        onChange={chooseField}
        options={fields.map((each) => ({ value: each.name, label: each.label }))}
        popupMatchSelectWidth={false}
      />
      {field && <Select size="small" aria-label={t`How to compare`} value={part.operator} onChange={(name: string) => onChange({ ...part, operator: name })} options={operators.map((each) => ({ value: each.name, label: words(each.name) }))} popupMatchSelectWidth={false} />}
      {field && operator && operator.takes !== "none" && <ValueOf field={field} takes={operator.takes} values={part.values} onChange={(values) => onChange({ ...part, values })} />}
      {onRemove && <Button type="text" size="small" aria-label={t`Remove the condition`} icon={<X size={14} aria-hidden />} onClick={onRemove} />}
    </div>
  );
}

interface ValueOfProps {
  field: Field;
  takes: string;
  values: string[];
  onChange: (values: string[]) => void;
}

function ValueOf({ field, takes, values, onChange }: ValueOfProps) {
  const { t } = useLingui();
  const { objects } = useDefs();
  const label = t`Value of ${field.label}`;
  if (field.choices?.length) {
    const options = field.choices.map((choice) => ({ value: choice.name, label: choice.label }));
    return takes === "many" ? (
      <Select size="small" mode="multiple" optionFilterProp="label" className="q-condition-value" aria-label={label} value={values} options={options} onChange={onChange} popupMatchSelectWidth={false} />
    ) : (
      <Select size="small" className="q-condition-value" aria-label={label} value={values[0]} options={options} onChange={(value: string) => onChange([value])} popupMatchSelectWidth={false} />
    );
  }
  if (takes === "days") return <InputNumber size="small" min={0} aria-label={label} value={values[0] ? Number(values[0]) : null} onChange={(days) => onChange([days === null ? "" : String(days)])} />;
  const { Editor } = kindOf(field);
  if (takes === "text" || !Editor || (field.to && !objects[field.to])) return <Input size="small" className="q-condition-value" aria-label={label} value={values[0] ?? ""} onChange={(event) => onChange([event.target.value])} />;
  return (
    <span className="q-condition-value">
      <Editor value={values[0] || null} field={{ ...field, required: false }} row={{}} ariaLabel={label} compact onChange={(value) => onChange(value === null || value === undefined ? [""] : [String(value)])} />
    </span>
  );
}
