/** Submitting a record: at once, or after naming who decides where the flow leaves that to the submitter. */
import { useLingui } from "@lingui/react/macro";
import { Modal } from "antd";
import { FieldGrid } from "../forms/FieldGrid";
import { useNotices } from "../kit/notices";
import { useProblemWords } from "../kit/states";
import { useAct } from "./acting";
import { chosenOf, peopleOf, useAnswers } from "./answers";
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
  const { values, isWhole, shown } = useAnswers();
  const people = peopleOf(flow.chosen, (step) => t`Who decides: ${step}`);

  async function submit(): Promise<void> {
    if (!isWhole(people)) return;
    try {
      await doing.mutateAsync({ act: "submit", inputs: { flow: flow.flow, record, reason: values._reason || null, chosen: chosenOf(people, values) } });
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
      <FieldGrid fields={[...people, { name: "_reason", type: "long_text", label: t`What the approvers should know` }]} {...shown} isNew isNarrow />
    </Modal>
  );
}
