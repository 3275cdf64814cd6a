/** What is added up over the past, before and after: revenue, margin, whatever a formula says of a record and its answer. */
import { useLingui } from "@lingui/react/macro";
import { Button, Input } from "antd";
import { Plus, X } from "lucide-react";
import { outputsOf } from "../model";
import { useRule } from "../state";

export interface Measure {
  label: string;
  formula: string;
}

export function Measures({ value, onChange }: { value: Measure[]; onChange: (measures: Measure[]) => void }) {
  const { t } = useLingui();
  const { body } = useRule();
  const answer = outputsOf(body)[0]?.name ?? "percent";
  const set = (at: number, patch: Partial<Measure>) => onChange(value.map((each, place) => (place === at ? { ...each, ...patch } : each)));
  return (
    <div className="q-rule-measures">
      {value.map((measure, at) => (
        <div key={at} className="q-rule-measure">
          <Input size="small" aria-label={t`Name of sum ${at + 1}`} placeholder={t`Revenue`} value={measure.label} onChange={({ target }) => set(at, { label: target.value })} />
          <Button type="text" size="small" aria-label={t`Don't add up ${measure.label || at + 1}`} icon={<X size={14} aria-hidden />} onClick={() => onChange(value.toSpliced(at, 1))} />
          <Input size="small" className="q-rule-formula" aria-label={t`Formula of sum ${at + 1}`} placeholder={`total * (1 - answer.${answer} / 100)`} value={measure.formula} onChange={({ target }) => set(at, { formula: target.value })} />
        </div>
      ))}
      <Button size="small" type="text" icon={<Plus size={14} aria-hidden />} onClick={() => onChange([...value, { label: "", formula: "" }])}>
        {t`Add up before and after`}
      </Button>
    </div>
  );
}
