import { Slider } from "antd";
import { ChartNoAxesColumnIncreasing } from "lucide-react";
import { readDecimal, showDecimal } from "../../kit/decimal";
import type { CellProps, EditorProps, FieldKind } from "./kind";
import { number } from "./number";

const within = (value: unknown): number => Math.min(Math.max(Number(value) || 0, 0), 100);

function ProgressCell({ value }: CellProps) {
  if (value === null || value === undefined) return null;
  return (
    <span className="q-progress">
      <span className="q-progress-track" aria-hidden>
        <span style={{ width: `${within(value)}%` }} />
      </span>
      <span className="q-number">{showDecimal(String(value))} %</span>
    </span>
  );
}

function ProgressEditor(props: EditorProps) {
  const { value, onChange, field } = props;
  const { Editor } = number;
  return (
    <span className="q-progress-editor">
      {!props.compact && (
        <Slider value={within(value)} onChange={(next) => onChange(String(next))} ariaLabelForHandle={props.ariaLabel ?? field.label} tooltip={{ formatter: (at) => `${at} %` }} />
      )}
      {Editor && <Editor {...props} />}
      <span aria-hidden>%</span>
    </span>
  );
}

export const progress: FieldKind = {
  ...number,
  icon: ChartNoAxesColumnIncreasing,
  Cell: ProgressCell,
  Editor: ProgressEditor,
  text: (value) => (value === null || value === undefined ? "" : `${showDecimal(String(value))} %`),
  read: (text) => {
    const value = readDecimal(text);
    return value === null ? undefined : Number(value) >= 0 && Number(value) <= 100 ? value : undefined;
  },
  width: 140,
  align: undefined,
};
