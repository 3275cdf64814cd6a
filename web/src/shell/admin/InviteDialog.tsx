import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Input, Modal, Select } from "antd";
import { useState } from "react";
import { ProblemBox } from "../../forms/ProblemBox";
import { problemsByPath } from "../../forms/problems";
import { post } from "../../kit/api";
import { language } from "../../kit/i18n";
import type { Issued } from "./OneTimePassword";
import type { RoleName } from "./people";

interface InviteDialogProps {
  roles: RoleName[];
  onClose: () => void;
  onDone: (issued: Issued) => void;
}

export function InviteDialog({ roles, onClose, onDone }: InviteDialogProps) {
  const { t } = useLingui();
  const client = useQueryClient();
  const [given, setGiven] = useState({ name: "", login: "", email: "", roles: [] as string[], language: language() as string });
  const invite = useMutation({
    mutationFn: () => post<Issued>("/api/admin/users", { ...given, email: given.email || null }),
    onSuccess: (issued) => {
      void client.invalidateQueries({ queryKey: ["admin"] });
      onDone(issued);
    },
  });
  const problems = problemsByPath(invite.error);
  const text = (name: "name" | "login" | "email", label: string, autoFocus = false) => (
    <div className="q-field">
      <label htmlFor={`invite-${name}`}>{label}</label>
      <Input id={`invite-${name}`} autoFocus={autoFocus} value={given[name]} status={problems[name] ? "error" : undefined} onChange={(event) => setGiven({ ...given, [name]: event.target.value })} />
      {problems[name] && <p role="alert" className="q-field-error">{problems[name]}</p>}
    </div>
  );
  return (
    <Modal open title={t`Invite a person`} onCancel={onClose} onOk={() => invite.mutate()} okText={t`Invite`} confirmLoading={invite.isPending} okButtonProps={{ disabled: !given.name || !given.login }}>
      {invite.error && <ProblemBox error={invite.error} known={["name", "login", "email", "roles", "language"]} />}
      <div className="q-fields q-fields-narrow">
        {text("name", t`Name`, true)}
        {text("login", t`Login`)}
        {text("email", t`Email`)}
        <div className="q-field">
          <label htmlFor="invite-roles">{t`Roles`}</label>
          <Select id="invite-roles" mode="multiple" className="q-fill" value={given.roles} onChange={(chosen) => setGiven({ ...given, roles: chosen })} options={roles.map((role) => ({ value: role.name, label: role.label }))} />
          {problems.roles && <p role="alert" className="q-field-error">{problems.roles}</p>}
        </div>
        <div className="q-field">
          <label htmlFor="invite-language">{t`Language`}</label>
          <Select
            id="invite-language"
            className="q-fill"
            value={given.language}
            onChange={(chosen) => setGiven({ ...given, language: chosen })}
            options={[
              { value: "en", label: "English" },
              { value: "zh", label: "中文" },
            ]}
          />
        </div>
      </div>
    </Modal>
  );
}
