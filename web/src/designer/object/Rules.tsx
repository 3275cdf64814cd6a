/** What must hold before a record is saved, said in one's own words; and what may not occur twice. */
import { useLingui } from "@lingui/react/macro";
import { Button, Select } from "antd";
import { Plus, Trash2 } from "lucide-react";
import { ConditionBuilder } from "../ConditionBuilder";
import { useDesign } from "../context";
import type { Body } from "../draft";
import { fieldsOf } from "../layout";
import { unused } from "../names";
import { Labelled } from "../parts";
import { say, type Words, WordsInput } from "../words";
import { useEditing, useFieldActs } from "./editing";

export function Rules() {
  return (
    <>
      <Checks />
      <Keys />
    </>
  );
}

function useFieldOptions(): { value: string; label: string }[] {
  const { whole } = useEditing();
  return fieldsOf(whole.body).map(([name, body]) => ({ value: name, label: say(body.label, name) }));
}

function Checks() {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const { whole } = useEditing();
  const acts = useFieldActs();
  const rules = (definitions.object?.[whole.name]?.body?.rules ?? {}) as Record<string, Body>;
  const put = (next: Record<string, Body>, typing = "") => acts.setObject(t`Change what must hold`, { rules: next }, typing);
  return (
    <section className="q-box">
      <h2>{t`What must hold`}</h2>
      <p className="q-muted">{t`A record that breaks one of these can't be saved, and says why in your words.`}</p>
      {Object.entries(rules).map(([name, rule]) => (
        <Check key={name} rule={rule} onChange={(news, typing) => put({ ...rules, [name]: { ...rule, ...news } }, typing && `${name} ${typing}`)} onRemove={() => put(Object.fromEntries(Object.entries(rules).filter(([each]) => each !== name)))} />
      ))}
      <Button type="dashed" icon={<Plus size={15} aria-hidden />} onClick={() => put({ ...rules, [unused("rule", Object.keys(rules))]: { require: "true", say: { en: "This can't be so.", zh: "此处填写有误。" } } })}>
        {t`Add what must hold`}
      </Button>
    </section>
  );
}

function Check({ rule, onChange, onRemove }: { rule: Body; onChange: (news: Body, typing?: string) => void; onRemove: () => void }) {
  const { t } = useLingui();
  const { whole } = useEditing();
  const options = useFieldOptions();
  return (
    <div className="q-linkage-rule">
      <div className="q-linkage-line">
        <strong>{t`It must hold that`}</strong>
        <ConditionBuilder object={whole.name} label={t`It must hold that`} value={rule.require === "true" ? "" : rule.require} onChange={(require) => onChange({ require: require || "true" }, "require")} />
        <Button type="text" size="small" aria-label={t`Remove what must hold`} icon={<Trash2 size={15} aria-hidden />} onClick={onRemove} />
      </div>
      <div className="q-two-fields">
        <WordsInput label={t`Else say`} value={rule.say as Words} onChange={(words) => onChange({ say: words }, "say")} />
        <Labelled label={t`Beside the field`}>{(id) => <Select id={id} allowClear value={(rule.field as string) || undefined} options={options} onChange={(field) => onChange({ field: field ?? "" })} />}</Labelled>
      </div>
    </div>
  );
}

function Keys() {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const { whole } = useEditing();
  const acts = useFieldActs();
  const options = useFieldOptions();
  const keys = (definitions.object?.[whole.name]?.body?.keys ?? {}) as Record<string, Body>;
  const put = (next: Record<string, Body>) => acts.setObject(t`Change what may not occur twice`, { keys: next });
  const rest = (name: string) => Object.fromEntries(Object.entries(keys).filter(([each]) => each !== name));
  return (
    <section className="q-box">
      <h2>{t`Not twice`}</h2>
      <p className="q-muted">{t`No two records may have the same in all of these fields together.`}</p>
      {Object.entries(keys).map(([name, key]) => (
        <div key={name} className="q-linkage-line">
          <Select mode="multiple" optionFilterProp="label" className="q-linkage-fields" aria-label={t`Which fields`} value={(key.fields as string[]) ?? []} options={options} onChange={(fields: string[]) => put(fields.length ? { ...keys, [name]: { ...key, fields } } : rest(name))} />
          <Button type="text" size="small" aria-label={t`Remove`} icon={<Trash2 size={15} aria-hidden />} onClick={() => put(rest(name))} />
        </div>
      ))}
      <Select
        aria-label={t`Add a field that may not occur twice`}
        className="q-linkage-fields"
        placeholder={t`Add fields that may not occur twice`}
        value={null}
        options={options}
        onChange={(field: string) => put({ ...keys, [unused(`${field}_key`, Object.keys(keys))]: { fields: [field] } })}
      />
    </section>
  );
}
