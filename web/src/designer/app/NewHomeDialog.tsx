import { useLingui } from "@lingui/react/macro";
import { Modal, Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { bodyOf, rolesOf } from "../acts";
import { useDesign } from "../context";
import { Labelled } from "../parts";
import { say } from "../words";

/** What a role sees first, as far as this app adds to it. */
export function NewHomeDialog({ app, onClose }: { app: string; onClose: () => void }) {
  const { t } = useLingui();
  const { definitions, act, number } = useDesign();
  const navigate = useNavigate();
  const roles = Object.entries(rolesOf(definitions)).filter(([role]) => !bodyOf(definitions, "home", `${app}.${role}`));
  const [role, setRole] = useState(roles[0]?.[0]);

  function make(): void {
    if (!role) return;
    const name = `${app}.${role}`;
    act(t`New home page`, [{ kind: "home", name, body: { home: name, role } }]);
    onClose();
    void navigate(`/design/${number}/home/${name}`);
  }

  return (
    <Modal open title={t`New home page`} okText={t`Make the home page`} cancelText={t`Cancel`} okButtonProps={{ disabled: !role }} onOk={make} onCancel={onClose} width={440}>
      <div className="q-dialog-fields">
        <Labelled label={t`For which role?`} help={t`It stands on their first page with what other apps show there.`}>
          {(id) => <Select id={id} autoFocus className="q-fill" value={role} onChange={setRole} options={roles.map(([name, each]) => ({ value: name, label: say(each.label, name) }))} />}
        </Labelled>
      </div>
    </Modal>
  );
}
