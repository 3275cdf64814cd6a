import { useLingui } from "@lingui/react/macro";
import { Button, Input } from "antd";
import { Barcode, ScanLine } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { eanCheck, readCode } from "./codes";
import { type CellProps, type EditorProps, type FieldKind, inputOf } from "./kind";
import { lately } from "./lately";
import { text } from "./text";

const Drawn = lately<{ value: string; symbology: string }>(() => import("./DrawnCode"));
const Scanner = lazy(() => import("./Scanner"));

function CodeCell({ value, field, dense }: CellProps) {
  if (!value) return null;
  if (dense) return <code className="q-ellipsis">{String(value)}</code>;
  return (
    <span className="q-code">
      <Drawn value={String(value)} symbology={field.symbology ?? "code128"} />
    </span>
  );
}

function CodeEditor(props: EditorProps) {
  const { value, onChange, field, ...rest } = props;
  const { t } = useLingui();
  const [isScanning, setScanning] = useState(false);
  const typed = String(value ?? "");
  const isWrong = typed !== "" && readCode(typed, field) === undefined;
  const missing = field.symbology === "ean13" && /^\d{12}$/.test(typed) ? eanCheck(typed) : undefined;
  return (
    <>
      <Input
        {...inputOf(props)}
        value={typed}
        onChange={(event) => onChange(event.target.value)}
        inputMode={field.symbology === "ean13" ? "numeric" : undefined}
        autoComplete="off"
        suffix={<Button type="text" size="small" aria-label={t`Scan with the camera`} title={t`Scan with the camera`} icon={<ScanLine size={15} aria-hidden />} onClick={() => setScanning(true)} />}
      />
      {missing && <span className="q-field-help">{t`Check digit: ${missing}`}</span>}
      {isWrong && !missing && typed.length >= 13 && <span className="q-field-error">{t`The check digit does not fit: look for a mistyped figure.`}</span>}
      {isScanning && (
        <Suspense>
          <Scanner
            title={rest.ariaLabel ?? field.label}
            onClose={() => setScanning(false)}
            onFound={(found) => {
              setScanning(false);
              onChange(found);
            }}
          />
        </Suspense>
      )}
    </>
  );
}

export const barcode: FieldKind = {
  ...text,
  icon: Barcode,
  Cell: CodeCell,
  Editor: CodeEditor,
  read: (typed, field) => (typed.trim() ? readCode(typed.trim(), field) : null),
  width: 160,
};
