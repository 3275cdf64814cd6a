import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { Plus, X } from "lucide-react";
import type { Body } from "../../draft";
import { identifier, spelled, unused } from "../../names";
import { say, type Words, WordsInput } from "../../words";
import { ordered, partsOf } from "../model";

/** The values that a column of choices knows; a new one gets its name from what it is called first. */
export function ChoicesOfColumn({ value, onChange }: { value: Record<string, Body>; onChange: (choices: Record<string, Body>) => void }) {
  const { t } = useLingui();
  const choices = partsOf(value);

  async function settle(name: string, label: Words): Promise<void> {
    if (!name.startsWith("new")) return;
    const better = unused(identifier(await spelled(say(label)), "choice"), choices.map(([each]) => each));
    if (say(label)) onChange(ordered(choices.map(([each, body]) => (each === name ? [better, body] : [each, body]))));
  }

  return (
    <div className="q-rule-choices">
      {choices.map(([name, body], at) => (
        <div key={at} className="q-rule-line">
          <WordsInput label={t`Choice ${at + 1}`} value={body.label as Words} onChange={(label) => onChange({ ...value, [name]: { ...body, label } })} onBlur={() => void settle(name, body.label as Words)} />
          <Button type="text" size="small" aria-label={t`Remove the choice`} icon={<X size={14} aria-hidden />} onClick={() => onChange(ordered(choices.filter(([each]) => each !== name)))} />
        </div>
      ))}
      <Button size="small" type="dashed" icon={<Plus size={14} aria-hidden />} onClick={() => onChange(ordered([...choices, [unused("new", choices.map(([each]) => each)), { label: {} }]]))}>
        {t`Add a choice`}
      </Button>
    </div>
  );
}
