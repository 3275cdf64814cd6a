/** The form of an object, new or changed: as its form lays it out, else by groups with the lines between; live totals. */
import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useIsPhone } from "../kit/media";
import { useDefs } from "../records/context";
import { type Field, type FormInfo, type FormSection, groupsOf, type ObjectInfo, type Values } from "../records/definitions";
import { isBlank } from "../records/fields/kind";
import { kindOf } from "../records/fields/registry";
import { evaluate } from "../rules/formula";
import { missingIn, type Reacting, useReacting } from "./behaviour";
import { type Draft, formFields, shapesOf } from "./draft";
import { FieldGrid } from "./FieldGrid";
import { formFor, inOneColumn, layoutOf } from "./layout";
import { ProblemBox } from "./ProblemBox";
import { problemsByPath } from "./problems";
import { Sections } from "./Sections";

interface RecordFormProps {
  object: ObjectInfo;
  draft: Draft;
  error: Error | null;
  isNew: boolean;
  isNarrow?: boolean;
  focusOn?: string;
  /** The record as it was loaded. */
  before?: Values;
}

interface Shared {
  values: Values;
  labels: Record<string, string>;
  problems: Record<string, string>;
  onChange: Draft["set"];
  onSteps?: Draft["setStepsLeft"];
  isNew: boolean;
  isNarrow?: boolean;
}

export function RecordForm({ object, draft, error, isNew, isNarrow, focusOn, before }: RecordFormProps) {
  const definitions = useDefs();
  const isPhone = useIsPhone();
  const shapes = shapesOf(definitions, object, isNew);
  const form = formFor(definitions, object, isNew ? "create" : "record", isPhone || Boolean(isNarrow));
  const all = formFields(object, isNew);
  const computed = form ? computedIn(object, form) : [];
  const reacting = useReacting(object, [...all, ...computed], draft, shapes, before);
  const [missing, setMissing] = useState<Record<string, string>>({});
  const problems = { ...reacting.problems, ...stillMissing(missing, reacting.values), ...problemsByPath(error) };
  const values = { ...reacting.values, ...asComputed(computed, reacting, before) };
  const shared = { values, labels: draft.labels, problems, onChange: draft.set, onSteps: isNew ? draft.setStepsLeft : undefined, isNew, isNarrow };
  const totals = <Totals fields={object.fields.filter((field) => !computed.includes(field))} reacting={reacting} />;
  const strays = Object.entries(reacting.problems).filter(([name]) => !all.some((field) => field.name === name));
  return (
    <>
      {error && <ProblemBox error={error} known={all.map((field) => field.name)} />}
      {strays.map(([name, say]) => (
        <p key={name} role="status" className="q-field-error q-rule-broken">
          {say}
        </p>
      ))}
      {form ? (
        <LaidOut form={form} reacting={reacting} shared={shared} totals={totals} focusOn={focusOn} onMissing={setMissing} />
      ) : (
        <Grouped object={object} fields={reacting.fields} shared={shared} totals={totals} focusOn={focusOn} />
      )}
    </>
  );
}

/** Formulas that the form has a place for. */
function computedIn(object: ObjectInfo, form: FormInfo): Field[] {
  const placed = new Set(form.sections.flatMap((section) => section.items.map((item) => item.field)));
  return object.fields.filter((field) => field.formula && !field.hidden && placed.has(field.name));
}

/** As they come out of what was typed; what only the server knows stays as it was. */
const asComputed = (fields: Field[], { env }: Reacting, before?: Values): Values =>
  Object.fromEntries(fields.map(({ name }) => [name, told(evaluate(name, env), before?.[name])]));

const told = (value: unknown, before: unknown = null): unknown => (value === undefined ? before : value);

/** What was missing at a step, until it is filled in. */
const stillMissing = (missing: Record<string, string>, values: Values): Record<string, string> =>
  Object.fromEntries(Object.entries(missing).filter(([name]) => values[name] === null || values[name] === undefined || values[name] === ""));

interface LaidOutProps {
  form: FormInfo;
  reacting: Reacting;
  shared: Shared;
  totals: React.ReactNode;
  focusOn?: string;
  onMissing: (missing: Record<string, string>) => void;
}

function LaidOut({ form, reacting, shared, totals, focusOn, onMissing }: LaidOutProps) {
  const { t } = useLingui();
  const layout = layoutOf(form, reacting.fields, reacting.env, (item) => Boolean(item.note));
  const known = new Map(reacting.fields.map((field) => [field.name, field]));
  const first = layout.main[0]?.sections[0]?.name;

  function mayPass(section: FormSection): boolean {
    const inside = section.items.flatMap((item) => known.get(item.field) ?? []);
    const missing = missingIn(inside, reacting.values, t`Must be filled in.`);
    onMissing(missing);
    return Object.keys(missing).length === 0 && !inside.some((field) => shared.problems[field.name]);
  }

  return (
    <Sections
      layout={shared.isNarrow ? inOneColumn(layout) : layout}
      problems={shared.problems}
      mayPass={mayPass}
      onSteps={shared.onSteps}
      render={(section) => (
        <>
          <SectionFields section={section} known={known} shared={shared} focusOn={focusOn ?? (section.name === first ? undefined : "")} />
          {section.items.some((item) => known.get(item.field)?.type === "lines") && totals}
        </>
      )}
    />
  );
}

/** Items in their order; runs of fields share one grid, notes stand between. */
function SectionFields({ section, known, shared, focusOn }: { section: FormSection; known: Map<string, Field>; shared: Shared; focusOn?: string }) {
  const fields = section.items.flatMap((item): Field[] => {
    if (item.note) return [{ name: `_note_${item.name}`, type: "_note", label: item.note, width: section.columns }];
    const field = known.get(item.field);
    return field ? [{ ...field, label: item.label || field.label, help: item.help || field.help, width: Math.min(item.width, section.columns) }] : [];
  });
  return <FieldGrid {...shared} fields={fields} columns={shared.isNarrow ? 1 : section.columns} focusOn={focusOn} />;
}

function Grouped({ object, fields, shared, totals, focusOn }: { object: ObjectInfo; fields: Field[]; shared: Shared; totals: React.ReactNode; focusOn?: string }) {
  const known = new Map(fields.map((field) => [field.name, field]));
  const groups = groupsOf(object, (field) => known.has(field.name));
  const lines = fields.filter((field) => field.type === "lines");
  const group = ({ name, label, fields: own }: (typeof groups)[number], index: number) => (
    <section key={name} className="q-form-group">
      {label && <h2>{label}</h2>}
      <FieldGrid {...shared} fields={own.map((field) => known.get(field.name) ?? field)} focusOn={focusOn ?? (name === groups[0]?.name && index === 0 ? undefined : "")} />
    </section>
  );
  return (
    <>
      {groups.slice(0, 1).map(group)}
      {lines.length > 0 && (
        <section className="q-form-group">
          <FieldGrid {...shared} fields={lines} />
          {totals}
        </section>
      )}
      {groups.slice(1).map(group)}
    </>
  );
}

function Totals({ fields, reacting: { values, env } }: { fields: Field[]; reacting: Reacting }) {
  const { t } = useLingui();
  const sums = fields.filter((field) => field.type === "money" && field.formula);
  const computed: Values = Object.fromEntries(sums.map((field) => [field.name, evaluate(field.name, env)]));
  const shown = sums.filter((field) => !isBlank(computed[field.name]));
  if (shown.length === 0) return null;
  return (
    <dl className="q-totals" aria-label={t`Totals`} aria-live="polite">
      {shown.map((field) => {
        const { Cell } = kindOf(field);
        return (
          <div key={field.name}>
            <dt>{field.label}</dt>
            <dd>
              <Cell value={computed[field.name]} field={field} row={values} />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
