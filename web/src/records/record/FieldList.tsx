import { useLingui } from "@lingui/react/macro";
import { Tooltip } from "antd";
import { Pencil } from "lucide-react";
import { showMoment } from "../../kit/time";
import { SuggestOnField } from "../../suggest/SuggestOnField";
import { AccessOnField } from "../../upkeep/AccessOnField";
import { useDefs } from "../context";
import { canWrite, type Field, groupsOf, type ObjectInfo, type RecordAnswer } from "../definitions";
import { isBlank } from "../fields/kind";
import { kindOf } from "../fields/registry";

interface FieldListProps {
  object: ObjectInfo;
  record: RecordAnswer;
  onEdit?: (field: string) => void;
  /** The lines stand between the first group and the others. */
  part: "first" | "rest";
}

export function FieldList({ object, record, onEdit, part }: FieldListProps) {
  const isInHeading = (field: Field) => [object.state_field, object.title, object.subtitle].includes(field.name);
  const isIdle = (field: Field) => isBlank(record[field.name]) && !canWrite(field, false);
  const all = groupsOf(object, (field) => !field.hidden && field.name in record && !isInHeading(field) && !isIdle(field));
  const groups = part === "first" ? all.slice(0, 1) : all.slice(1);
  return (
    <>
      {groups.map((group) => (
        <section key={group.name} className="q-facts-group">
          {group.label && <h2>{group.label}</h2>}
          <dl className="q-facts">
            {group.fields.map((field) => (
              <Fact key={field.name} object={object} field={field} record={record} onEdit={onEdit && canWrite(field, false) ? onEdit : undefined} />
            ))}
          </dl>
        </section>
      ))}
      {part === "rest" && <Footprint record={record} />}
    </>
  );
}

export function Fact({ object, field, record, onEdit }: { object: ObjectInfo; field: Field; record: RecordAnswer; onEdit?: (field: string) => void }) {
  const { t } = useLingui();
  const definitions = useDefs();
  const { Cell } = kindOf(field);
  const value = record[field.name];
  const owner = field.app && field.app !== object.app ? definitions.apps.find((app) => app.name === field.app)?.label : undefined;
  return (
    <div className={kindOf(field).isWide && !isBlank(value) ? "q-fact q-fact-wide" : "q-fact"}>
      <dt>
        {field.help ? <Tooltip title={field.help}>{field.label}</Tooltip> : field.label}
        {owner && <span className="q-owner">{owner}</span>}
      </dt>
      <dd>
        {isBlank(value) ? <span className="q-blank">–</span> : <Cell value={value} field={field} row={record} />}
        {onEdit && (
          <button type="button" className="q-fact-edit" aria-label={t`Edit ${field.label}`} onClick={() => onEdit(field.name)}>
            <Pencil size={13} aria-hidden />
          </button>
        )}
        <SuggestOnField object={object.name} field={field.name} label={field.label} />
        <AccessOnField object={object} record={record as RecordAnswer} field={field} />
      </dd>
    </div>
  );
}

export function Footprint({ record }: { record: RecordAnswer }) {
  const { t } = useLingui();
  const made = record.created_at as string | undefined;
  const changed = record.changed_at as string | undefined;
  if (!made) return null;
  const by = (name: string) => record._labels?.[name];
  return (
    <p className="q-footprint q-muted">
      {by("created_by") ? t`Written ${showMoment(made)} by ${by("created_by") ?? ""}` : t`Written ${showMoment(made)}`}
      {changed && changed !== made && <> · {by("changed_by") ? t`changed ${showMoment(changed)} by ${by("changed_by") ?? ""}` : t`changed ${showMoment(changed)}`}</>}
    </p>
  );
}
