/** Small parts that several pages of the designer share. */
import { useLingui } from "@lingui/react/macro";
import { Button, Popover, Select } from "antd";
import { type ReactNode, useId, useState } from "react";
import { NamedIcon } from "../kit/icons";
import { rolesOf } from "./acts";
import { useDesign } from "./context";
import { say } from "./words";

const ICONS = [
  "clipboard", "audit", "file-text", "folder", "kanban", "calendar", "flag", "target", "tag", "box", "boxes", "truck", "cart", "shop", "factory", "warehouse",
  "user", "users", "contact", "building", "map-pin", "handshake", "wallet", "receipt", "banknote", "calculator", "chart", "book", "scale", "ruler", "settings", "inbox", "history", "gift", "barcode", "lock",
];

export function IconChoice({ value, onChange }: { value?: string; onChange: (icon: string) => void }) {
  const { t } = useLingui();
  const [isOpen, setOpen] = useState(false);
  const grid = (
    <div className="q-icon-grid" role="listbox" aria-label={t`Icon`}>
      {ICONS.map((name) => (
        <button
          key={name}
          type="button"
          role="option"
          aria-selected={name === value}
          aria-label={name}
          onClick={() => {
            onChange(name);
            setOpen(false);
          }}
        >
          <NamedIcon name={name} size={19} />
        </button>
      ))}
    </div>
  );
  return (
    <Popover open={isOpen} onOpenChange={setOpen} trigger="click" content={grid} placement="bottomLeft">
      <Button icon={<NamedIcon name={value} />} aria-label={t`Choose an icon`} aria-expanded={isOpen} />
    </Popover>
  );
}

/** A dialog that has just opened asks its first question: the dialog itself would give its cross the focus. */
export function asksFirst(isOpen: boolean): void {
  if (isOpen) document.querySelector<HTMLElement>(".ant-modal .q-dialog-fields input[type=text]")?.focus();
}

export function Labelled({ label, help, children }: { label: string; help?: ReactNode; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="q-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {help && <p className="q-field-help">{help}</p>}
    </div>
  );
}

export function RolesChoice({ value, onChange, label, help }: { value: string[]; onChange: (roles: string[]) => void; label: string; help?: string }) {
  const { definitions } = useDesign();
  const { t } = useLingui();
  const roles = Object.entries(rolesOf(definitions)).toSorted(([, one], [, other]) => one.order - other.order);
  return (
    <Labelled label={label} help={help}>
      {(id) => (
        <Select
          id={id}
          mode="multiple"
          className="q-fill"
          value={value}
          onChange={onChange}
          placeholder={t`Nobody yet`}
          optionFilterProp="label"
          options={roles.map(([name, role]) => ({ value: name, label: say(role.label, name) }))}
        />
      )}
    </Labelled>
  );
}
