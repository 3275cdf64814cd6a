/** The record page as its form lays it out: facts, lines, related lists, buttons and notes where they were placed. */
import { Button } from "antd";
import { useSearchParams } from "react-router";
import { inOneColumn, layoutOf } from "../../forms/layout";
import { Sections } from "../../forms/Sections";
import { behaviourOf } from "../../rules/linkage";
import type { Env } from "../../rules/formula";
import { useDefs } from "../context";
import { canWrite, type Field, type FormInfo, type FormItem, type FormSection, type ObjectInfo, type RecordAnswer, SYSTEM_FIELDS } from "../definitions";
import { isBlank } from "../fields/kind";
import { Fact, Footprint } from "./FieldList";
import { LinesTable } from "./LinesTable";
import { Related } from "./Related";

interface LaidOutRecordProps {
  form: FormInfo;
  object: ObjectInfo;
  record: RecordAnswer;
  env: Env;
  isNarrow?: boolean;
  onEdit?: (field: string) => void;
}

export function LaidOutRecord({ form, object, record, env, isNarrow, onEdit }: LaidOutRecordProps) {
  const definitions = useDefs();
  const { hidden } = behaviourOf(object.linkage, env, env);
  const related = new Map(object.related.filter((list) => definitions.objects[list.object]).map((list) => [list.name, list]));
  const placed = new Set(form.sections.flatMap((section) => section.items.map((item) => item.field)));
  const fields = object.fields.filter((field) => isShown(object, field, record, placed) && !hidden.has(field.name));
  const known = new Map(fields.map((field) => [field.name, field]));
  const layout = layoutOf(form, fields, env, (item) => Boolean(item.note) || related.has(item.field) || (item.operation in definitions.operations && !record.trashed_at));
  const sectionOf = (section: FormSection) => <Inside section={section} columns={isNarrow ? 1 : section.columns} item={item} />;

  function item(one: FormItem): React.ReactNode {
    const list = related.get(one.field);
    const field = known.get(one.field);
    if (one.note) return <p className="q-form-note">{one.note}</p>;
    if (one.operation) return <ActItem operation={one.operation} label={one.label} />;
    if (list) return <RelatedItem label={one.label || list.label}>{<Related list={list} object={object} record={record} isWide={!isNarrow} />}</RelatedItem>;
    if (!field) return null;
    if (field.type === "lines") return <LinesTable field={{ ...field, label: one.label || field.label }} record={record} />;
    return (
      <dl>
        <Fact object={object} field={{ ...field, label: one.label || field.label }} record={record} onEdit={onEdit && canWrite(field, false) ? onEdit : undefined} />
      </dl>
    );
  }

  return (
    <>
      <Sections layout={stepsAsSections(isNarrow ? inOneColumn(layout) : layout)} problems={{}} className="q-facts-group q-form-group" render={sectionOf} />
      <Footprint record={record} />
    </>
  );
}

/** Steps guide the writing; a reader sees all of them. */
const stepsAsSections = (layout: ReturnType<typeof layoutOf>): ReturnType<typeof layoutOf> => ({
  ...layout,
  main: layout.main.flatMap((block) => (block.kind === "step" ? block.sections.map((section) => ({ kind: "section" as const, sections: [section] })) : [block])),
});

/** What was placed is shown even when it is blank; of the rest only what says something or can be written. */
function isShown(object: ObjectInfo, field: Field, record: RecordAnswer, placed: Set<string>): boolean {
  if (SYSTEM_FIELDS.has(field.name) || !(field.name in record)) return false;
  if (placed.has(field.name)) return true;
  const isInHeading = [object.state_field, object.title, object.subtitle].includes(field.name);
  return !field.hidden && !isInHeading && !(isBlank(record[field.name]) && !canWrite(field, false));
}

function Inside({ section, columns, item }: { section: FormSection; columns: number; item: (one: FormItem) => React.ReactNode }) {
  return (
    <div className={`q-facts q-facts-laid q-facts-${columns}`}>
      {section.items.map((one) => (
        <div key={one.name} className={isWhole(one) ? "q-fact-whole" : one.width > 1 && columns > 1 ? `q-field-${Math.min(one.width, columns)}` : undefined}>
          {item(one)}
        </div>
      ))}
    </div>
  );

  function isWhole(one: FormItem): boolean {
    return Boolean(one.note) || one.width >= columns;
  }
}

function RelatedItem({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="q-related-placed">
      <h3>{label}</h3>
      {children}
    </div>
  );
}

/** A button on the form asks as the one in the heading does: `?do=` opens it. */
function ActItem({ operation, label }: { operation: string; label: string }) {
  const known = useDefs().operations[operation]!;
  const [, setSearch] = useSearchParams();
  return <Button onClick={() => setSearch((now) => new URLSearchParams([...now, ["do", operation]]), { replace: true })}>{label || known.label}</Button>;
}
