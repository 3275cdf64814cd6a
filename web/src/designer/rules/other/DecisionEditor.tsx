/** A decision of decisions: which rules are asked, with what, and how their answers come together. */
import { useLingui } from "@lingui/react/macro";
import { Button, Input, Select } from "antd";
import { ExternalLink, Plus, Trash2 } from "lucide-react";
import { Link } from "react-router";
import { alive, bodyOf } from "../../acts";
import { labelOf, useDesign } from "../../context";
import type { Body } from "../../draft";
import { unused } from "../../names";
import { Labelled } from "../../parts";
import { useFindings } from "../analysis";
import { type Column, columnChanged, inputsOf, ordered, outputsOf, partsOf } from "../model";
import { useSight } from "../sight";
import { useRule } from "../state";
import { CallGraph } from "./CallGraph";
import { Outputs } from "./Outputs";
import { Wrong } from "./Wrong";

export function DecisionEditor() {
  const { t } = useLingui();
  const { name, body, put } = useRule();
  const { definitions } = useDesign();
  const calls = partsOf(body.calls);
  const rules = alive(definitions, "rule").filter(([rule]) => rule !== name);
  const set = (next: [string, Body][], typing = "") => put(t`Change what is asked`, { calls: ordered(next) }, typing);
  const add = (rule: string) => set([...calls, [unused(rule.split(".")[1] ?? "call", calls.map(([call]) => call)), { rule }]]);
  return (
    <>
      <CallGraph />
      <div className="q-rule-parts">
        <h2>{t`Rules that are asked, one after another`}</h2>
        {calls.map(([call, each], at) => (
          <Call key={call} call={call} each={each} onChange={(patch, typing) => set(calls.map((one, place) => (place === at ? [call, { ...each, ...patch }] : one)), `${call} ${typing}`)} onRemove={() => set(calls.toSpliced(at, 1))} />
        ))}
        <Select
          className="q-rule-add"
          aria-label={t`Ask a rule`}
          placeholder={
            <>
              <Plus size={14} aria-hidden /> {t`Ask a rule`}
            </>
          }
          value={null}
          showSearch={{ optionFilterProp: "label" }}
          options={rules.map(([rule, each]) => ({ value: rule, label: labelOf(each, rule) }))}
          onChange={(rule: string | null) => rule && add(rule)}
        />
        <h2>{t`What it answers`}</h2>
        <Outputs />
        {outputsOf(body).map((column) => (
          <Answer key={column.name} column={column} example={`${calls[0]?.[0] ?? "price"}.amount`} />
        ))}
      </div>
    </>
  );
}

function Answer({ column, example }: { column: Column; example: string }) {
  const { t } = useLingui();
  const { body, put } = useRule();
  const place = `outputs.${column.name}`;
  const formula = (column.body.formula as string | undefined) ?? "";
  return (
    <FormulaField
      sight={place}
      place={`${place}.formula`}
      label={column.label}
      help={formula ? "" : t`An answer of a rule is named by the rule and the outcome: ${example}`}
      value={formula}
      onChange={(next) => put(t`Change what it answers`, columnChanged(body, column, { formula: next }), `${column.name} formula`)}
    />
  );
}

interface FormulaFieldProps {
  /** What a finding leads to. */
  sight: string;
  /** Where it stands in the definition. */
  place: string;
  label: string;
  help?: string;
  placeholder?: string;
  value: string;
  onChange: (formula: string) => void;
}

/** A formula over the record, what is given and the answers before; what is wrong with it stands below. */
function FormulaField({ sight, place, label, help, placeholder, value, onChange }: FormulaFieldProps) {
  const isWrong = useFindings().at(place).length > 0;
  return (
    <div ref={useSight<HTMLDivElement>(sight)}>
      <Labelled label={label} help={help}>
        {(id) => <Input id={id} className="q-rule-formula" status={isWrong ? "error" : ""} value={value} placeholder={placeholder} onChange={({ target }) => onChange(target.value)} />}
      </Labelled>
      <Wrong at={place} />
    </div>
  );
}

interface CallProps {
  call: string;
  each: Body;
  onChange: (patch: Body, typing: string) => void;
  onRemove: () => void;
}

function Call({ call, each, onChange, onRemove }: CallProps) {
  const { t } = useLingui();
  const { definitions, number } = useDesign();
  const { object } = useRule();
  const asked = bodyOf(definitions, "rule", each.rule as string);
  const given = (each.given ?? {}) as Record<string, string>;
  const needed = asked ? inputsOf(asked).filter(({ body }) => body.type || asked.on !== object) : [];
  return (
    <section className="q-box q-rule-part" aria-label={labelOf(asked, each.rule as string)} ref={useSight(`calls.${call}`)}>
      <div className="q-rule-line">
        <strong className="q-grow">
          {labelOf(asked, each.rule as string)} <code className="q-muted">{call}</code>
        </strong>
        <Link to={`/design/${number}/rule/${each.rule as string}`} aria-label={t`Open the rule`}>
          <ExternalLink size={14} aria-hidden />
        </Link>
        <Button type="text" size="small" danger aria-label={t`Don't ask it`} icon={<Trash2 size={14} aria-hidden />} onClick={onRemove} />
      </div>
      <Wrong at={`calls.${call}`} />
      <Wrong at={`calls.${call}.rule`} />
      <div className="q-two-fields">
        {needed.map((column) => (
          <FormulaField
            key={column.name}
            sight={`calls.${call}.given.${column.name}`}
            place={`calls.${call}.given.${column.name}`}
            label={column.label}
            placeholder={t`a field, a value or an answer before`}
            value={given[column.name] ?? ""}
            onChange={(formula) => onChange({ given: { ...given, [column.name]: formula } }, column.name)}
          />
        ))}
      </div>
    </section>
  );
}
