/** Submitting a record: at once, or after naming who decides where the flow leaves that to the submitter. */
import { useLingui } from "@lingui/react/macro";
import { Modal } from "antd";
import { useState } from "react";
import { FieldGrid } from "../forms/FieldGrid";
import { useNotices } from "../kit/notices";
import { useProblemWords } from "../kit/states";
import type { Field, Values } from "../records/definitions";
import { useAct } from "./acting";
import { type Offered, said } from "./told";

interface SubmitDialogProps {
  flow: Offered;
  record: number;
  onClose: () => void;
}

export function SubmitDialog({ flow, record, onClose }: SubmitDialogProps) {
  const { t } = useLingui();
  const problem = useProblemWords();
  const notices = useNotices();
  const doing = useAct();
  const [values, setValues] = useState<Values>({});
  const [labels, setLabels] = useState<Record<string, string>>({});
  const [missing, setMissing] = useState<Record<string, string>>({});
  const people: Field[] = flow.chosen.map((step) => ({ name: step.step, type: "user", to: "base.user", label: t`Who decides: ${said(step.label)}`, required: true }));

  async function submit(): Promise<void> {
    const lacking = people.filter((field) => !values[field.name]);
    setMissing(Object.fromEntries(lacking.map((field) => [field.name, t`Say this first.`])));
    if (lacking.length > 0) return;
    const chosen = Object.fromEntries(people.map((field) => [field.name, [values[field.name]]]));
    try {
      await doing.mutateAsync({ act: "submit", inputs: { flow: flow.flow, record, reason: values._reason || null, ...(people.length > 0 ? { chosen } : {}) } });
    } catch {
      return; // Shown in the dialog.
    }
    notices.done(t`Submitted: ${said(flow.label)}`);
    onClose();
  }

  return (
    <Modal open title={t`Submit: ${said(flow.label)}`} onCancel={onClose} onOk={submit} okText={t`Submit`} okButtonProps={{ loading: doing.isPending }} width={520} destroyOnHidden>
      {doing.error && (
        <p role="alert" className="q-alert">
          {problem(doing.error)}
        </p>
      )}
      <FieldGrid
        fields={[...people, { name: "_reason", type: "long_text", label: t`What the approvers should know` }]}
        values={values}
        labels={labels}
        problems={missing}
        isNew
        isNarrow
        onChange={(name, value, label) => {
          setValues((now) => ({ ...now, [name]: value }));
          if (label !== undefined) setLabels((now) => ({ ...now, [name]: label }));
        }}
      />
    </Modal>
  );
}
