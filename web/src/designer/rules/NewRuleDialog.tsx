import { useLingui } from "@lingui/react/macro";
import { Modal, Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { alive, bodyOf } from "../acts";
import { labelOf, useDesign } from "../context";
import { identifier, spelled, unused } from "../names";
import { asksFirst, Labelled } from "../parts";
import { say, type Words, WordsInput } from "../words";
import { KINDS, type RuleKind } from "./kinds";
import { newRule } from "./model";
import "./rules.css";

/** What kind of decision it is, what it decides about, and what it is called. */
export function NewRuleDialog({ app, onClose }: { app: string; onClose: () => void }) {
  const { t } = useLingui();
  const { definitions, act, number } = useDesign();
  const navigate = useNavigate();
  const [kind, setKind] = useState<RuleKind>("table");
  const [label, setLabel] = useState<Words>({});
  const [on, setOn] = useState("");
  const words = say(label).trim();

  async function make(): Promise<void> {
    if (!words) return;
    const taken = Object.keys(definitions.rule ?? {}).flatMap((name) => (name.startsWith(`${app}.`) ? [name.slice(app.length + 1)] : []));
    const name = `${app}.${unused(identifier(await spelled(words), "rule"), taken)}`;
    act(t`New rule ${words}`, [{ kind: "rule", name, body: newRule(name, kind, label, on) }]);
    onClose();
    void navigate(`/design/${number}/rule/${name}`);
  }

  return (
    <Modal open afterOpenChange={asksFirst} title={t`New rule`} okText={t`Make the rule`} cancelText={t`Cancel`} onOk={make} okButtonProps={{ disabled: !words }} onCancel={onClose} width={720}>
      <div className="q-dialog-fields">
        <WordsInput label={t`What does it decide?`} value={label} onChange={setLabel} autoFocus placeholder={t`Which orders are looked at first`} onEnter={() => void make()} />
        <KindChoice value={kind} onChange={setKind} />
        <DecidedAbout app={app} value={on} onChange={setOn} />
      </div>
    </Modal>
  );
}

function KindChoice({ value, onChange }: { value: RuleKind; onChange: (kind: RuleKind) => void }) {
  const { t, i18n } = useLingui();
  return (
    <fieldset className="q-rule-kinds">
      <legend>{t`In which form?`}</legend>
      {KINDS.map(({ name, label, about, icon: Icon }) => (
        <label key={name} className="q-rule-kind">
          <input type="radio" name="rule-kind" value={name} checked={name === value} onChange={() => onChange(name)} />
          <Icon size={18} aria-hidden />
          <span>
            <strong>{i18n._(label)}</strong>
            <small>{i18n._(about)}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** Its columns are fields of these records, and of what they lead to; or values that whoever asks gives by name. */
function DecidedAbout({ app, value, onChange }: { app: string; value: string; onChange: (object: string) => void }) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const isOwn = (name: string) => name.startsWith(`${app}.`);
  const objects = alive(definitions, "object").filter(([, body]) => !body.extend).toSorted(([one], [other]) => Number(isOwn(other)) - Number(isOwn(one)));
  const options = objects.map(([name, body]) => ({ value: name, label: `${labelOf(body, name)}${isOwn(name) ? "" : ` · ${labelOf(bodyOf(definitions, "app", body.app), body.app)}`}` }));
  return (
    <Labelled label={t`About which records?`} help={t`Its conditions are about their fields. A rule that other systems ask may take values of its own instead.`}>
      {(id) => <Select id={id} className="q-fill" showSearch={{ optionFilterProp: "label" }} value={value} onChange={onChange} options={[{ value: "", label: t`Values of its own` }, ...options]} />}
    </Labelled>
  );
}
