/** Which form is open: the one for everybody, or one of its own for some roles, a device or a use. */
import { useLingui } from "@lingui/react/macro";
import { Button, Modal, Select } from "antd";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { newVariant, rolesOf } from "../acts";
import { useDesign } from "../context";
import { formsOf, isGeneral } from "../layout";
import { Labelled, RolesChoice } from "../parts";
import { say } from "../words";
import { useEditing } from "./editing";

export function Variants() {
  const { t } = useLingui();
  const { definitions, act } = useDesign();
  const { whole, form, chooseForm, select } = useEditing();
  const [isMaking, setMaking] = useState(false);
  const words = useVariantWords();
  const forms = formsOf(definitions.form, whole.name);
  const open = forms.find(([name]) => name === form);
  const options = forms.map(([name, body]) => ({ value: name, label: words(body) }));
  return (
    <span className="q-variants">
      <Select
        size="small"
        aria-label={t`Form for`}
        value={form ?? ""}
        options={form ? options : [{ value: "", label: t`Everybody` }, ...options]}
        onChange={(name) => {
          select(null);
          chooseForm(name || null);
        }}
        popupMatchSelectWidth={false}
      />
      <Button size="small" type="text" icon={<Plus size={14} aria-hidden />} onClick={() => setMaking(true)}>
        {t`Other layout`}
      </Button>
      {open && !isGeneral(open[1]) && (
        <Button
          size="small"
          type="text"
          aria-label={t`Remove this layout`}
          icon={<Trash2 size={14} aria-hidden />}
          onClick={() => {
            act(t`Remove a layout`, [{ kind: "form", name: open[0], body: null }]);
            chooseForm(null);
          }}
        />
      )}
      {isMaking && <NewVariant onClose={() => setMaking(false)} />}
    </span>
  );
}

function useVariantWords() {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const roles = rolesOf(definitions);
  return (body: Record<string, unknown>): string => {
    const who = ((body.roles as string[] | undefined) ?? []).map((role) => say(roles[role]?.label, role));
    const device = body.device === "phone" ? t`on phones` : body.device === "desktop" ? t`on computers` : "";
    const use = body.use === "create" ? t`when writing a new one` : body.use === "record" ? t`on the record's page` : "";
    return [who.length ? who.join(", ") : t`Everybody`, device, use].filter(Boolean).join(" · ");
  };
}

function NewVariant({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const { definitions, act } = useDesign();
  const { whole, form, chooseForm, select } = useEditing();
  const [roles, setRoles] = useState<string[]>([]);
  const [device, setDevice] = useState("any");
  const [use, setUse] = useState("any");
  const isSomething = roles.length > 0 || device !== "any" || use !== "any";
  function make(): void {
    const made = newVariant(definitions, whole, form, { roles, device: device === "any" ? undefined : device, use: use === "any" ? undefined : use }, whole.body.label);
    act(t`Add a layout`, made.changes);
    select(null);
    chooseForm(made.form);
    onClose();
  }
  return (
    <Modal open title={t`Another layout`} okText={t`Make the layout`} cancelText={t`Cancel`} okButtonProps={{ disabled: !isSomething }} onOk={make} onCancel={onClose}>
      <div className="q-dialog-fields">
        <p className="q-muted">{t`It begins as the form looks now. Who it isn't for keeps the one for everybody.`}</p>
        <RolesChoice label={t`For these roles`} value={roles} onChange={setRoles} />
        <Labelled label={t`On`}>
          {(id) => (
            <Select
              id={id}
              value={device}
              onChange={setDevice}
              options={[
                { value: "any", label: t`Every device` },
                { value: "phone", label: t`Phones` },
                { value: "desktop", label: t`Computers` },
              ]}
            />
          )}
        </Labelled>
        <Labelled label={t`For`}>
          {(id) => (
            <Select
              id={id}
              value={use}
              onChange={setUse}
              options={[
                { value: "any", label: t`Writing and reading` },
                { value: "create", label: t`Writing a new one` },
                { value: "record", label: t`The record's page` },
              ]}
            />
          )}
        </Labelled>
      </div>
    </Modal>
  );
}
