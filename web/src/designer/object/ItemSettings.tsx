import { useLingui } from "@lingui/react/macro";
import { Button, Segmented, Select, Switch } from "antd";
import { Trash2 } from "lucide-react";
import { ConditionBuilder } from "../ConditionBuilder";
import { findItem, type Section } from "../layout";
import { Labelled } from "../parts";
import { WordsInput } from "../words";
import { useEditing, useFieldActs } from "./editing";

/** A section, tab or step: its heading, columns, place, and when it shows. */
export function SectionSettings({ name }: { name: string }) {
  const { t } = useLingui();
  const { whole, sections } = useEditing();
  const acts = useFieldActs();
  const section = sections.find((each) => each.name === name);
  if (!section) return null;
  const set = (news: Partial<Section>, typing = "") => acts.setSection(name, news, typing);
  return (
    <div className="q-field-settings">
      <WordsInput label={t`Heading`} value={section.label} onChange={(label) => set({ label }, "label")} />
      <Labelled label={t`Kind`}>
        {(id) => (
          <Segmented<Section["kind"]>
            id={id}
            block
            value={section.kind}
            onChange={(kind) => set({ kind })}
            options={[
              { value: "section", label: t`Section` },
              { value: "tab", label: t`Tab` },
              { value: "step", label: t`Step` },
            ]}
          />
        )}
      </Labelled>
      <Labelled label={t`Columns`} help={t`A phone always has one.`}>
        {(id) => <Select id={id} value={section.columns} onChange={(columns) => set({ columns })} options={[1, 2, 3, 4].map((count) => ({ value: count, label: count }))} />}
      </Labelled>
      <div className="q-toggle">
        <label>
          <Switch size="small" checked={section.is_side} onChange={(is_side) => set({ is_side })} aria-label={t`Beside the form`} />
          <span>{t`Beside the form`}</span>
        </label>
        <label>
          <Switch size="small" checked={section.collapsed} onChange={(collapsed) => set({ collapsed })} aria-label={t`Folded at first`} />
          <span>{t`Folded at first`}</span>
        </label>
      </div>
      <div className="q-field">
        <span className="q-field-name">{t`Shown only when`}</span>
        <ConditionBuilder object={whole.name} value={section.when} onChange={(when) => set({ when }, "when")} label={t`Shown only when`} />
      </div>
      <Button danger type="text" icon={<Trash2 size={15} aria-hidden />} disabled={sections.length < 2} onClick={() => acts.dropSection(name)}>
        {t`Remove this section; its fields move up`}
      </Button>
    </div>
  );
}

/** A note or a button on the form. */
export function ItemSettings({ name }: { name: string }) {
  const { t } = useLingui();
  const { sections } = useEditing();
  const acts = useFieldActs();
  const found = findItem(sections, name);
  if (!found) return null;
  const { item, section } = found;
  return (
    <div className="q-field-settings">
      {item.note && <WordsInput label={t`Note`} isLong value={item.note} onChange={(note) => acts.setItem(name, { note }, "note")} />}
      <Labelled label={t`Width on the form`}>
        {(id) => <Select id={id} value={Math.min(item.width, section.columns)} onChange={(width) => acts.setItem(name, { width })} options={Array.from({ length: section.columns }, (_, at) => ({ value: at + 1, label: at + 1 === section.columns ? t`The whole width` : t`${at + 1} of ${section.columns} columns` }))} />}
      </Labelled>
      <Button danger type="text" icon={<Trash2 size={15} aria-hidden />} onClick={() => acts.dropItem(name)}>
        {t`Take off the form`}
      </Button>
    </div>
  );
}
