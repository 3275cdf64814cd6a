import { useLingui } from "@lingui/react/macro";
import { Modal } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { newApp, rolesOf } from "../acts";
import { useDesign } from "../context";
import { appIdentifier, spelled } from "../names";
import { asksFirst, IconChoice, RolesChoice } from "../parts";
import { say, type Words, WordsInput } from "../words";

/** One name is enough; the rest has good answers already. */
export function NewAppDialog({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const { definitions, act, number } = useDesign();
  const navigate = useNavigate();
  const [label, setLabel] = useState<Words>({});
  const [icon, setIcon] = useState("clipboard");
  const [roles, setRoles] = useState(() => Object.keys(rolesOf(definitions)));
  const words = say(label).trim();

  async function make(): Promise<void> {
    if (!words) return;
    const name = appIdentifier(await spelled(words), Object.keys(definitions.app ?? {}));
    act(t`New app ${words}`, newApp(definitions, { name, label, icon, roles }));
    onClose();
    navigate(`/design/${number}/app/${name}`);
  }

  return (
    <Modal open afterOpenChange={asksFirst} title={t`New app`} okText={t`Make the app`} cancelText={t`Cancel`} onOk={make} okButtonProps={{ disabled: !words }} onCancel={onClose} width={520}>
      <div className="q-dialog-fields">
        <div className="q-name-line">
          <IconChoice value={icon} onChange={setIcon} />
          <WordsInput label={t`What is it called?`} value={label} onChange={setLabel} autoFocus placeholder={t`Equipment inspection`} onEnter={() => void make()} />
        </div>
        <RolesChoice label={t`Who works with it?`} value={roles} onChange={setRoles} help={t`You can make it finer later.`} />
      </div>
    </Modal>
  );
}
