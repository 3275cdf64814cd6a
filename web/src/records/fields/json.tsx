import { useLingui } from "@lingui/react/macro";
import { Input } from "antd";
import { Braces } from "lucide-react";
import { useState } from "react";
import type { CellProps, EditorProps, FieldKind } from "./kind";
import { inDialog } from "./lately";
import { presence } from "./operators";

const write = (value: unknown, indent?: number): string => (value === null || value === undefined ? "" : JSON.stringify(value, null, indent));

function read(text: string): unknown {
  if (!text.trim()) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function JsonCell({ value, dense }: CellProps) {
  if (value === null || value === undefined) return null;
  return dense ? <code className="q-ellipsis">{write(value)}</code> : <pre className="q-json">{write(value, 2)}</pre>;
}

/** Only what can be read leaves the editor; what can't is said at once. */
function JsonEditor({ value, onChange, ...rest }: EditorProps) {
  const { t } = useLingui();
  const [typed, setTyped] = useState(() => write(value, 2));
  const isWrong = read(typed) === undefined;

  function change(text: string): void {
    setTyped(text);
    const parsed = read(text);
    if (parsed !== undefined) onChange(parsed);
  }

  return (
    <>
      <Input.TextArea
        id={rest.id}
        className="q-mono"
        value={typed}
        onChange={(event) => change(event.target.value)}
        autoSize={{ minRows: 3, maxRows: 16 }}
        spellCheck={false}
        status={rest.invalid || isWrong ? "error" : undefined}
        aria-label={rest.ariaLabel}
        aria-invalid={rest.invalid || isWrong || undefined}
        aria-describedby={rest.describedBy}
        autoFocus={rest.autoFocus}
        placeholder={rest.placeholder ?? '{"key": "value"}'}
      />
      {isWrong && (
        <span role="status" className="q-field-error">
          {t`Not valid JSON yet: saving keeps what was valid last.`}
        </span>
      )}
    </>
  );
}

export const json: FieldKind = {
  sortable: false,
  icon: Braces,
  Cell: JsonCell,
  Editor: inDialog(JsonEditor, ({ value }) => <code className="q-ellipsis">{write(value)}</code>),
  text: (value) => (typeof value === "string" ? value : write(value)),
  read,
  literal: (value) => value,
  operators: presence,
  width: 180,
  isWide: true,
  ends: "in_dialog",
};
