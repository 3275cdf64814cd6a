import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown, Modal, Select } from "antd";
import { EllipsisVertical, UserPlus } from "lucide-react";
import { useState } from "react";
import { post } from "../../kit/api";
import { Avatar } from "../../kit/Avatar";
import { useNotices } from "../../kit/notices";
import { Bones, Failed } from "../../kit/states";
import { ToneTag } from "../../kit/ToneTag";
import { useSeeAs } from "../../suggest/seeing";
import { useMe } from "../session";
import { HandOverDialog, leavesThingsBehind } from "./HandOverDialog";
import { InviteDialog } from "./InviteDialog";
import { OneTimePassword, type Issued } from "./OneTimePassword";
import { byDepartment, type RoleName, type User, useUsers } from "./people";
import { PersonDrawer } from "./PersonDrawer";

export function Users() {
  const { t } = useLingui();
  const users = useUsers();
  const [isInviting, setInviting] = useState(false);
  const [issued, setIssued] = useState<Issued | null>(null);
  const [giving, setGiving] = useState<User | null>(null);
  const [shown, setShown] = useState<User | null>(null);
  const [handing, setHanding] = useState<User | null>(null);
  if (users.isPending) return <Bones lines={6} title={false} />;
  if (users.isError) return <Failed error={users.error} retry={() => users.refetch()} />;
  const roles = users.data.roles ?? [];
  const labelOf = (role: string) => roles.find((each) => each.name === role)?.label ?? role;
  return (
    <>
      <div className="q-report-bar">
        <span className="q-muted">{t`${users.data.users.length} people`}</span>
        <Button type="primary" icon={<UserPlus size={15} aria-hidden />} onClick={() => setInviting(true)}>
          {t`Invite`}
        </Button>
      </div>
      <div className="q-scroll-x">
        <table className="q-table q-people" aria-label={t`People`}>
          <thead>
            <tr>
              <th scope="col">{t`Name`}</th>
              <th scope="col">{t`Login`}</th>
              <th scope="col">{t`Department`}</th>
              <th scope="col">{t`Roles`}</th>
              <th scope="col">{t`State`}</th>
              <th aria-label={t`Acts`} />
            </tr>
          </thead>
          <tbody>
            {users.data.users.map((user) => (
              <tr key={user.id}>
                <td>
                  <span className="q-person">
                    <Avatar name={user.name} />
                    <button type="button" className="q-name-button" onClick={() => setShown(user)}>
                      {user.name}
                    </button>
                  </span>
                </td>
                <td>{user.account?.login ?? user.login}</td>
                <td>{user["department._label"]}</td>
                <td>
                  <span className="q-tags">
                    {(user.roles ?? []).map((role) => (
                      <ToneTag key={role}>{labelOf(role)}</ToneTag>
                    ))}
                    {byDepartment(user).map((role) => (
                      <span key={role} className="q-tag q-tag-by-department" title={t`By department`}>
                        {labelOf(role)} <span className="q-hidden">{t`(by department)`}</span>
                      </span>
                    ))}
                  </span>
                </td>
                <td>
                  <UserState user={user} />
                </td>
                <td className="q-right">{user.account && <UserActs user={user} onIssued={setIssued} onRoles={() => setGiving(user)} onHandOver={() => setHanding(user)} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {isInviting && (
        <InviteDialog
          roles={roles}
          onClose={() => setInviting(false)}
          onDone={(made) => {
            setInviting(false);
            setIssued(made);
          }}
        />
      )}
      {issued && <OneTimePassword issued={issued} onClose={() => setIssued(null)} />}
      {shown && (
        <PersonDrawer
          user={shown}
          users={users.data.users}
          roles={roles}
          onClose={() => setShown(null)}
          onHandOver={() => {
            setHanding(shown);
            setShown(null);
          }}
        />
      )}
      {handing && <HandOverDialog user={handing} users={users.data.users} onClose={() => setHanding(null)} />}
      {giving && <RolesDialog user={giving} roles={roles} onClose={() => setGiving(null)} />}
    </>
  );
}

function UserState({ user }: { user: User }) {
  const { t } = useLingui();
  if (user.is_active === false) return <ToneTag>{t`Has left`}</ToneTag>;
  if (!user.account) return <ToneTag>{t`No account`}</ToneTag>;
  if (user.account.disabled_at) return <ToneTag tone="bad">{t`Disabled`}</ToneTag>;
  if (user.account.locked_until && new Date(user.account.locked_until) > new Date()) return <ToneTag tone="warning">{t`Locked for now`}</ToneTag>;
  if (user.account.must_change) return <ToneTag tone="info">{t`Invited`}</ToneTag>;
  return <ToneTag tone="good">{t`Active`}</ToneTag>;
}

interface UserActsProps {
  user: User;
  onIssued: (issued: Issued) => void;
  onRoles: () => void;
  onHandOver: () => void;
}

function UserActs({ user, onIssued, onRoles, onHandOver }: UserActsProps) {
  const { t } = useLingui();
  const me = useMe();
  const client = useQueryClient();
  const notices = useNotices();
  const { modal } = App.useApp();
  const seeAs = useSeeAs();
  const act = useMutation({
    mutationFn: (name: string) => post<Issued | undefined>(`/api/admin/users/${user.id}/${name}`, {}),
    onSuccess: (answer, name) => {
      void client.invalidateQueries({ queryKey: ["admin"] });
      if (answer?.password) onIssued(answer);
      else notices.done(name === "disable" ? t`${user.name} is disabled and signed out` : t`${user.name} may sign in again`, { act: () => act.mutate(name === "disable" ? "enable" : "disable") });
    },
    onError: (error) => notices.problem(error),
  });
  /** Who leaves things behind is offered to hand them over; who may not hand over ends the access alone. */
  const leave = useMutation({
    mutationFn: () => leavesThingsBehind(user),
    onSuccess: (does) => (does ? onHandOver() : act.mutate("disable")),
    onError: () => act.mutate("disable"),
  });
  const isOwn = user.id === me.user;
  const items = [
    { key: "see", label: t`See as ${user.name}`, disabled: isOwn },
    { key: "roles", label: t`Change roles`, disabled: isOwn },
    { key: "hand_over", label: t`Hand over` },
    { key: "reset", label: t`New one-time password` },
    user.account?.disabled_at ? { key: "enable", label: t`Enable` } : { key: "disable", label: t`Disable`, danger: true, disabled: isOwn },
  ];

  function choose(key: string): void {
    if (key === "roles") onRoles();
    else if (key === "see") void seeAs({ user: user.id, as: user.name });
    else if (key === "hand_over") onHandOver();
    else if (key === "reset")
      modal.confirm({
        title: t`A new password for ${user.name}?`,
        content: t`The present one stops working and all devices are signed out.`,
        okText: t`New one-time password`,
        cancelText: t`Cancel`,
        onOk: () => act.mutate("reset"),
      });
    else if (key === "disable") leave.mutate();
    else act.mutate(key);
  }

  return (
    <Dropdown trigger={["click"]} menu={{ items, onClick: ({ key }) => choose(key) }}>
      <Button type="text" icon={<EllipsisVertical size={16} aria-hidden />} aria-label={t`More for ${user.name}`} loading={act.isPending || leave.isPending} />
    </Dropdown>
  );
}

function RolesDialog({ user, roles, onClose }: { user: User; roles: RoleName[]; onClose: () => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();
  const [chosen, setChosen] = useState(user.roles ?? []);
  const save = useMutation({
    mutationFn: () => post(`/api/admin/users/${user.id}/roles`, { roles: chosen }),
    onSuccess: () => {
      notices.done(t`Roles of ${user.name} are changed`);
      void client.invalidateQueries({ queryKey: ["admin"] });
      onClose();
    },
    onError: (error) => notices.problem(error),
  });
  return (
    <Modal open title={t`Roles of ${user.name}`} onCancel={onClose} onOk={() => save.mutate()} okText={t`Save`} confirmLoading={save.isPending}>
      <label htmlFor="roles">{t`Roles`}</label>
      <Select id="roles" mode="multiple" className="q-fill" value={chosen} onChange={setChosen} options={roles.map((role) => ({ value: role.name, label: role.label }))} />
      <p className="q-muted">{t`What a role may see and do is part of the apps; changes hold from the next click on.`}</p>
    </Modal>
  );
}
