/** What the view is drawn by: groups, dates, pictures, sums, colours. Kept with the address, and with the view when it is kept. */
import { useLingui } from "@lingui/react/macro";
import { Button, Popover, Select } from "antd";
import { SlidersHorizontal, Trash2 } from "lucide-react";
import { useIsPhone } from "../../kit/media";
import { useDefs } from "../context";
import { type Aggregate, type Field, fieldAt, type ObjectInfo, type ViewColour, type ViewKind } from "../definitions";
import { formulaOf, joinWhere } from "../filters";
import type { ListChange, ListState } from "../list/state";
import { inOrder } from "./colours";
import { useAggregateWords } from "./figures";
import { fitting, NEEDS, type Place, writeTotals } from "./shape";
import { canTotal } from "./totals";
import type { Tone } from "../../kit/theme";

interface ViewSettingsProps {
  object: ObjectInfo;
  state: ListState;
  change: (change: ListChange) => void;
}

const ASKED: Record<ViewKind, Place[]> = {
  list: ["group"],
  board: ["group"],
  calendar: ["start", "end"],
  gantt: ["start", "end", "group", "parent", "depends", "progress"],
  gallery: ["image"],
  tree: ["parent"],
  map: ["location"],
};

export function ViewSettings(props: ViewSettingsProps) {
  const { t } = useLingui();
  const isPhone = useIsPhone();
  return (
    <Popover trigger="click" placement="bottomRight" destroyOnHidden content={<Settings {...props} />}>
      <Button icon={<SlidersHorizontal size={16} aria-hidden />} aria-label={t`How it is shown`}>
        {!isPhone && t`Display`}
      </Button>
    </Popover>
  );
}

function Settings({ object, state, change }: ViewSettingsProps) {
  const { t } = useLingui();
  const { as, shape } = state;
  const labels: Record<Place, string> = { group: as === "board" ? t`A column for each` : t`In groups by`, unit: t`Together by`, start: t`Begins on`, end: t`Ends on`, depends: t`Waits for`, progress: t`How far`, parent: t`Belongs under`, image: t`Picture`, location: t`Place`, colour_by: t`Coloured by` };
  const grouped = object.fields.find((field) => field.name === shape.group);
  const isByDay = as === "list" && grouped && ["date", "moment"].includes(grouped.type);
  const coloured = fitting(object, "colour_by").map(({ name, label }) => ({ value: name, label }));
  const units = [
    { value: "day", label: t`Day` },
    { value: "month", label: t`Month` },
    { value: "quarter", label: t`Quarter` },
    { value: "year", label: t`Year` },
  ];
  return (
    <div className="q-view-settings">
      {ASKED[as].map((place) => {
        const options = fitting(object, place, as === "gantt" && place === "group" ? "board" : as).map((field) => ({ value: field.name, label: field.label }));
        if (options.length === 0) return null;
        return <Choice key={place} label={labels[place]} value={shape[place]} options={options} canBeNone={NEEDS[as] !== place} onChange={(name) => change({ [place]: name, ...(place === "group" ? { unit: "" } : {}) })} />;
      })}
      {isByDay && <Choice label={labels.unit} value={shape.unit || "day"} options={units} onChange={(unit) => change({ unit })} />}
      {["list", "board"].includes(as) && <TotalsChoice object={object} state={state} change={change} />}
      {coloured.length > 0 && <Choice label={labels.colour_by} value={shape.colour_by} options={coloured} canBeNone onChange={(colour_by) => change({ colour_by })} />}
      <Colours object={object} state={state} change={change} />
    </div>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  options: { value: string; label: string }[];
  canBeNone?: boolean;
  onChange: (value: string) => void;
}

function Choice({ label, value, options, canBeNone, onChange }: ChoiceProps) {
  const { t } = useLingui();
  return (
    <label className="q-view-choice">
      <span>{label}</span>
      <Select aria-label={label} value={value || undefined} allowClear={canBeNone} placeholder={t`Nothing`} options={options} onChange={(next: string | undefined) => onChange(next ?? "")} />
    </label>
  );
}

function TotalsChoice({ object, state, change }: ViewSettingsProps) {
  const { t } = useLingui();
  const words = useAggregateWords();
  const fields = object.fields.filter((field) => canTotal(field) && !field.hidden);
  if (fields.length === 0) return null;
  const { totals } = state.shape;
  const set = (next: Record<string, Aggregate>) => change({ totals: writeTotals(next) });
  return (
    <div className="q-view-choice">
      <span>{t`Add up`}</span>
      <Select mode="multiple" aria-label={t`Add up`} placeholder={t`Nothing`} value={Object.keys(totals)} options={fields.map(({ name, label }) => ({ value: name, label }))} onChange={(names: string[]) => set(Object.fromEntries(names.map((name) => [name, totals[name] ?? "sum"])))} />
      {Object.entries(totals).map(([name, aggregate]) => (
        <div key={name} className="q-view-total">
          <span className="q-ellipsis">{fields.find((field) => field.name === name)?.label ?? name}</span>
          <Select size="small" aria-label={t`How it is added up`} value={aggregate} options={Object.entries(words).map(([value, label]) => ({ value, label }))} onChange={(next: Aggregate) => set({ ...totals, [name]: next })} />
        </div>
      ))}
    </div>
  );
}

/** A colour is made from the filter of the moment: filter for what should stand out, then colour it. */
function Colours({ object, state, change }: ViewSettingsProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const tones = useToneWords();
  const colours = inOrder(state.shape.colours);
  const filter = joinWhere([state.where, ...state.conditions.map((condition) => formulaOf(definitions, object, condition))]);
  const set = (next: ViewColour[]) => change({ colours: next.length ? JSON.stringify(Object.fromEntries(next.map((colour, at) => [`colour_${at + 1}`, { ...colour, order: at }]))) : "-" });
  const edit = (at: number, news: Partial<ViewColour>) => set(colours.map((colour, place) => (place === at ? { ...colour, ...news } : colour)));
  const targets = state.columns.flatMap((path) => fieldAt(definitions, object, path) ?? []).map((field: Field) => ({ value: field.name, label: field.label }));
  return (
    <div className="q-view-choice">
      <span>{t`Colours`}</span>
      {colours.map((colour, at) => (
        <div key={at} className="q-view-colour">
          <code className={`q-ellipsis q-tag q-tag-${colour.tone ?? "info"}`} title={colour.when}>
            {colour.when}
          </code>
          <Select size="small" aria-label={t`Colour`} value={colour.tone ?? "info"} options={tones} onChange={(tone: Tone) => edit(at, { tone })} popupMatchSelectWidth={false} />
          <Select size="small" aria-label={t`What is coloured`} value={colour.field ?? ""} options={[{ value: "", label: t`All of it` }, ...targets]} onChange={(field: string) => edit(at, { field: field || undefined })} popupMatchSelectWidth={false} />
          <Button type="text" size="small" aria-label={t`Remove the colour`} icon={<Trash2 size={14} aria-hidden />} onClick={() => set(colours.filter((_, place) => place !== at))} />
        </div>
      ))}
      {filter ? (
        <Button size="small" onClick={() => set([...colours, { when: filter, tone: "warning" }])}>
          {t`Colour what the filter finds`}
        </Button>
      ) : (
        <p className="q-muted">{t`Filter for what should stand out; then it can be coloured here.`}</p>
      )}
    </div>
  );
}

export function useToneWords(): { value: Tone; label: string }[] {
  const { t } = useLingui();
  return [
    { value: "info", label: t`Blue` },
    { value: "good", label: t`Green` },
    { value: "warning", label: t`Yellow` },
    { value: "bad", label: t`Red` },
    { value: "neutral", label: t`Grey` },
  ];
}
