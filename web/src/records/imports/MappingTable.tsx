import { useLingui } from "@lingui/react/macro";
import { Checkbox, Select } from "antd";
import { useDefs } from "../context";
import type { Field } from "../definitions";
import { kindOf } from "../fields/registry";
import type { ImportState, Mapping, Target } from "./shapes";

interface MappingTableProps {
  target: Target;
  state: ImportState;
  busy: boolean;
  onChange: (mapping: Mapping) => void;
}

/** Which column fills which field; the first rows show what comes in. */
export function MappingTable({ target, state, busy, onChange }: MappingTableProps) {
  const { t } = useLingui();
  const { mapping } = state;
  const table = Object.values(state.tables)[0];
  if (!table) return null;

  function setEach(name: string, column: string | undefined): void {
    onChange(withoutStrays({ ...mapping, each: changed(mapping.each ?? {}, name, column) }));
  }

  /** A link that finds nothing makes what it names, or no longer does. */
  function setMake(path: string, isMade: boolean): void {
    const { [path]: _, ...others } = mapping.make ?? {};
    onChange({ ...mapping, make: isMade ? { ...others, [path]: {} } : others });
  }

  function setLine(list: string, name: string, column: string | undefined): void {
    const lines = mapping.lines ?? {};
    const each = changed(lines[list]?.each ?? {}, name, column);
    onChange(withoutStrays({ ...mapping, lines: { ...lines, [list]: { ...lines[list], each } } }));
  }

  return (
    <section className="q-form-group" aria-busy={busy}>
      <h2>{t`Columns of ${state.file_name ?? ""}`}</h2>
      <div className="q-scroll-x">
        <table className="q-table q-mapping" aria-label={t`Columns`}>
          <thead>
            <tr>
              <th scope="col">{t`Field`}</th>
              <th scope="col">{t`Column of the file`}</th>
              <th scope="col">{t`First rows`}</th>
            </tr>
          </thead>
          <tbody>
            {target.fields.map((field) => (
              <MappingRow key={field.name} field={field} table={table} formula={mapping.each?.[field.name]} onChange={(column) => setEach(field.name, column)} isMade={field.name in (mapping.make ?? {})} onMake={(is) => setMake(field.name, is)} />
            ))}
            {target.lines.flatMap(({ field: list, fields }) =>
              fields.map((field) => (
                <MappingRow
                  key={`${list.name}.${field.name}`}
                  prefix={list.label}
                  field={field}
                  table={table}
                  formula={mapping.lines?.[list.name]?.each?.[field.name]}
                  onChange={(column) => setLine(list.name, field.name, column)}
                  isMade={`${list.name}.${field.name}` in (mapping.make ?? {})}
                  onMake={(is) => setMake(`${list.name}.${field.name}`, is)}
                />
              )),
            )}
          </tbody>
        </table>
      </div>
      {target.object && Object.keys(mapping.each ?? {}).length > 0 && (
        <div className="q-field q-kept">
          <label htmlFor="change-by">{t`A row changes the record that has the same`}</label>
          <Select
            id="change-by"
            mode="multiple"
            placeholder={t`nothing: each row makes a new record`}
            value={mapping.key ?? []}
            onChange={(key) => onChange({ ...mapping, key })}
            options={target.fields.filter(({ name }) => mapping.each?.[name]).map(({ name, label }) => ({ value: name, label }))}
          />
        </div>
      )}
      {target.lines.length > 0 && (
        <div className="q-field q-kept">
          <label htmlFor="group-by">{t`Rows with the same values here make one record`}</label>
          <Select
            id="group-by"
            mode="multiple"
            value={mapping.group_by ?? []}
            onChange={(columns) => onChange({ ...mapping, group_by: columns })}
            options={Object.entries(table.columns).map(([name, heading]) => ({ value: name, label: heading || name }))}
          />
        </div>
      )}
    </section>
  );
}

interface MappingRowProps {
  field: Field;
  prefix?: string;
  table: ImportState["tables"][string];
  formula?: string;
  onChange: (column: string | undefined) => void;
  isMade: boolean;
  onMake: (isMade: boolean) => void;
}

function MappingRow({ field, prefix, table, formula, onChange, isMade, onMake }: MappingRowProps) {
  const { t } = useLingui();
  const target = useDefs().objects[field.to ?? ""];
  const { icon: Icon } = kindOf(field);
  const label = prefix ? `${prefix} · ${field.label}` : field.label;
  const columns = Object.entries(table.columns).map(([name, heading]) => ({ value: formulaOf(name), label: heading || name, column: name }));
  const chosen = columns.find((column) => column.value === formula || column.column === formula);
  const options = formula && !chosen ? [{ value: formula, label: formula, column: "" }, ...columns] : columns;
  return (
    <tr>
      <th scope="row">
        <span className="q-mapping-field">
          <Icon size={14} aria-hidden /> {label}
          {field.required && !field.default && (
            <span className="q-required" aria-hidden>
              *
            </span>
          )}
        </span>
      </th>
      <td>
        <Select
          className="q-fill"
          size="small"
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          aria-label={t`Column for ${label}`}
          placeholder={t`not filled`}
          value={chosen?.value ?? formula}
          options={options}
          onChange={onChange}
        />
        {formula && target?.may.create && (
          <Checkbox checked={isMade} onChange={(event) => onMake(event.target.checked)}>
            {t`Make what is not found`}
          </Checkbox>
        )}
      </td>
      <td className="q-muted q-ellipsis">
        {chosen &&
          table.sample
            .slice(0, 3)
            .map((row) => row[chosen.column])
            .filter(Boolean)
            .join(" · ")}
      </td>
    </tr>
  );
}

/** A column as a formula: brackets where its name is not a plain word. */
const formulaOf = (column: string): string => (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(column) ? column : `[${column}]`);

function changed(each: Record<string, string>, name: string, column: string | undefined): Record<string, string> {
  const { [name]: _, ...others } = each;
  return column ? { ...others, [name]: column } : others;
}

/** A field that no column fills any more neither makes records nor finds them. */
function withoutStrays(mapping: Mapping): Mapping {
  const filled = new Set(Object.keys(mapping.each ?? {}));
  for (const [list, { each }] of Object.entries(mapping.lines ?? {})) for (const name of Object.keys(each ?? {})) filled.add(`${list}.${name}`);
  const make = Object.fromEntries(Object.entries(mapping.make ?? {}).filter(([path]) => filled.has(path)));
  return { ...mapping, make, key: (mapping.key ?? []).filter((name) => filled.has(name)) };
}
