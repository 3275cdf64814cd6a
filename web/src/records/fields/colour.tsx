import { useLingui } from "@lingui/react/macro";
import { Input } from "antd";
import { Palette } from "lucide-react";
import { useEffect, useState } from "react";
import { type CellProps, type EditorProps, type FieldKind, inputOf } from "./kind";
import { quote, sameOperators } from "./operators";

function ColourCell({ value }: CellProps) {
  const colour = readColour(String(value ?? ""));
  if (!colour) return null;
  return (
    <span className="q-colour">
      <span className="q-swatch" style={{ background: colour }} aria-hidden />
      <code>{colour}</code>
    </span>
  );
}

/** The browser's own colour chooser beside the code, which can be typed. */
function ColourEditor(props: EditorProps) {
  const { value, onChange, field, ...rest } = props;
  const { t } = useLingui();
  const shown = String(value ?? "");
  const [typed, setTyped] = useState(shown);
  useEffect(() => setTyped(shown), [shown]);
  return (
    <span className="q-colour">
      <input
        type="color"
        className="q-swatch q-swatch-input"
        value={readColour(shown) ?? "#ffffff"}
        onChange={(event) => onChange(event.target.value)}
        aria-label={t`Choose ${rest.ariaLabel ?? field.label}`}
      />
      <Input
        {...inputOf(props)}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => onChange(typed.trim() ? (readColour(typed) ?? typed) : null)}
        placeholder={rest.placeholder ?? "#rrggbb"}
        maxLength={9}
      />
    </span>
  );
}

/** `#0E6A63`, `0e6a63` or `#abc` → `#rrggbb`. */
export function readColour(text: string): string | undefined {
  const match = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.normalize("NFKC").trim());
  if (!match) return undefined;
  const digits = match[1]!.toLowerCase();
  return `#${digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits}`;
}

export const colour: FieldKind = {
  icon: Palette,
  Cell: ColourCell,
  Editor: ColourEditor,
  text: (value) => String(value ?? ""),
  read: (text) => (text.trim() ? readColour(text) : null),
  literal: quote,
  operators: sameOperators,
  width: 120,
};
