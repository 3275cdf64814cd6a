import { useLingui } from "@lingui/react/macro";
import { Modal, Select } from "antd";
import { useState } from "react";
import { useDesign } from "../context";
import { identifier, spelled, unused } from "../names";
import { Labelled } from "../parts";
import { say, type Words, WordsInput } from "../words";
import { listRoles, newRole } from "./rights";

interface NewRoleDialogProps {
  like?: string;
  onClose: () => void;
  onMade: (name: string) => void;
}

/** A name, and optionally a role whose rights it begins with. */
export function NewRoleDialog({ like: first = "", onClose, onMade }: NewRoleDialogProps) {
  const { t } = useLingui();
  const { definitions, act } = useDesign();
  const [label, setLabel] = useState<Words>({});
  const [like, setLike] = useState(first);
  const roles = listRoles(definitions);
  async function make(): Promise<void> {
    if (!say(label)) return;
    const taken = [...roles.map((role) => role.name), ...Object.keys(definitions.role ?? {})];
    const name = unused(identifier(await spelled(label.en || say(label)), "role"), taken);
    act(like ? t`Copy a role` : t`New role`, newRole(definitions, name, label, like));
    onMade(name);
  }
  return (
    <Modal open title={t`New role`} onCancel={onClose} onOk={make} okText={t`Make the role`} okButtonProps={{ disabled: !say(label) }}>
      <div className="q-dialog-fields">
        <WordsInput label={t`What is it called?`} value={label} onChange={setLabel} autoFocus onEnter={make} />
        <Labelled label={t`Begins with the rights of`} help={t`A copy goes its own way: later changes of the other role don't reach it.`}>
          {(id) => <Select id={id} className="q-fill" value={like} onChange={setLike} options={[{ value: "", label: t`nothing` }, ...roles.map((role) => ({ value: role.name, label: say(role.label, role.name) }))]} />}
        </Labelled>
      </div>
    </Modal>
  );
}
