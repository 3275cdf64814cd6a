/** Who may do what: all roles at a glance, and each of them as a matrix. */
import { useLingui } from "@lingui/react/macro";
import { Button, Select } from "antd";
import { GripVertical, Plus, Users } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useIsPhone } from "../../kit/media";
import { EmptyState } from "../../kit/states";
import { useDesign } from "../context";
import { DragArea, useSorted } from "../drag";
import { say } from "../words";
import { NewRoleDialog } from "./NewRoleDialog";
import { Overview } from "./Overview";
import { RoleEditor } from "./RoleEditor";
import { listRoles, reorderRoles, type RoleInfo } from "./rights";
import "./roles.css";

export function RolesPage({ name }: { name: string }) {
  const { t } = useLingui();
  const { definitions, number } = useDesign();
  const navigate = useNavigate();
  const isPhone = useIsPhone();
  const [isMaking, setMaking] = useState(false);
  const roles = listRoles(definitions);
  const role = roles.find((each) => each.name === name);
  const go = (to: string) => navigate(`/design/${number}/roles${to && `/${to}`}`);
  return (
    <div className="q-roles">
      {isPhone ? (
        <div className="q-roles-choose">
          <Select aria-label={t`Role`} className="q-fill" value={name} onChange={go} options={[{ value: "", label: t`All roles` }, ...roles.map((each) => ({ value: each.name, label: say(each.label, each.name) }))]} />
          <Button icon={<Plus size={16} aria-hidden />} aria-label={t`New role`} onClick={() => setMaking(true)} />
        </div>
      ) : (
        <RoleList roles={roles} active={name} onGo={go} onNew={() => setMaking(true)} />
      )}
      <div className="q-roles-main">
        {role ? <RoleEditor key={role.name} role={role} onGone={() => go("")} /> : name ? <EmptyState title={t`Not here`}>{t`This role is not in the draft.`}</EmptyState> : <Overview roles={roles} onOpen={(each, object) => go(`${each}?object=${object}`)} />}
      </div>
      {isMaking && (
        <NewRoleDialog
          onClose={() => setMaking(false)}
          onMade={(made) => {
            setMaking(false);
            go(made);
          }}
        />
      )}
    </div>
  );
}

interface RoleListProps {
  roles: RoleInfo[];
  active: string;
  onGo: (to: string) => void;
  onNew: () => void;
}

function RoleList({ roles, active, onGo, onNew }: RoleListProps) {
  const { t } = useLingui();
  const { definitions, act } = useDesign();
  return (
    <nav className="q-roles-list" aria-label={t`Roles`}>
      <button type="button" className="q-role-link" aria-current={active === "" ? "page" : undefined} onClick={() => onGo("")}>
        <Users size={16} aria-hidden /> {t`All roles`}
      </button>
      <DragArea onDrop={({ from, to }) => act(t`Change the order of roles`, reorderRoles(definitions, from.index, to.index))}>
        <ol>
          {roles.map((role, index) => (
            <RoleLink key={role.name} role={role} index={index} isActive={role.name === active} onGo={() => onGo(role.name)} />
          ))}
        </ol>
      </DragArea>
      <Button type="dashed" block icon={<Plus size={15} aria-hidden />} onClick={onNew}>
        {t`New role`}
      </Button>
    </nav>
  );
}

function RoleLink({ role, index, isActive, onGo }: { role: RoleInfo; index: number; isActive: boolean; onGo: () => void }) {
  const { t } = useLingui();
  const { ref, handleRef, isDragging } = useSorted(role.name, index, "roles");
  const label = say(role.label, role.name);
  return (
    <li ref={ref} className={isDragging ? "q-lifted" : ""}>
      <button type="button" ref={handleRef} className="q-handle" aria-label={t`Move ${label}`}>
        <GripVertical size={15} aria-hidden />
      </button>
      <button type="button" className="q-role-link" aria-current={isActive ? "page" : undefined} onClick={onGo}>
        <span className="q-ellipsis">{label}</span>
      </button>
    </li>
  );
}
