/** How the form answers to what is filled in, as sentences: when …, then …. */
import { useLingui } from "@lingui/react/macro";
import { Button, Select } from "antd";
import { CircleDashed, Plus, Trash2, X } from "lucide-react";
import { useState } from "react";
import { setObject, tidy, wholeObject } from "../acts";
import { ConditionBuilder } from "../ConditionBuilder";
import { useDesign } from "../context";
import type { Body } from "../draft";
import { FormulaInput } from "../formula";
import { fieldsOf } from "../layout";
import { unused } from "../names";
import { say } from "../words";
import { useEditing } from "./editing";

const PLAIN = ["show", "hide", "require", "lock"] as const;
const EACH = ["set", "choices", "filter"] as const;
type Effect = (typeof PLAIN)[number] | (typeof EACH)[number];

export function Linkage() {
  const { t } = useLingui();
  const { whole } = useEditing();
  const children = fieldsOf(whole.body).flatMap(([, field]) => (field.type === "lines" && field.of ? [{ child: field.of as string, label: say(field.label, field.of) }] : []));
  return (
    <section className="q-box">
      <h2>{t`What happens when`}</h2>
      <p className="q-muted">{t`Fields can appear, hide, be required, be locked or be filled in, depending on the others. The server holds to it too, whoever writes.`}</p>
      <LinkageOf object={whole.name} />
      {children.map(({ child, label }) => (
        <div key={child} className="q-linkage-lines">
          <h3>{t`In each line of ${label}`}</h3>
          <LinkageOf object={child} />
        </div>
      ))}
    </section>
  );
}

function LinkageOf({ object }: { object: string }) {
  const { t } = useLingui();
  const { definitions, act } = useDesign();
  const { unfinished, setUnfinished } = useEditing();
  const [open, setOpen] = useState<string | null>(null);
  const body = definitions.object?.[object]?.body;
  if (!body) return null;
  const written = (body.linkage ?? {}) as Record<string, Body>;
  const begun = unfinished[object] ?? {};
  const rules = Object.entries({ ...written, ...begun }).toSorted(([, one], [, other]) => (one.order ?? 0) - (other.order ?? 0));
  /** Only what is whole enters the draft; the rest waits on this page. */
  const put = (name: string, rule: Body | null, typing = "") => {
    const { [name]: _, ...others } = written;
    const { [name]: __, ...waiting } = begun;
    const isWhole = rule !== null && missingOf(rule) === null;
    setUnfinished({ ...unfinished, [object]: rule && !isWhole ? { ...waiting, [name]: rule } : waiting });
    act(t`Change what happens when`, setObject(definitions, object, { linkage: isWhole ? { ...others, [name]: rule } : others }), typing && `${object} ${name} ${typing}`);
  };
  function add(): void {
    const name = unused("rule", rules.map(([each]) => each));
    const last = Math.max(0, ...rules.map(([, rule]) => (rule.order as number | undefined) ?? 0));
    put(name, { when: "", order: last + 10 });
    setOpen(name);
  }
  return (
    <>
      <ol className="q-linkage">
        {rules.map(([name, rule]) => (
          <li key={name}>
            <LinkageRule object={object} rule={rule} isNew={open === name} onChange={(next, typing) => put(name, next, typing)} onRemove={() => put(name, null)} />
          </li>
        ))}
      </ol>
      <Button type="dashed" icon={<Plus size={15} aria-hidden />} onClick={add}>
        {t`Add a rule`}
      </Button>
    </>
  );
}

/** What a rule still needs before anybody could follow it. */
function missingOf(rule: Body): "when" | "then" | null {
  if (!rule.when) return "when";
  return rowsOf(rule).some(({ effect, field }) => field || (rule[effect] as string[]).length > 0) ? null : "then";
}

interface LinkageRuleProps {
  object: string;
  rule: Body;
  isNew: boolean;
  onChange: (rule: Body, typing?: string) => void;
  onRemove: () => void;
}

interface Row {
  effect: Effect;
  /** Of `set`, `choices`, `filter`: one field. */
  field?: string;
}

/** A rule's effects as rows: one for each plain list, one for each field that gets something of its own. */
function rowsOf(rule: Body): Row[] {
  const plain = PLAIN.filter((effect) => rule[effect]).map((effect): Row => ({ effect }));
  const each = EACH.flatMap((effect) => Object.keys((rule[effect] ?? {}) as Body).map((field): Row => ({ effect, field })));
  return [...plain, ...each];
}

function LinkageRule({ object, rule, isNew, onChange, onRemove }: LinkageRuleProps) {
  const { t } = useLingui();
  const rows = rowsOf(rule);
  const [extra, setExtra] = useState<Effect[]>(rows.length === 0 ? ["show"] : []);
  const missing = missingOf(rule);
  const write = (next: Body, typing = "") => onChange({ when: next.when ?? "", ...tidy({ ...next, when: undefined }) }, typing);
  return (
    <div className="q-linkage-rule">
      <div className="q-linkage-line">
        <strong>{t`If`}</strong>
        <ConditionBuilder object={object} label={t`If`} isNew={isNew} value={(rule.when as string) ?? ""} onChange={(when) => write({ ...rule, when }, "when")} />
        <Button type="text" size="small" aria-label={t`Remove the rule`} icon={<Trash2 size={15} aria-hidden />} onClick={onRemove} />
      </div>
      {rows.map((row) => (
        <EffectRow key={row.effect + (row.field ?? "")} object={object} rule={rule} row={row} onChange={write} />
      ))}
      {extra.map((effect, at) => (
        <EffectRow
          key={`extra ${at}`}
          object={object}
          rule={rule}
          row={{ effect }}
          isExtra
          onTurn={(next) => setExtra(extra.map((each, place) => (place === at ? next : each)))}
          onChange={(next, typing) => {
            setExtra(extra.filter((_, place) => place !== at));
            write(next, typing);
          }}
        />
      ))}
      {missing && (
        <p className="q-unfinished">
          <CircleDashed size={14} aria-hidden /> {missing === "when" ? t`Not finished: choose when it happens.` : t`Not finished: choose what happens then.`}
        </p>
      )}
      {extra.length === 0 && (
        <Button type="link" size="small" icon={<Plus size={13} aria-hidden />} onClick={() => setExtra([...extra, "require"])}>
          {t`And also`}
        </Button>
      )}
    </div>
  );
}

interface EffectRowProps {
  object: string;
  rule: Body;
  row: Row;
  isExtra?: boolean;
  onTurn?: (effect: Effect) => void;
  onChange: (rule: Body, typing?: string) => void;
}

function EffectRow({ object, rule, row, isExtra, onTurn, onChange }: EffectRowProps) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const whole = wholeObject(definitions, object);
  const fields = whole ? fieldsOf(whole.body) : [];
  const { effect, field } = row;
  const isPlain = (PLAIN as readonly string[]).includes(effect);
  const fitting = fields.filter(([, body]) => fits(effect, body)).map(([name, body]) => ({ value: name, label: say(body.label, name) }));
  const words: Record<Effect, string> = { show: t`show`, hide: t`hide`, require: t`require`, lock: t`lock`, set: t`fill in`, choices: t`offer only`, filter: t`limit the records of` };

  function turn(next: Effect): void {
    if (isExtra) return onTurn?.(next);
    const without = dropped(rule, row);
    const kept = isPlain ? ((rule[effect] as string[]) ?? []) : field ? [field] : [];
    if ((PLAIN as readonly string[]).includes(next)) onChange({ ...without, [next]: [...new Set([...((without[next] as string[]) ?? []), ...kept])] });
    else if (kept[0]) onChange({ ...without, [next]: { ...without[next], [kept[0]]: next === "choices" ? [] : "" } });
  }

  function chooseField(name: string): void {
    const without = field ? dropped(rule, row) : rule;
    onChange({ ...without, [effect]: { ...without[effect], [name]: effect === "choices" ? allChoices(whole?.body.fields[name]) : effect === "filter" ? "true" : "blank" } });
  }

  return (
    <div className="q-linkage-line q-linkage-effect">
      <span className="q-muted">{t`then`}</span>
      <Select size="small" aria-label={t`What happens`} value={effect} onChange={turn} options={[...PLAIN, ...EACH].map((each) => ({ value: each, label: words[each] }))} popupMatchSelectWidth={false} />
      {isPlain ? (
        <Select
          size="small"
          mode="multiple"
          className="q-linkage-fields"
          aria-label={t`Which fields`}
          placeholder={t`Choose fields`}
          optionFilterProp="label"
          value={isExtra ? [] : ((rule[effect] as string[] | undefined) ?? [])}
          options={fitting}
          onChange={(names: string[]) => onChange({ ...rule, [effect]: isExtra ? [...new Set([...((rule[effect] as string[] | undefined) ?? []), ...names])] : names })}
        />
      ) : (
        <Select size="small" className="q-linkage-fields" aria-label={t`Which field`} placeholder={t`Choose a field`} showSearch={{ optionFilterProp: "label" }} value={field} options={fitting} onChange={chooseField} popupMatchSelectWidth={false} />
      )}
      {field && whole && <Given object={object} effect={effect} field={field} body={whole.body.fields[field]} value={rule[effect]?.[field]} onChange={(value, typing) => onChange({ ...rule, [effect]: { ...rule[effect], [field]: value } }, typing)} />}
      {!isExtra && <Button type="text" size="small" aria-label={t`Remove this part`} icon={<X size={14} aria-hidden />} onClick={() => onChange(dropped(rule, row))} />}
    </div>
  );
}

const fits = (effect: Effect, body: Body): boolean => {
  if (effect === "choices") return ["choice", "choices", "tree_choice"].includes(body.type);
  if (effect === "filter") return ["link", "cascade", "user", "department"].includes(body.type);
  return effect === "show" || effect === "hide" || body.formula === undefined;
};

const allChoices = (body: Body | undefined): string[] => Object.keys((body?.choices ?? {}) as Body);

function dropped(rule: Body, { effect, field }: Row): Body {
  if (!field) return { ...rule, [effect]: undefined };
  const { [field]: _, ...others } = (rule[effect] ?? {}) as Body;
  return { ...rule, [effect]: others };
}

interface GivenProps {
  object: string;
  effect: Effect;
  field: string;
  body: Body | undefined;
  value: unknown;
  onChange: (value: unknown, typing?: string) => void;
}

/** What a field gets: a value, the choices that stay, or which records may be linked. */
function Given({ object, effect, field, body, value, onChange }: GivenProps) {
  const { t } = useLingui();
  if (!body) return null;
  if (effect === "choices") {
    const options = Object.entries((body.choices ?? {}) as Record<string, Body>).map(([name, choice]) => ({ value: name, label: say(choice.label, name) }));
    return <Select size="small" mode="multiple" optionFilterProp="label" className="q-linkage-fields" aria-label={t`Choices that stay`} value={(value as string[]) ?? []} options={options} onChange={(next) => onChange(next)} />;
  }
  if (effect === "set")
    return (
      <div className="q-linkage-formula">
        <FormulaInput object={object} label={t`Value`} expect={{ field }} value={value === "blank" ? "" : ((value as string) ?? "")} hint={t`today(), "text", 1 or a formula`} onChange={(text) => onChange(text || "blank", "value")} />
      </div>
    );
  const target = (body.to as string | undefined) ?? (body.type === "user" ? "base.user" : "base.department");
  return (
    <div className="q-linkage-formula">
      <ConditionBuilder object={target} scope={object} label={t`Only those with`} value={value === "true" ? "" : ((value as string) ?? "")} onChange={(text) => onChange(text || "true", "filter")} />
    </div>
  );
}

