import { useLingui } from "@lingui/react/macro";
import { Button, Checkbox, Input } from "antd";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useState } from "react";
import { useDefs } from "../context";
import { type Field, fieldAt, type ObjectInfo, SYSTEM_FIELDS } from "../definitions";
import { defaultColumns } from "../query";

interface ColumnChooserProps {
  object: ObjectInfo;
  columns: string[];
  onChange: (columns: string[]) => void;
}

export function ColumnChooser({ object, columns, onChange }: ColumnChooserProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const [typed, setTyped] = useState("");
  const all = [...columns, ...choosable(object).filter((path) => !columns.includes(path))];
  const shown = all.flatMap((path) => {
    const field = fieldAt(definitions, object, path);
    return field && field.label.toLowerCase().includes(typed.toLowerCase()) ? [{ path, field }] : [];
  });

  function move(path: string, by: number): void {
    const at = columns.indexOf(path);
    const next = columns.filter((each) => each !== path);
    next.splice(at + by, 0, path);
    onChange(next);
  }

  return (
    <div className="q-columns">
      <Input size="small" allowClear placeholder={t`Find a field`} aria-label={t`Find a field`} value={typed} onChange={(event) => setTyped(event.target.value)} />
      <ul>
        {shown.map(({ path, field }) => (
          <ColumnLine
            key={path}
            field={field}
            at={columns.indexOf(path)}
            last={columns.length - 1}
            onToggle={() => onChange(columns.includes(path) ? columns.filter((each) => each !== path) : [...columns, path])}
            onMove={(by) => move(path, by)}
          />
        ))}
      </ul>
      <Button type="link" size="small" onClick={() => onChange(defaultColumns(object))}>
        {t`As it was`}
      </Button>
    </div>
  );
}

interface ColumnLineProps {
  field: Field;
  at: number;
  last: number;
  onToggle: () => void;
  onMove: (by: number) => void;
}

function ColumnLine({ field, at, last, onToggle, onMove }: ColumnLineProps) {
  const { t } = useLingui();
  const isOn = at >= 0;
  return (
    <li>
      <Checkbox checked={isOn} disabled={isOn && last === 0} onChange={onToggle}>
        {field.label}
      </Checkbox>
      {isOn && (
        <span>
          <Button type="text" size="small" disabled={at === 0} aria-label={t`Move ${field.label} to the left`} icon={<ArrowUp size={13} aria-hidden />} onClick={() => onMove(-1)} />
          <Button type="text" size="small" disabled={at === last} aria-label={t`Move ${field.label} to the right`} icon={<ArrowDown size={13} aria-hidden />} onClick={() => onMove(1)} />
        </span>
      )}
    </li>
  );
}

const choosable = (object: ObjectInfo): string[] =>
  object.fields
    .filter((field) => field.type !== "lines" && field.type !== "json" && (!SYSTEM_FIELDS.has(field.name) || /_at$|_by$/.test(field.name)))
    .map((field) => field.name);
