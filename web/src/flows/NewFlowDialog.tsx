import { useLingui } from "@lingui/react/macro";
import { Modal, Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useDesign } from "../designer/context";
import { identifier, spelled, unused } from "../designer/names";
import { asksFirst, Labelled } from "../designer/parts";
import { say, type Words, WordsInput } from "../designer/words";
import { newStep } from "./model";
import { objectsOf } from "./state";

/** What it is called and whose records it is about; it begins with one approval. */
export function NewFlowDialog({ app, onClose }: { app: string; onClose: () => void }) {
  const { t } = useLingui();
  const { definitions, act, number } = useDesign();
  const navigate = useNavigate();
  const objects = objectsOf(definitions).toSorted((one, other) => Number(other.value.startsWith(`${app}.`)) - Number(one.value.startsWith(`${app}.`)));
  const [label, setLabel] = useState<Words>({});
  const [object, setObject] = useState(objects[0]?.value ?? "");
  const words = say(label).trim();

  async function make(): Promise<void> {
    if (!words || !object) return;
    const taken = Object.keys(definitions.flow ?? {}).flatMap((name) => (name.startsWith(`${app}.`) ? [name.slice(app.length + 1)] : []));
    const name = `${app}.${unused(identifier(await spelled(words), "flow"), taken)}`;
    const approval = { ...newStep("approve", { en: "Approval", zh: "审批" }, ""), order: 10, who: { first: { by: "manager" as const, order: 10 } } };
    act(t`New flow ${words}`, [{ kind: "flow", name, body: { flow: name, label, object, start: { on: "submit" }, steps: { approval } } }]);
    onClose();
    void navigate(`/design/${number}/flow/${name}`);
  }

  return (
    <Modal open afterOpenChange={asksFirst} title={t`New flow`} okText={t`Make the flow`} cancelText={t`Cancel`} onOk={make} okButtonProps={{ disabled: !words || !object }} onCancel={onClose}>
      <div className="q-dialog-fields">
        <WordsInput label={t`What is it called?`} value={label} onChange={setLabel} autoFocus placeholder={t`Approval of discounts`} onEnter={() => void make()} />
        <Labelled label={t`About which records?`}>{(id) => <Select id={id} className="q-fill" showSearch={{ optionFilterProp: "label" }} value={object} onChange={setObject} options={objects} />}</Labelled>
      </div>
    </Modal>
  );
}
