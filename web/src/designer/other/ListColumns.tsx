import { useLingui } from "@lingui/react/macro";
import { Button, Select } from "antd";
import { GripVertical, X } from "lucide-react";
import { wholeObject } from "../acts";
import { useDesign } from "../context";
import { DragArea, useSorted } from "../drag";
import { fieldsOf } from "../layout";
import { say } from "../words";

interface ListColumnsProps {
  object: string;
  value: string[];
  onChange: (names: string[]) => void;
  label: string;
}

/** Fields in an order: dragged, added, taken out. Paths through links keep their place. */
export function ListColumns({ object, value, onChange, label }: ListColumnsProps) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const whole = wholeObject(definitions, object);
  const fields = whole ? fieldsOf(whole.body) : [];
  const words = (name: string) => say(whole?.body.fields[name]?.label, name);
  const rest = fields.filter(([name, field]) => !value.includes(name) && field.type !== "lines").map(([name]) => ({ value: name, label: words(name) }));
  function move(from: number, to: number): void {
    const item = value[from];
    if (item !== undefined) onChange(value.toSpliced(from, 1).toSpliced(to, 0, item));
  }
  return (
    <>
      <DragArea onDrop={({ from, to }) => move(from.index, to.index)}>
        <ol className="q-column-order" aria-label={label}>
          {value.map((name, index) => (
            <ColumnRow key={name} name={name} index={index} label={words(name)} onRemove={() => onChange(value.filter((each) => each !== name))} />
          ))}
        </ol>
      </DragArea>
      <Select className="q-linkage-fields" aria-label={t`Add a column`} placeholder={t`Add a column`} showSearch={{ optionFilterProp: "label" }} value={null} options={rest} onChange={(name: string) => onChange([...value, name])} />
    </>
  );
}

function ColumnRow({ name, index, label, onRemove }: { name: string; index: number; label: string; onRemove: () => void }) {
  const { t } = useLingui();
  const { ref, handleRef, isDragging } = useSorted(name, index, "columns");
  return (
    <li ref={ref} className={isDragging ? "q-lifted" : ""}>
      <button type="button" ref={handleRef} className="q-handle" aria-label={t`Move ${label}`}>
        <GripVertical size={15} aria-hidden />
      </button>
      <span className="q-grow">{label}</span>
      <Button type="text" size="small" aria-label={t`Take out ${label}`} icon={<X size={14} aria-hidden />} onClick={onRemove} />
    </li>
  );
}
