/** A kept list, board or calendar: what it shows, of which records, in which order and colours. */
import { useLingui } from "@lingui/react/macro";
import { Button, Select } from "antd";
import { Plus, Trash2 } from "lucide-react";
import { useNavigate } from "react-router";
import { EmptyState } from "../../kit/states";
import { KINDS } from "../../records/fields/registry";
import { useAggregateWords } from "../../records/views/figures";
import { bodyOf, tidy, wholeObject } from "../acts";
import { ConditionBuilder } from "../ConditionBuilder";
import { useDesign } from "../context";
import type { Body } from "../draft";
import { fieldsOf } from "../layout";
import { unused } from "../names";
import { Labelled, RolesChoice } from "../parts";
import { say, WordsInput } from "../words";
import { ListColumns } from "./ListColumns";

export function ViewEditor({ name }: { name: string }) {
  const { t } = useLingui();
  const { definitions, act } = useDesign();
  const body = bodyOf(definitions, "view", name);
  if (!body) return <EmptyState title={t`Not here`}>{t`This list is not in the draft.`}</EmptyState>;
  const set = (news: Body, typing = "") => act(t`Change a list`, [{ kind: "view", name, body: { ...tidy({ ...body, ...news }), view: name, object: body.object } }], typing && `${name} ${typing}`);
  return (
    <div className="q-design-page">
      <section className="q-box q-object-settings">
        <WordsInput label={t`Name of the list`} value={body.label} onChange={(label) => set({ label }, "label")} />
        <KindOf body={body} set={set} />
        <div className="q-field">
          <span className="q-field-name">{t`Only records with`}</span>
          <ConditionBuilder object={body.object} label={t`Only records with`} value={(body.where as string) ?? ""} onChange={(where) => set({ where }, "where")} />
        </div>
        <SortOf body={body} set={set} />
        <RolesChoice label={t`Only for these roles`} help={t`Empty: everybody who may see the records.`} value={(body.roles as string[]) ?? []} onChange={(roles) => set({ roles })} />
      </section>
      <section className="q-box">
        <h2>{t`Columns`}</h2>
        <ListColumns object={body.object} value={(body.fields as string[]) ?? []} onChange={(fields) => set({ fields })} label={t`Columns`} />
        <TotalsOf body={body} set={set} />
      </section>
      <Colours body={body} set={set} />
      <RemoveView name={name} object={body.object} />
    </div>
  );
}

interface PartProps {
  body: Body;
  set: (news: Body, typing?: string) => void;
}

function useFieldsOf(object: string) {
  const { definitions } = useDesign();
  const whole = wholeObject(definitions, object);
  return (fits: (field: Body) => boolean) => (whole ? fieldsOf(whole.body) : []).flatMap(([key, field]) => (fits(field) ? [{ value: key, label: say(field.label, key) }] : []));
}

const isDay = (field: Body): boolean => ["date", "moment"].includes(field.type);
const starts = (field: Body): boolean => isDay(field) || field.type === "date_range";
const groups = (field: Body): boolean => ["choice", "tree_choice", "link", "boolean", "user", "department", "role", "region", "rating"].includes(field.type);

const isAbove = (object: string) => (field: Body): boolean => field.type === "link" && field.to === object;

/** What a kind can't be drawn without. */
const NEEDED: Record<string, { place: string; fits: (field: Body, object: string) => boolean }> = {
  board: { place: "group", fits: groups },
  calendar: { place: "start", fits: starts },
  gantt: { place: "start", fits: starts },
  gallery: { place: "image", fits: (field) => ["image", "files"].includes(field.type) },
  tree: { place: "parent", fits: (field, object) => isAbove(object)(field) },
  map: { place: "location", fits: (field) => field.type === "location" },
};

/** What each kind needs to know besides its columns. */
function KindOf({ body, set }: PartProps) {
  const { t } = useLingui();
  const options = useFieldsOf(body.object);
  const kind = (body.kind as string) ?? "list";
  const pick = (key: string, label: string, fits: (field: Body) => boolean) => (
    <Labelled key={key} label={label}>
      {(id) => <Select id={id} allowClear value={(body[key] as string) || undefined} options={options(fits)} onChange={(value) => set({ [key]: value, ...(key === "group" ? { unit: undefined } : {}) })} />}
    </Labelled>
  );
  const above = isAbove(body.object);
  function become(next: string): void {
    const needed = NEEDED[next];
    const guessed = needed && !body[needed.place] ? { [needed.place]: options((field) => needed.fits(field, body.object))[0]?.value } : {};
    set({ kind: next === "list" ? undefined : next, ...guessed });
  }
  return (
    <>
      <Labelled label={t`Shown as`}>
        {(id) => (
          <Select
            id={id}
            value={kind}
            onChange={become}
            options={[
              { value: "list", label: t`List` },
              { value: "board", label: t`Board` },
              { value: "calendar", label: t`Calendar` },
              { value: "gantt", label: t`Gantt chart` },
              { value: "gallery", label: t`Gallery` },
              { value: "tree", label: t`Tree` },
              { value: "map", label: t`Map` },
            ]}
          />
        )}
      </Labelled>
      {["list", "board"].includes(kind) && pick("group", kind === "board" ? t`A column for each` : t`In groups by`, (field) => groups(field) || (kind === "list" && isDay(field)))}
      {kind === "list" && options(isDay).some(({ value }) => value === body.group) && <UnitOf body={body} set={set} />}
      {["calendar", "gantt"].includes(kind) && [pick("start", t`Begins on`, starts), pick("end", t`Ends on`, isDay)]}
      {kind === "gantt" && [pick("depends", t`After`, above), pick("progress", t`How far`, (field) => ["progress", "percent", "number"].includes(field.type))]}
      {["gantt", "tree"].includes(kind) && pick("parent", t`Belongs under`, above)}
      {kind === "gallery" && pick("image", t`Picture`, (field) => NEEDED.gallery!.fits(field, body.object))}
      {kind === "map" && pick("location", t`Place`, (field) => NEEDED.map!.fits(field, body.object))}
    </>
  );
}

function UnitOf({ body, set }: PartProps) {
  const { t } = useLingui();
  const units = [
    { value: "day", label: t`Day` },
    { value: "month", label: t`Month` },
    { value: "quarter", label: t`Quarter` },
    { value: "year", label: t`Year` },
  ];
  return <Labelled label={t`Together by`}>{(id) => <Select id={id} value={(body.unit as string) || "day"} options={units} onChange={(unit) => set({ unit })} />}</Labelled>;
}

function SortOf({ body, set }: PartProps) {
  const { t } = useLingui();
  const options = useFieldsOf(body.object)((field) => KINDS[field.type]?.sortable !== false);
  const both = options.flatMap(({ value, label }) => [
    { value, label: t`${label}, smallest first` },
    { value: `-${value}`, label: t`${label}, largest first` },
  ]);
  return (
    <Labelled label={t`Sorted by`}>
      {(id) => <Select id={id} mode="multiple" optionFilterProp="label" value={((body.sort as string) ?? "").split(",").filter(Boolean)} options={both} onChange={(sorts: string[]) => set({ sort: sorts.join(",") })} />}
    </Labelled>
  );
}

function TotalsOf({ body, set }: PartProps) {
  const { t } = useLingui();
  const options = useFieldsOf(body.object)((field) => ["number", "money", "percent", "progress", "rating", "formula", "rollup"].includes(field.type));
  const words = useAggregateWords();
  const totals = (body.totals ?? {}) as Record<string, string>;
  return (
    <>
      <Labelled label={t`Sums below the list`}>
        {(id) => <Select id={id} mode="multiple" optionFilterProp="label" value={Object.keys(totals)} options={options} onChange={(names: string[]) => set({ totals: Object.fromEntries(names.map((each) => [each, totals[each] ?? "sum"])) })} />}
      </Labelled>
      {Object.entries(totals).map(([name, aggregate]) => {
        const label = options.find(({ value }) => value === name)?.label ?? name;
        return (
          <Labelled key={name} label={label}>
            {(id) => <Select id={id} value={aggregate} options={Object.entries(words).map(([value, said]) => ({ value, label: said }))} onChange={(next) => set({ totals: { ...totals, [name]: next } })} />}
          </Labelled>
        );
      })}
    </>
  );
}

function Colours({ body, set }: PartProps) {
  const { t } = useLingui();
  const colours = Object.entries((body.colours ?? {}) as Record<string, Body>);
  const put = (next: [string, Body][], typing = "") => set({ colours: Object.fromEntries(next) }, typing);
  const options = useFieldsOf(body.object);
  const painting = options((field) => ["choice", "colour"].includes(field.type));
  const targets = [{ value: "", label: t`All of it` }, ...options((field) => field.type !== "lines")];
  const edit = (at: number, news: Body, typing = "") => put(colours.map(([each, one], place) => [each, place === at ? tidy({ ...one, ...news }) : one]), typing);
  const tones = [
    { value: "info", label: t`Blue` },
    { value: "good", label: t`Green` },
    { value: "warning", label: t`Yellow` },
    { value: "bad", label: t`Red` },
    { value: "neutral", label: t`Grey` },
  ];
  return (
    <section className="q-box">
      <h2>{t`Colours`}</h2>
      <Labelled label={t`Coloured by`} help={t`Colours what none of the conditions below does.`}>
        {(id) => <Select id={id} allowClear value={(body.colour_by as string) || undefined} options={painting} onChange={(colour_by) => set({ colour_by })} />}
      </Labelled>
      {colours.map(([key, colour], at) => (
        <div key={key} className="q-linkage-line">
          <Select size="small" aria-label={t`Colour`} value={(colour.tone as string) ?? "info"} options={tones} onChange={(tone) => edit(at, { tone })} popupMatchSelectWidth={false} />
          <Select size="small" aria-label={t`What is coloured`} value={(colour.field as string) ?? ""} options={targets} onChange={(field) => edit(at, { field: field || undefined })} popupMatchSelectWidth={false} />
          <strong>{t`when`}</strong>
          <ConditionBuilder object={body.object} label={t`Coloured when`} value={colour.when === "false" ? "" : colour.when} onChange={(when) => edit(at, { when: when || "false" }, "colour")} />
          <Button type="text" size="small" aria-label={t`Remove the colour`} icon={<Trash2 size={15} aria-hidden />} onClick={() => put(colours.filter((_, place) => place !== at))} />
        </div>
      ))}
      <Button type="dashed" icon={<Plus size={15} aria-hidden />} onClick={() => put([...colours, [unused("colour", colours.map(([each]) => each)), { when: "false", tone: "warning", order: 10 * (colours.length + 1) }]])}>
        {t`Add a colour`}
      </Button>
    </section>
  );
}

function RemoveView({ name, object }: { name: string; object: string }) {
  const { t } = useLingui();
  const { definitions, act, number } = useDesign();
  const navigate = useNavigate();
  function remove(): void {
    const menus = Object.entries(definitions.app ?? {}).flatMap(([app, { body }]) => {
      const kept = Object.entries((body?.menu ?? {}) as Record<string, Body>).filter(([, item]) => item.view !== name);
      return body && kept.length < Object.keys(body.menu ?? {}).length ? [{ kind: "app", name: app, body: { ...body, menu: Object.fromEntries(kept) } }] : [];
    });
    act(t`Remove a list`, [{ kind: "view", name, body: null }, ...menus]);
    void navigate(`/design/${number}/object/${object}?part=views`);
  }
  return (
    <Button danger icon={<Trash2 size={15} aria-hidden />} onClick={remove}>
      {t`Remove this list`}
    </Button>
  );
}
