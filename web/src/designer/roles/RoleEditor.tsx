/** One role: what it is called, its rights on records and fields, and the operations that it may perform. */
import { useLingui } from "@lingui/react/macro";
import { App, Button, Dropdown } from "antd";
import { EllipsisVertical, Eye } from "lucide-react";
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { useNotices } from "../../kit/notices";
import { Tabs } from "../../kit/Tabs";
import { ToneTag } from "../../kit/ToneTag";
import { useSeeAs } from "../../suggest/seeing";
import { useDesign } from "../context";
import { say } from "../words";
import { AboutRole } from "./AboutRole";
import { FieldRights } from "./FieldRights";
import { NewRoleDialog } from "./NewRoleDialog";
import { ObjectRights } from "./ObjectRights";
import { OperationRights } from "./OperationRights";
import { removeRole, type RoleInfo } from "./rights";

export function RoleEditor({ role, onGone }: { role: RoleInfo; onGone: () => void }) {
  const { t } = useLingui();
  const [query, setQuery] = useSearchParams();
  const object = query.get("object") ?? "";
  const put = (news: Record<string, string>) => setQuery({ ...Object.fromEntries(query), ...news }, { replace: true });
  const label = say(role.label, role.name);
  return (
    <>
      <div className="q-roles-head">
        <div>
          <h2>
            {label} {role.administers && <ToneTag tone="info">{t`administers`}</ToneTag>}
          </h2>
          {say(role.help) && <p className="q-muted">{say(role.help)}</p>}
        </div>
        <RoleActs role={role} onGone={onGone} />
      </div>
      <Tabs
        label={t`Parts of the role`}
        active={query.get("tab") ?? "objects"}
        onChange={(tab) => put({ tab })}
        tabs={[
          { key: "objects", label: t`Records`, content: () => <ObjectRights role={role.name} object={object} onObject={(next) => put({ object: next })} onFields={(next) => put({ object: next, tab: "fields" })} /> },
          { key: "fields", label: t`Fields`, content: () => <FieldRights role={role.name} object={object} onObject={(next) => put({ object: next })} /> },
          { key: "operations", label: t`Operations`, content: () => <OperationRights role={role.name} /> },
          { key: "about", label: t`About the role`, content: () => <AboutRole role={role} /> },
        ]}
      />
    </>
  );
}

function RoleActs({ role, onGone }: { role: RoleInfo; onGone: () => void }) {
  const { t } = useLingui();
  const { definitions, act, number, store, note } = useDesign();
  const { modal } = App.useApp();
  const seeAs = useSeeAs();
  const navigate = useNavigate();
  const notices = useNotices();
  const [isCopying, setCopying] = useState(false);
  const label = say(role.label, role.name);

  async function look(): Promise<void> {
    await store.settled().then(() => seeAs({ draft: number, title: note.split("\n")[0], role: role.name, as: label }), notices.problem);
  }

  function remove(): void {
    modal.confirm({
      title: t`Remove the role ${label}?`,
      content: t`Whoever has it loses its rights when you publish. Until then Ctrl Z brings it back.`,
      okText: t`Remove`,
      okButtonProps: { danger: true },
      onOk: () => {
        act(t`Remove a role`, removeRole(definitions, role.name));
        onGone();
      },
    });
  }

  const items = [
    { key: "copy", label: t`Copy the role` },
    { key: "remove", label: t`Remove the role`, danger: true, disabled: !role.isOwn },
  ];
  return (
    <div className="q-page-actions">
      <Button icon={<Eye size={16} aria-hidden />} onClick={look}>
        {t`See as this role`}
      </Button>
      <Dropdown trigger={["click"]} menu={{ items, onClick: ({ key }) => (key === "copy" ? setCopying(true) : remove()) }}>
        <Button icon={<EllipsisVertical size={16} aria-hidden />} aria-label={t`More for ${label}`} />
      </Dropdown>
      {isCopying && (
        <NewRoleDialog
          like={role.name}
          onClose={() => setCopying(false)}
          onMade={(made) => {
            setCopying(false);
            navigate(`/design/${number}/roles/${made}`);
          }}
        />
      )}
    </div>
  );
}
