/** Another name for what is published: formulas, views, roles and rules follow, and its data stays with it. */
import { useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { Input, Modal } from "antd";
import { useState } from "react";
import { ProblemBox } from "../../forms/ProblemBox";
import { identifier } from "../names";
import { Labelled } from "../parts";
import { useFieldActs } from "./editing";

interface RenameDialogProps {
  object: string;
  field: string;
  choice?: string;
  label: string;
  onClose: () => void;
}

export function RenameDialog({ object, field, choice, label, onClose }: RenameDialogProps) {
  const { t } = useLingui();
  const { rename: renamed } = useFieldActs();
  const known = choice ?? field;
  const [to, setTo] = useState(known);
  const rename = useMutation({ mutationFn: () => renamed({ object, field, choice, to }), onSuccess: onClose });
  const isReady = to !== known && to === identifier(to, "name");
  return (
    <Modal open title={t`Rename ${label}`} onCancel={onClose} onOk={() => rename.mutate()} okText={t`Rename`} okButtonProps={{ disabled: !isReady }} confirmLoading={rename.isPending}>
      {rename.error && <ProblemBox error={rename.error} known={[]} />}
      <div className="q-dialog-fields">
        <p>{t`What people read is changed above, at any time. This is the name that formulas, imports and the addresses of other programs know. All that this workspace says of it is rewritten, and what records hold stays; other programs must be told.`}</p>
        <Labelled label={t`Name in formulas and addresses`} help={t`Small letters, digits and underscores; a letter first.`}>
          {(id) => <Input id={id} autoFocus maxLength={40} status={isReady || to === known ? undefined : "error"} value={to} onChange={(event) => setTo(event.target.value)} onPressEnter={() => isReady && rename.mutate()} />}
        </Labelled>
      </div>
    </Modal>
  );
}
