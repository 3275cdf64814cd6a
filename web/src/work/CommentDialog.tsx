/** A word into the trail, with names after “@” and files. */
import { useLingui } from "@lingui/react/macro";
import { Modal } from "antd";
import { useState } from "react";
import { Composer, NOTHING, type Typed } from "../discussion/Composer";
import { useNotices } from "../kit/notices";
import { useAct } from "./acting";
import { said, type Instance } from "./told";
import "../discussion/discussion.css";

export default function CommentDialog({ instance, onClose }: { instance: Instance; onClose: () => void }) {
  const { t } = useLingui();
  const notices = useNotices();
  const doing = useAct();
  const [typed, setTyped] = useState<Typed>(NOTHING);
  return (
    <Modal open title={t`Comment: ${said(instance.label)}`} footer={null} onCancel={onClose} mask={{ closable: typed === NOTHING }} width={560} destroyOnHidden>
      <Composer
        object={instance.object ?? "flow.instance"}
        id={instance.object ? Number(instance.record) : instance.id}
        typed={typed}
        onType={setTyped}
        label={t`What you want to say`}
        act={t`Comment`}
        autoFocus
        onSay={async ({ text, mentions, files }) => {
          await doing.mutateAsync({ act: "comment", inputs: { instance: instance.id, text: text || "📎", mentions, files } });
          notices.done(t`Commented`);
          onClose();
        }}
      />
    </Modal>
  );
}
