/** Fields with their editors, labels, help and problems; lines take the whole width. */
import { useLingui } from "@lingui/react/macro";
import { Lock, Sigma } from "lucide-react";
import { useId, useMemo } from "react";
import type { Field, Values } from "../records/definitions";
import { isBlank } from "../records/fields/kind";
import { kindOf } from "../records/fields/registry";
import { LinesEditor } from "./LinesEditor";
import { linesShape } from "./lines";
import { useDefs } from "../records/context";

interface FieldGridProps {
  fields: Field[];
  values: Values;
  labels: Record<string, string>;
  problems: Record<string, string>;
  onChange: (name: string, value: unknown, label?: string) => void;
  isNew: boolean;
  isNarrow?: boolean;
  focusOn?: string;
  placeholders?: Record<string, string>;
  /** As a form's section says; by itself the grid takes as many as fit. */
  columns?: number;
}

export function FieldGrid(props: FieldGridProps) {
  const { fields, values, problems, isNarrow } = props;
  const first = props.focusOn ?? fields.find((field) => field.type !== "lines")?.name;
  return (
    <div className={`q-fields${isNarrow ? " q-fields-narrow" : props.columns ? ` q-fields-${props.columns}` : ""}`}>
      {fields.map((field) =>
        field.type === "_note" ? (
          <p key={field.name} className="q-form-note q-field-wide">
            {field.label}
          </p>
        ) : field.formula ? (
          <ComputedField key={field.name} {...props} field={field} />
        ) : field.locked !== undefined ? (
          <LockedField key={field.name} {...props} field={field} />
        ) : field.type === "group" ? (
          <GroupField key={field.name} {...props} field={field} />
        ) : field.type === "lines" ? (
          <LinesField key={field.name} field={field} values={values} problems={problems} onChange={props.onChange} isNew={props.isNew} />
        ) : (
          <OneField key={field.name} {...props} field={field} isFirst={field.name === first} />
        ),
      )}
    </div>
  );
}

function OneField({ field, values, labels, problems, onChange, isNew, isFirst, placeholders }: FieldGridProps & { field: Field; isFirst: boolean }) {
  const { t } = useLingui();
  const id = useId();
  const { Editor, isWide, isGroup } = kindOf(field);
  const problem = problems[field.name];
  if (!Editor) return null;
  const Label = isGroup ? "span" : "label";
  const described = problem ? `${id}-problem` : field.help ? `${id}-help` : undefined;
  return (
    <div className={`q-field${isWide ? " q-field-wide" : widthOf(field)}`} {...(isGroup ? { role: "group", "aria-labelledby": `${id}-label` } : {})}>
      <Label className="q-label" {...(isGroup ? { id: `${id}-label` } : { htmlFor: id })}>
        {field.label}
        {field.required && (
          <span className="q-required" aria-hidden>
            *
          </span>
        )}
      </Label>
      <Editor
        id={id}
        value={values[field.name] ?? null}
        field={field}
        row={values}
        label={labels[field.name]}
        invalid={Boolean(problem)}
        describedBy={described}
        autoFocus={isFirst}
        placeholder={placeholders?.[field.name] ?? (isNew && field.default && isBlank(values[field.name]) ? t`By default` : undefined)}
        onChange={(value, label) => onChange(field.name, value, label)}
      />
      {problem ? (
        <p id={`${id}-problem`} className="q-field-error" role="alert">
          {problem}
        </p>
      ) : (
        field.help && (
          <p id={`${id}-help`} className="q-field-help">
            {field.help}
          </p>
        )
      )}
    </div>
  );
}

const widthOf = (field: Field): string => ((field.width ?? 1) > 1 ? ` q-field-${field.width}` : "");

/** Nobody types it: it follows what is typed. */
function ComputedField({ field, values, labels }: FieldGridProps & { field: Field }) {
  const { t } = useLingui();
  const { Cell, isWide } = kindOf(field);
  return (
    <div className={`q-field${isWide ? " q-field-wide" : widthOf(field)}`}>
      <span className="q-label">
        {field.label} <Sigma size={12} aria-label={t`Computed`} />
      </span>
      <output className="q-locked-value" aria-label={field.label}>
        {isBlank(values[field.name]) ? "–" : <Cell value={values[field.name]} field={field} row={{ ...values, _labels: labels }} />}
      </output>
      {field.help && <p className="q-field-help">{field.help}</p>}
    </div>
  );
}

/** Linkage keeps it as it is: shown, not asked for. */
function LockedField({ field, values, labels, problems, onChange, isNew }: FieldGridProps & { field: Field }) {
  const { t } = useLingui();
  const { Cell, isWide } = kindOf(field);
  const isLines = field.type === "lines";
  return (
    <div className={`q-field q-field-locked${isLines || isWide ? " q-field-wide" : widthOf(field)}`}>
      <span className="q-label">
        {field.label} <Lock size={12} aria-label={t`Locked`} />
      </span>
      {isLines ? (
        <div inert>
          <LinesField field={field} values={values} problems={problems} onChange={onChange} isNew={isNew} />
        </div>
      ) : (
        <div className="q-locked-value">{isBlank(values[field.name]) ? "–" : <Cell value={values[field.name]} field={field} row={{ ...values, _labels: labels }} />}</div>
      )}
      {problems[field.name] ? (
        <p className="q-field-error" role="alert">
          {problems[field.name]}
        </p>
      ) : (
        <p className="q-field-help">{field.locked ? t`Can't be changed now: ${field.locked}` : t`Can't be changed now`}</p>
      )}
    </div>
  );
}

/** Inputs that belong together: `ship_to {name, phone, address}`. */
function GroupField({ field, values, problems, onChange, isNew, isNarrow }: FieldGridProps & { field: Field }) {
  const inner = (values[field.name] as Values | undefined) ?? {};
  const own = Object.fromEntries(Object.entries(problems).map(([path, detail]) => [path.replace(`${field.name}.`, ""), detail]));
  return (
    <fieldset className="q-field-wide q-group-field">
      <legend>{field.label}</legend>
      <FieldGrid
        fields={field.inner ?? []}
        values={inner}
        labels={{}}
        problems={own}
        focusOn=""
        isNew={isNew}
        isNarrow={isNarrow}
        onChange={(name, value) => onChange(field.name, { ...inner, [name]: value })}
      />
    </fieldset>
  );
}

interface LinesFieldProps {
  field: Field;
  values: Values;
  problems: Record<string, string>;
  onChange: FieldGridProps["onChange"];
  isNew: boolean;
}

function LinesField({ field, values, problems, onChange, isNew }: LinesFieldProps) {
  const definitions = useDefs();
  const shape = useMemo(() => linesShape(definitions, field, isNew), [definitions, field, isNew]);
  return (
    <section className="q-field-wide">
      <h3 className="q-lines-title">{field.label}</h3>
      <LinesEditor shape={shape} name={field.name} label={field.label} record={values} rows={(values[field.name] as Values[] | undefined) ?? []} problems={problems} onChange={(rows) => onChange(field.name, rows)} />
    </section>
  );
}
