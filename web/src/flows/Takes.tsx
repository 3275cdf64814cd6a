/** Values taken out of what another system answers or sends; later formulas know them by name. */
import { useLingui } from "@lingui/react/macro";
import { Button, Input, Select } from "antd";
import { Plus, X } from "lucide-react";
import { unused } from "../designer/names";

export interface Take {
  at: string;
  type?: string;
  required?: boolean;
}

interface TakesProps {
  label: string;
  value: Record<string, Take>;
  onChange: (value: Record<string, Take>) => void;
}

export function Takes({ label, value, onChange }: TakesProps) {
  const { t } = useLingui();
  const types: [string, string][] = [["text", t`Text`], ["number", t`Number`], ["money", t`Money`], ["boolean", t`Yes or no`], ["date", t`Date`], ["moment", t`Moment`]];
  const rename = (from: string, to: string) => /^[a-z][a-z0-9_]*$/.test(to) && !(to in value) && onChange(Object.fromEntries(Object.entries(value).map(([name, take]) => [name === from ? to : name, take])));
  return (
    <section className="q-flow-part" aria-label={label}>
      <h3>{label}</h3>
      {Object.entries(value).map(([name, take]) => (
        <div key={name} className="q-flow-take">
          <Input aria-label={t`Name in formulas`} defaultValue={name} onBlur={(event) => rename(name, event.target.value)} />
          <Input aria-label={t`Where it stands: ${name}`} placeholder="order.lines.0.sku" value={take.at} onChange={(event) => onChange({ ...value, [name]: { ...take, at: event.target.value } })} />
          <Select aria-label={t`Type of ${name}`} value={take.type ?? "text"} onChange={(type) => onChange({ ...value, [name]: { ...take, type } })} options={types.map(([each, words]) => ({ value: each, label: words }))} />
          <Button type="text" size="small" aria-label={t`Remove ${name}`} icon={<X size={14} aria-hidden />} onClick={() => onChange(Object.fromEntries(Object.entries(value).filter(([each]) => each !== name)))} />
        </div>
      ))}
      <Button size="small" type="link" icon={<Plus size={13} aria-hidden />} onClick={() => onChange({ ...value, [unused("value", Object.keys(value))]: { at: "value" } })}>
        {t`Take a value`}
      </Button>
    </section>
  );
}
