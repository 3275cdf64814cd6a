import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Modal, Select, Typography } from "antd";
import { useState } from "react";
import { ProblemBox } from "../../forms/ProblemBox";
import { problemsByPath } from "../../forms/problems";
import { post } from "../../kit/api";
import type { RoleName } from "./people";

interface Made {
  name: string;
  token: string;
}

/** Asks for a name, roles and an end; then shows the token, this once. */
export function TokenDialog({ roles, onClose }: { roles: RoleName[]; onClose: () => void }) {
  const [made, setMade] = useState<Made | null>(null);
  return made ? <ShownOnce made={made} onClose={onClose} /> : <NewToken roles={roles} onClose={onClose} onMade={setMade} />;
}

function NewToken({ roles, onClose, onMade }: { roles: RoleName[]; onClose: () => void; onMade: (made: Made) => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const [given, setGiven] = useState({ name: "", roles: [] as string[], expires_on: "" });
  const make = useMutation({
    mutationFn: () => post<Made>("/api/tokens", { ...given, expires_on: given.expires_on || null }),
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: ["tokens"] });
      onMade(made);
    },
  });
  const problems = problemsByPath(make.error);
  const problem = (name: string) =>
    problems[name] && (
      <p role="alert" className="q-field-error">
        {problems[name]}
      </p>
    );
  return (
    <Modal
      open
      title={t`New API token`}
      onCancel={onClose}
      onOk={() => make.mutate()}
      okText={t`Make token`}
      confirmLoading={make.isPending}
      okButtonProps={{ disabled: !given.name.trim() || given.roles.length === 0 }}
    >
      {make.error && <ProblemBox error={make.error} known={["name", "roles", "expires_on"]} />}
      <div className="q-fields q-fields-narrow">
        <div className="q-field">
          <label htmlFor="token-name">{t`Name`}</label>
          <Input id="token-name" autoFocus maxLength={100} placeholder={t`Web shop, night import …`} value={given.name} onChange={(event) => setGiven({ ...given, name: event.target.value })} />
          {problem("name")}
        </div>
        <div className="q-field">
          <label htmlFor="token-roles">{t`Roles`}</label>
          <Select
            id="token-roles"
            mode="multiple"
            className="q-fill"
            value={given.roles}
            onChange={(chosen) => setGiven({ ...given, roles: chosen })}
            options={roles.map((role) => ({ value: role.name, label: role.label }))}
          />
          {problem("roles")}
        </div>
        <div className="q-field">
          <label htmlFor="token-end">{t`Ends on`}</label>
          <Input id="token-end" type="date" value={given.expires_on} onChange={(event) => setGiven({ ...given, expires_on: event.target.value })} />
          <p className="q-muted">{t`Left blank it doesn't end by itself.`}</p>
          {problem("expires_on")}
        </div>
      </div>
    </Modal>
  );
}

function ShownOnce({ made, onClose }: { made: Made; onClose: () => void }) {
  const { t } = useLingui();
  return (
    <Modal open title={t`Token of ${made.name}`} onCancel={onClose} footer={<Button type="primary" onClick={onClose}>{t`Done`}</Button>}>
      <p>{t`Copy it now: it is shown this once. The program sends it as “Authorization: Bearer …”.`}</p>
      <Typography.Paragraph copyable={{ tooltips: [t`Copy`, t`Copied`] }} className="q-one-time">
        {made.token}
      </Typography.Paragraph>
    </Modal>
  );
}
