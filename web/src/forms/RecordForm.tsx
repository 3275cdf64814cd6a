/** The form of an object, new or changed: groups, lines, live totals. */
import { useLingui } from "@lingui/react/macro";
import { useDefs } from "../records/context";
import { groupsOf, type ObjectInfo, type Values } from "../records/definitions";
import { kindOf } from "../records/fields/registry";
import { type Draft, formFields, shapesOf } from "./draft";
import { FieldGrid } from "./FieldGrid";
import { ProblemBox } from "./ProblemBox";
import { useRecordPreview } from "./preview";
import { problemsByPath } from "./problems";

interface RecordFormProps {
  object: ObjectInfo;
  draft: Draft;
  error: Error | null;
  isNew: boolean;
  isNarrow?: boolean;
  focusOn?: string;
}

export function RecordForm({ object, draft, error, isNew, isNarrow, focusOn }: RecordFormProps) {
  const definitions = useDefs();
  const problems = problemsByPath(error);
  const fields = formFields(object, isNew);
  const names = new Set(fields.map((field) => field.name));
  const groups = groupsOf(object, (field) => names.has(field.name));
  const lines = fields.filter((field) => field.type === "lines");
  const shapes = shapesOf(definitions, object, isNew);
  const shared = { values: draft.values, labels: draft.labels, problems, onChange: draft.set, isNew, isNarrow };
  const group = ({ name, label, fields: own }: (typeof groups)[number], index: number) => (
    <section key={name} className="q-form-group">
      {label && <h2>{label}</h2>}
      <FieldGrid {...shared} fields={own} focusOn={focusOn ?? (name === groups[0]?.name && index === 0 ? undefined : "")} />
    </section>
  );
  return (
    <>
      {error && <ProblemBox error={error} known={[...names]} />}
      {groups.slice(0, 1).map(group)}
      {lines.length > 0 && (
        <section className="q-form-group">
          <FieldGrid {...shared} fields={lines} />
          <Totals object={object} values={draft.values} shapes={shapes} />
        </section>
      )}
      {groups.slice(1).map(group)}
    </>
  );
}

function Totals({ object, values, shapes }: { object: ObjectInfo; values: Values; shapes: ReturnType<typeof shapesOf> }) {
  const { t } = useLingui();
  const computed = useRecordPreview(object, shapes, values);
  const shown = object.fields.filter((field) => field.type === "money" && field.formula && computed[field.name] !== undefined && computed[field.name] !== null);
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
