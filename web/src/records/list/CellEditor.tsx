import { useRef, useState } from "react";
import type { RecordAnswer } from "../definitions";
import { labelOf } from "../fields/link";
import { kindOf } from "../fields/registry";
import type { Column } from "./Grid";

interface CellEditorProps {
  column: Column;
  row: RecordAnswer;
  /** The key that began the editing replaces the value, as in a spreadsheet. */
  start?: string;
  onSave: (value: unknown) => void;
  onCancel: () => void;
}

export function CellEditor({ column, row, start, onSave, onCancel }: CellEditorProps) {
  const { field } = column;
  const kind = kindOf(field);
  const [value, setValue] = useState<unknown>(start && kind.read && !kind.ends ? start : row[column.path]);
  const isOver = useRef(false);
  if (!kind.Editor) return null;
  const saves = Boolean(kind.ends);

  /** Enter takes the focus away, which would save a second time. */
  function once(act: () => void): void {
    if (isOver.current) return;
    isOver.current = true;
    act();
  }

  return (
    <div
      className="q-cell-editor"
      onClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          once(onCancel);
        }
        if (event.key === "Enter" && !event.nativeEvent.isComposing && !saves) once(() => onSave(value));
      }}
      onBlur={(event) => {
        if (kind.ends === "in_dialog") return;
        if (event.currentTarget.contains(event.relatedTarget) || document.querySelector(".ant-select-dropdown, .ant-picker-dropdown")?.contains(event.relatedTarget)) return;
        if (!saves) once(() => onSave(value));
        else if (!event.relatedTarget) setTimeout(() => once(onCancel), 250);
      }}
    >
      <kind.Editor
        value={value}
        field={field}
        row={row}
        label={labelOf(field, row)}
        ariaLabel={field.label}
        autoFocus
        compact
        onLeave={() => once(onCancel)}
        onChange={(next) => (saves ? once(() => onSave(next)) : setValue(next))}
      />
    </div>
  );
}
