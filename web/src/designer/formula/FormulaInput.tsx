import { Input } from "antd";
import { useId } from "react";

interface FormulaInputProps {
  object: string;
  value: string;
  onChange: (formula: string) => void;
  expect?: string;
  label?: string;
}

export function FormulaInput({ value, onChange, label }: FormulaInputProps) {
  const id = useId();
  return <Input.TextArea id={id} aria-label={label} className="q-formula-plain" autoSize={{ minRows: 2 }} value={value} onChange={(event) => onChange(event.target.value)} spellCheck={false} />;
}
