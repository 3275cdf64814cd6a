/** Everything that one field can be told, as its type allows. */
import { useLingui } from "@lingui/react/macro";
import { Button, Input, InputNumber, Select, Switch } from "antd";
import { Trash2, Waypoints } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import type { InputRef } from "antd";
import { alive, bodyOf, wholeObject } from "../acts";
import { isShipped, labelOf, useDesign } from "../context";
import type { Body } from "../draft";
import { fieldTypeOf, type Setting } from "../fieldTypes";
import { type Expect, FormulaInput } from "../formula";
import { fieldsOf, findItem } from "../layout";
import { identifier, unused } from "../names";
import { Labelled } from "../parts";
import { goesAlong } from "../removing";
import { say, WordsInput } from "../words";
import { ChoicesEditor } from "./ChoicesEditor";
import { useEditing, useFieldActs } from "./editing";
import { HiddenFrom } from "./HiddenFrom";
import { RenameDialog } from "./RenameDialog";
import { TypeChoice } from "./TypeChoice";

const UsesDrawer = lazy(async () => ({ default: (await import("../publish/UsesDrawer")).UsesDrawer }));

interface Here {
  object: string;
  field: string;
  body: Body;
  /** `typing`: acts while a text is typed are one. */
  set: (news: Body, typing?: string) => void;
}

export function FieldSettings({ object, field }: { object: string; field: string }) {
  const { t } = useLingui();
  const { definitions, number } = useDesign();
  const acts = useFieldActs();
  const [asking, setAsking] = useState<"uses" | "remove" | "rename" | null>(null);
  const body = wholeObject(definitions, object)?.body.fields[field] as Body | undefined;
  if (!body) return null;
  const here: Here = { object, field, body, set: (news, typing) => acts.patch(object, field, news, typing) };
  const settings = fieldTypeOf(body.type)?.settings ?? [];
  return (
    <div className="q-field-settings" data-setting-of={field}>
      <NameOf {...here} />
      <TypeChoice {...here} />
      <div className="q-setting-first">
        {settings.filter(isFirst).map((setting) => (
          <SettingPart key={setting} setting={setting} {...here} />
        ))}
      </div>
      <WordsInput label={t`Help under the field`} value={body.help} onChange={(help) => here.set({ help }, "help")} isLong />
      {settings.filter((setting) => !isFirst(setting)).map((setting) => (
        <SettingPart key={setting} setting={setting} {...here} />
      ))}
      <Shown {...here} />
      {!bodyOf(definitions, "object", object)?.lines_of && <HiddenFrom object={object} field={field} />}
      <p className="q-muted q-small q-setting-name">
        {t`Name in formulas and addresses: ${field}`}
        {acts.isPublished(object, field) && !isShipped(definitions, object, field) && (
          <Button type="link" size="small" onClick={() => setAsking("rename")}>
            {t`Rename…`}
          </Button>
        )}
      </p>
      <div className="q-setting-acts">
        {acts.isPublished(object, field) && (
          <Button type="text" icon={<Waypoints size={15} aria-hidden />} onClick={() => setAsking("uses")}>
            {t`What uses this?`}
          </Button>
        )}
        <Button danger type="text" icon={<Trash2 size={15} aria-hidden />} onClick={() => (acts.isPublished(object, field) ? setAsking("remove") : acts.remove(object, field))}>
          {t`Remove this field`}
        </Button>
      </div>
      {asking === "rename" && <RenameDialog object={object} field={field} label={say(body.label, field)} onClose={() => setAsking(null)} />}
      {(asking === "uses" || asking === "remove") && (
        <Suspense>
          <UsesDrawer kind="field" name={`${object}.${field}`} label={say(body.label, field)} draft={number} onClose={() => setAsking(null)} goesAlong={(use) => goesAlong(definitions, object, field, use)} onRemove={asking === "remove" ? () => acts.remove(object, field) : undefined} />
        </Suspense>
      )}
    </div>
  );
}

/** What a field is nothing without stands first. */
const isFirst = (setting: Setting): boolean => ["choices", "formula", "path", "to", "pattern"].includes(setting);

/** A new field is named first; Enter goes on to what it is nothing without, else to the next field. */
function NameOf({ object, field, body, set }: Here) {
  const { t } = useLingui();
  const { fresh, setFresh } = useEditing();
  const acts = useFieldActs();
  const input = useRef<InputRef>(null);
  const needed = () => (body.pattern ? null : document.querySelector<HTMLElement>(".q-setting-first :is(input, .cm-content)"));
  const goOn = () => {
    const next = needed() ?? document.getElementById("q-field-search");
    if (next) next.focus();
    else input.current?.blur();
  };
  useEffect(() => {
    if (fresh !== field) return;
    input.current?.focus({ cursor: "all" });
    setFresh(null);
  }, [fresh, field, setFresh]);
  return (
    <WordsInput
      label={t`Name of the field`}
      value={body.label}
      inputRef={input}
      onChange={(label) => set({ label }, "label")}
      onBlur={() => void acts.settleName(object, field)}
      onEnter={goOn}
    />
  );
}

function Toggle({ label, help, checked, onChange }: { label: string; help?: string; checked: boolean; onChange: (on: boolean) => void }) {
  return (
    <div className="q-toggle">
      <label>
        <Switch size="small" checked={checked} onChange={onChange} aria-label={label} />
        <span>{label}</span>
      </label>
      {help && <p className="q-field-help">{help}</p>}
    </div>
  );
}

function Shown({ object, field, body, set }: Here) {
  const { t } = useLingui();
  const { sections, whole } = useEditing();
  const acts = useFieldActs();
  const item = object === whole.name ? findItem(sections, field) : undefined;
  return (
    <fieldset className="q-setting-group">
      <legend>{t`Where it shows`}</legend>
      <Toggle label={t`Column of the list`} checked={Boolean(body.in_list)} onChange={(in_list) => set({ in_list })} />
      <Toggle label={t`Keep off forms and pages`} checked={Boolean(body.hidden)} onChange={(hidden) => set({ hidden })} />
      {item && item.section.columns > 1 && (
        <Labelled label={t`Width on the form`}>
          {(id) => (
            <Select
              id={id}
              size="small"
              value={Math.min(item.item.width, item.section.columns)}
              options={Array.from({ length: item.section.columns }, (_, at) => ({ value: at + 1, label: at + 1 === item.section.columns ? t`The whole width` : t`${at + 1} of ${item.section.columns} columns` }))}
              onChange={(width) => acts.setItem(item.item.name, { width })}
            />
          )}
        </Labelled>
      )}
    </fieldset>
  );
}

/** One setting; the list of them comes from the type. */
function SettingPart({ setting, ...here }: Here & { setting: Setting }): ReactNode {
  const { t } = useLingui();
  const { body, set } = here;
  const flag = (label: string, help?: string) => <Toggle label={label} help={help} checked={Boolean(body[setting])} onChange={(on) => set({ [setting]: on })} />;
  switch (setting) {
    case "required":
      return flag(t`Must be filled in`);
    case "unique":
      return flag(t`No two records may have the same`);
    case "search":
      return flag(t`Found by search`);
    case "read_only":
      return flag(t`Nobody fills it in by hand`, body.read_only ? t`Only buttons and flows write it.` : undefined);
    case "fixed":
      return flag(t`Can't be changed later`);
    case "default":
      return <FormulaSetting {...here} name="default" label={t`Begins with`} hint={t`today(), me, "text" or 1`} expect={{ field: here.field }} />;
    case "formula":
      return <FormulaSetting {...here} name="formula" label={body.type === "rollup" ? t`Sum` : t`Formula`} hint={body.type === "rollup" ? "sum(lines.amount)" : undefined} />;
    case "choices":
      return <ChoicesEditor {...here} isTree={body.type === "tree_choice"} />;
    case "decimals":
      return <NumberSetting {...here} name="decimals" label={t`Decimals`} max={12} />;
    case "max_length":
      return <NumberSetting {...here} name="max_length" label={t`At most so many characters`} />;
    case "max_count":
      return <NumberSetting {...here} name="max_count" label={t`At most so many files`} />;
    case "min_rows":
      return <NumberSetting {...here} name="min_rows" label={t`At least so many lines`} />;
    case "max_size":
      return <NumberSetting {...here} name="max_size" label={t`Largest file (MB)`} factor={1024 * 1024} />;
    case "min":
    case "max":
      return <TextSetting {...here} name={setting} label={body.type === "date" ? (setting === "min" ? t`Earliest` : t`Latest`) : setting === "min" ? t`Smallest` : t`Largest`} />;
    case "pattern":
      return <TextSetting {...here} name="pattern" label={t`Pattern`} help={t`${"{year} {month} {day}"} and zeros for the counter, for example ${"INS-{year}-{0000}"}`} />;
    case "to":
      return <Target {...here} />;
    case "filter":
      return body.to || ["user", "department"].includes(body.type) ? <LinkFilter {...here} /> : null;
    case "reverse":
      return <Reverse {...here} />;
    case "on_remove":
      return <OneOf {...here} name="on_remove" label={t`When that record is removed`} options={[["refuse", t`Refuse while it is used here`], ["blank", t`Leave this blank`]]} />;
    case "depth":
      return <OneOf {...here} name="depth" label={t`Down to`} options={[["province", t`Province`], ["city", t`City`], ["district", t`District`]]} />;
    case "symbology":
      return <OneOf {...here} name="symbology" label={t`Drawn as`} options={[["code128", "Code 128"], ["ean13", "EAN 13"], ["qr", t`QR code`]]} />;
    case "accept":
      return <Accept {...here} />;
    case "path":
      return <PathSetting {...here} />;
    case "currency":
      return <Currency {...here} />;
    case "tree":
      return <TextSetting {...here} name="tree" label={t`Field that leads to the record above`} />;
    case "where":
      return body.to ? <FormulaSetting {...here} over={body.to} scope={here.object} name="where" label={t`Which record`} expect="boolean" /> : null;
    case "sort":
      return <TextSetting {...here} name="sort" label={t`First by`} help={t`A field's name; a minus before it puts the largest first.`} />;
    case "take":
      return body.to ? <FieldOf object={body.to} label={t`Take its`} value={body.take} onChange={(take) => set({ take })} /> : null;
  }
}

interface FormulaSettingProps extends Here {
  name: string;
  label: string;
  hint?: string;
  expect?: Expect;
  over?: string;
  scope?: string;
}

function FormulaSetting({ object, body, set, name, label, hint, expect, over, scope }: FormulaSettingProps) {
  return (
    <div className="q-field">
      <span className="q-field-name">{label}</span>
      <FormulaInput object={over ?? object} scope={scope} label={label} value={(body[name] as string | undefined) ?? ""} onChange={(text) => set({ [name]: text }, name)} expect={expect} hint={hint} />
    </div>
  );
}

function NumberSetting({ body, set, name, label, max, factor = 1 }: Here & { name: string; label: string; max?: number; factor?: number }) {
  const value = body[name] as number | undefined;
  return (
    <Labelled label={label}>{(id) => <InputNumber id={id} min={0} max={max} precision={0} value={value === undefined ? null : value / factor} onChange={(next) => set({ [name]: next === null ? undefined : next * factor }, name)} />}</Labelled>
  );
}

function TextSetting({ body, set, name, label, help }: Here & { name: string; label: string; help?: string }) {
  return (
    <Labelled label={label} help={help}>
      {(id) => <Input id={id} value={(body[name] as string | undefined) ?? ""} onChange={(event) => set({ [name]: event.target.value }, name)} />}
    </Labelled>
  );
}

function OneOf({ body, set, name, label, options }: Here & { name: string; label: string; options: [string, string][] }) {
  return (
    <Labelled label={label}>
      {(id) => <Select id={id} allowClear value={(body[name] as string | undefined) ?? undefined} placeholder={options[0]?.[1]} options={options.map(([value, words]) => ({ value, label: words }))} onChange={(value) => set({ [name]: value })} />}
    </Labelled>
  );
}

/** What a link leads to; its list there is named at once. */
function Target({ object, field, body, set }: Here) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const objects = alive(definitions, "object").filter(([, each]) => !each.extend && !each.lines_of);
  return (
    <Labelled label={t`Leads to`} help={body.to ? undefined : t`Which records can be chosen here?`}>
      {(id) => (
        <Select
          id={id}
          showSearch={{ optionFilterProp: "label" }}
          status={body.to ? undefined : "warning"}
          value={body.to as string | undefined}
          options={objects.map(([name, each]) => ({ value: name, label: `${labelOf(each, name)} · ${labelOf(bodyOf(definitions, "app", each.app), each.app)}` }))}
          onChange={(to: string) => set({ to, ...(body.reverse || body.type !== "link" ? {} : reverseFor(definitions, object, field, to)) })}
        />
      )}
    </Labelled>
  );
}

function reverseFor(definitions: Parameters<typeof wholeObject>[0], object: string, field: string, to: string): Body {
  const own = bodyOf(definitions, "object", object);
  if (!own || own.lines_of) return {};
  const target = wholeObject(definitions, to);
  const taken = [...Object.keys(target?.body.fields ?? {}), ...alive(definitions, "object").flatMap(([, each]) => Object.values((each.fields ?? {}) as Record<string, Body>).flatMap((one) => (one.to === to && one.reverse ? [one.reverse as string] : [])))];
  const stem = identifier(object.split(".")[1] ?? field, "list");
  return { reverse: unused(`${stem}_list`, taken), reverse_label: own.plural ?? own.label };
}

function Reverse({ object, field, body, set }: Here) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const target = body.to ?? (body.type === "user" ? "base.user" : body.type === "department" ? "base.department" : undefined);
  if (!target) return null;
  const there = labelOf(bodyOf(definitions, "object", target), target);
  const turn = (on: boolean) => set(on ? reverseFor(definitions, object, field, target) : { reverse: undefined, reverse_label: undefined });
  return (
    <>
      <Toggle label={t`Show the list of these on ${there}`} checked={Boolean(body.reverse)} onChange={turn} />
      {body.reverse && <WordsInput label={t`That list is called`} value={body.reverse_label} onChange={(reverse_label) => set({ reverse_label }, "reverse_label")} />}
    </>
  );
}

function LinkFilter(here: Here) {
  const { t } = useLingui();
  const target = here.body.to ?? (here.body.type === "user" ? "base.user" : "base.department");
  return <FormulaSetting {...here} over={target} scope={here.object} name="filter" label={t`Only those with`} expect="boolean" />;
}

function Accept({ body, set }: Here) {
  const { t } = useLingui();
  const kinds = [
    { value: "image/*", label: t`Pictures` },
    { value: "application/pdf", label: "PDF" },
    { value: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", label: "Excel" },
    { value: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", label: "Word" },
    { value: "video/*", label: t`Videos` },
    { value: "audio/*", label: t`Sound` },
  ];
  return (
    <Labelled label={t`Kinds of files`}>
      {(id) => <Select id={id} mode="multiple" value={(body.accept as string[] | undefined) ?? []} placeholder={body.type === "image" ? t`Pictures` : t`All that are safe`} options={kinds} onChange={(accept) => set({ accept })} />}
    </Labelled>
  );
}

/** A way through a link: Customer · Phone. */
function PathSetting({ object, body, set }: Here) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const whole = wholeObject(definitions, object);
  const own = whole ? fieldsOf(whole.body) : [];
  const isCapitals = body.type === "capitals";
  const options = isCapitals
    ? own.filter(([, field]) => field.type === "money").map(([name, field]) => ({ value: name, label: say(field.label, name) }))
    : own.flatMap(([name, field]) => throughLink(definitions, name, field));
  return (
    <Labelled label={isCapitals ? t`Which amount` : t`Take from`} help={options.length ? undefined : isCapitals ? t`Add a money field first.` : t`Add a link to a record first.`}>
      {(id) => <Select id={id} showSearch={{ optionFilterProp: "label" }} value={(body.path as string) || undefined} options={options} onChange={(path: string) => set({ path })} />}
    </Labelled>
  );
}

function throughLink(definitions: Parameters<typeof wholeObject>[0], name: string, field: Body): { value: string; label: string }[] {
  const target = field.to ?? (field.type === "user" ? "base.user" : field.type === "department" ? "base.department" : undefined);
  const there = target ? wholeObject(definitions, target) : undefined;
  return there ? fieldsOf(there.body).flatMap(([inner, each]) => (each.type === "lines" ? [] : [{ value: `${name}.${inner}`, label: `${say(field.label, name)} · ${say(each.label, inner)}` }])) : [];
}

function Currency({ object, body, set }: Here) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const whole = wholeObject(definitions, object);
  const links = whole ? fieldsOf(whole.body).filter(([, field]) => field.to === "base.currency") : [];
  if (links.length === 0) return null;
  return (
    <Labelled label={t`In which currency`}>
      {(id) => <Select id={id} allowClear placeholder={t`The company's`} value={(body.currency as string) || undefined} options={links.map(([name, field]) => ({ value: name, label: say(field.label, name) }))} onChange={(currency) => set({ currency })} />}
    </Labelled>
  );
}

function FieldOf({ object, label, value, onChange }: { object: string; label: string; value?: string; onChange: (field: string) => void }) {
  const { definitions } = useDesign();
  const whole = wholeObject(definitions, object);
  const options = whole ? fieldsOf(whole.body).map(([name, field]) => ({ value: name, label: say(field.label, name) })) : [];
  return <Labelled label={label}>{(id) => <Select id={id} allowClear value={value} options={options} onChange={onChange} />}</Labelled>;
}
