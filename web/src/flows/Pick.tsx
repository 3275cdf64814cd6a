import { Select } from "antd";
import { Labelled } from "../designer/parts";

export function Pick({ label, value, options, onPick }: { label: string; value: unknown; options: [string, string][]; onPick: (value: string) => void }) {
  return <Labelled label={label}>{(id) => <Select id={id} className="q-fill" value={value as string} onChange={onPick} options={options.map(([each, words]) => ({ value: each, label: words }))} />}</Labelled>;
}
