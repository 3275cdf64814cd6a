/** Departments as a tree, with their people, heads and roles; both are moved by dragging or by a dialog. */
import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Dropdown, Modal, Select } from "antd";
import { Crown, EllipsisVertical, GripVertical, Plus } from "lucide-react";
import { useId, useState } from "react";
import { DragArea, type Dropped, useDropZone, useFresh } from "../../designer/drag";
import { patch } from "../../kit/api";
import { Avatar } from "../../kit/Avatar";
import { useNotices } from "../../kit/notices";
import { Bones, EmptyState, Failed } from "../../kit/states";
import { ToneTag } from "../../kit/ToneTag";
import { refreshAfterWrite } from "../../records/writes";
import { DepartmentDialog, type Wanted } from "./DepartmentDialog";
import { type Department, isWithin, type RoleName, upFrom, useDepartments, type User, useUsers } from "./people";

const NOWHERE = 0;

/** What is moved: a person or a department. */
type Moving = { kind: "person"; user: User } | { kind: "department"; department: Department };

export default function Departments() {
  const departments = useDepartments();
  const users = useUsers();
  if (departments.isPending || users.isPending) return <Bones lines={6} title={false} />;
  if (departments.isError) return <Failed error={departments.error} retry={() => departments.refetch()} />;
  if (users.isError) return <Failed error={users.error} retry={() => users.refetch()} />;
  return <Tree departments={departments.data} users={users.data.users.filter((user) => user.is_active !== false)} roles={users.data.roles} />;
}

interface All {
  departments: Department[];
  users: User[];
  roles: RoleName[];
}

function Tree(all: All) {
  const { t } = useLingui();
  const client = useQueryClient();
  const [changing, setChanging] = useState<Wanted | null>(null);
  const [moving, setMoving] = useState<Moving | null>(null);
  const move = useMove();
  const { departments, users } = all;
  const top = departments.filter((each) => !departments.some(({ id }) => id === each.parent));
  const drop = ({ id, to }: Dropped) => {
    const [kind, number] = id.split(" ");
    const user = users.find((each) => each.id === Number(number));
    const department = departments.find((each) => each.id === Number(number));
    const target = Number(to.group);
    if (kind === "person" && user) void move({ kind: "person", user }, target);
    if (kind === "department" && department && !isWithin(departments, target, department.id)) void move({ kind: "department", department }, target);
  };
  const acts: Acts = { onChange: setChanging, onMove: setMoving, onHead: (department, user) => void move({ kind: "department", department }, department.parent ?? NOWHERE, user.id) };
  return (
    <>
      <div className="q-report-bar">
        <span className="q-muted">{t`A department's roles hold for everybody in it and below it. Drag people and departments, or use their menus.`}</span>
        <Button type="primary" icon={<Plus size={15} aria-hidden />} onClick={() => setChanging({ parent: null })}>
          {t`New department`}
        </Button>
      </div>
      {departments.length === 0 && <EmptyState title={t`No department yet`}>{t`Departments give their people roles, and say who decides for whom.`}</EmptyState>}
      <DragArea onDrop={drop}>
        <ul className="q-departments">
          {top.map((department) => (
            <Branch key={department.id} department={department} all={all} acts={acts} />
          ))}
          <Rest all={all} acts={acts} />
        </ul>
      </DragArea>
      {changing && (
        <DepartmentDialog
          {...all}
          department={changing}
          onClose={() => setChanging(null)}
          onDone={() => {
            setChanging(null);
            void refreshAfterWrite(client);
          }}
        />
      )}
      {moving && <MoveDialog moving={moving} departments={departments} onClose={() => setMoving(null)} onMove={(to) => void move(moving, to).then(() => setMoving(null))} />}
    </>
  );
}

interface Acts {
  onChange: (department: Wanted) => void;
  onMove: (moving: Moving) => void;
  onHead: (department: Department, user: User) => void;
}

/** With undo: the way back is a move, too. */
function useMove(): (moving: Moving, to: number, head?: number) => Promise<void> {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();
  return async function move(moving, to, head) {
    try {
      if (moving.kind === "person") await patch(`/api/records/base.user/${moving.user.id}`, { department: to || null, version: moving.user.version });
      else await patch(`/api/records/base.department/${moving.department.id}`, { parent: to || null, version: moving.department.version, ...(head ? { head } : {}) });
      const name = moving.kind === "person" ? moving.user.name : moving.department.name;
      notices.done(head ? t`${name} has a new head` : t`${name} has moved`);
    } catch (problem) {
      notices.problem(problem);
    }
    await refreshAfterWrite(client);
  };
}

function Branch({ department, all, acts }: { department: Department; all: All; acts: Acts }) {
  const { t } = useLingui();
  const zone = useDropZone(String(department.id), 0, ["fresh"]);
  const drag = useFresh(`department ${department.id}`);
  const { departments, users, roles } = all;
  const parts = departments.filter((each) => each.parent === department.id);
  const people = users.filter((user) => user.department === department.id).toSorted((one) => (one.id === department.head ? -1 : 0));
  const head = users.find((user) => user.id === department.head);
  const labelOf = (role: string) => roles.find((each) => each.name === role)?.label ?? role;
  const inherited = upFrom(departments, department.parent).flatMap((each) => (each.roles ?? []).map((role) => t`${labelOf(role)} (from ${each.name})`));
  const items = [
    { key: "change", label: t`Change` },
    { key: "part", label: t`New department below` },
    { key: "move", label: t`Move to …` },
  ];
  function choose(key: string): void {
    if (key === "change") acts.onChange(department);
    else if (key === "part") acts.onChange({ parent: department.id });
    else acts.onMove({ kind: "department", department });
  }
  return (
    <li ref={drag.ref} className={drag.isDragging ? "q-lifted" : ""}>
      <section ref={zone.ref} className={`q-department${zone.isDropTarget ? " q-over" : ""}`} aria-label={department.name}>
        <header>
          <Grip of={drag} name={department.name} onPress={() => acts.onMove({ kind: "department", department })} />
          <strong>{department.name}</strong>
          <span className="q-muted">{department.code}</span>
          {head && !people.includes(head) && <span className="q-muted">{t`Head: ${head.name}`}</span>}
          <span className="q-grow" />
          <span className="q-tags">
            {(department.roles ?? []).map((role) => (
              <ToneTag key={role} tone="info">{labelOf(role)}</ToneTag>
            ))}
            {inherited.map((words) => (
              <ToneTag key={words}>{words}</ToneTag>
            ))}
          </span>
          <Dropdown trigger={["click"]} menu={{ items, onClick: ({ key }) => choose(key) }}>
            <Button type="text" size="small" icon={<EllipsisVertical size={16} aria-hidden />} aria-label={t`More for ${department.name}`} />
          </Dropdown>
        </header>
        <PeopleOf people={people} department={department} acts={acts} />
      </section>
      {parts.length > 0 && (
        <ul>
          {parts.map((part) => (
            <Branch key={part.id} department={part} all={all} acts={acts} />
          ))}
        </ul>
      )}
    </li>
  );
}

/** People of no department; a department dropped here stands at the top. */
function Rest({ all, acts }: { all: All; acts: Acts }) {
  const { t } = useLingui();
  const zone = useDropZone(String(NOWHERE), 0, ["fresh"]);
  const people = all.users.filter((user) => !all.departments.some(({ id }) => id === user.department));
  return (
    <li>
      <section ref={zone.ref} className={`q-department q-department-rest${zone.isDropTarget ? " q-over" : ""}`} aria-label={t`In no department`}>
        <header>
          <strong>{t`In no department`}</strong>
        </header>
        <PeopleOf people={people} acts={acts} />
      </section>
    </li>
  );
}

function PeopleOf({ people, department, acts }: { people: User[]; department?: Department; acts: Acts }) {
  if (people.length === 0) return null;
  return (
    <ul className="q-department-people">
      {people.map((user) => (
        <PersonChip key={user.id} user={user} department={department} acts={acts} />
      ))}
    </ul>
  );
}

function PersonChip({ user, department, acts }: { user: User; department?: Department; acts: Acts }) {
  const { t } = useLingui();
  const drag = useFresh(`person ${user.id}`);
  const isHead = department?.head === user.id;
  const items = [{ key: "move", label: t`Move to …` }, ...(department && !isHead ? [{ key: "head", label: t`Make head` }] : [])];
  return (
    <li ref={drag.ref} className={`q-person-chip${drag.isDragging ? " q-lifted" : ""}`}>
      <Grip of={drag} name={user.name} onPress={() => acts.onMove({ kind: "person", user })} />
      <Avatar name={user.name} size={22} />
      <span>{user.name}</span>
      {isHead && (
        <span title={t`Head`} role="img" aria-label={t`Head`} className="q-head-sign">
          <Crown size={14} aria-hidden />
        </span>
      )}
      <Dropdown trigger={["click"]} menu={{ items, onClick: ({ key }) => (key === "move" ? acts.onMove({ kind: "person", user }) : department && acts.onHead(department, user)) }}>
        <Button type="text" size="small" icon={<EllipsisVertical size={14} aria-hidden />} aria-label={t`More for ${user.name}`} />
      </Dropdown>
    </li>
  );
}

/** Dragged with the pointer; pressed, it asks where to. */
function Grip({ of, name, onPress }: { of: ReturnType<typeof useFresh>; name: string; onPress: () => void }) {
  const { t } = useLingui();
  return (
    <button type="button" ref={of.handleRef} className="q-grip" aria-label={t`Move ${name}`} onClick={onPress}>
      <GripVertical size={15} aria-hidden />
    </button>
  );
}

function MoveDialog({ moving, departments, onClose, onMove }: { moving: Moving; departments: Department[]; onClose: () => void; onMove: (to: number) => void }) {
  const { t } = useLingui();
  const id = useId();
  const name = moving.kind === "person" ? moving.user.name : moving.department.name;
  const [to, setTo] = useState((moving.kind === "person" ? moving.user.department : moving.department.parent) ?? NOWHERE);
  const open = departments.filter((each) => moving.kind === "person" || !isWithin(departments, each.id, moving.department.id));
  return (
    <Modal open title={t`Move ${name}`} onCancel={onClose} onOk={() => onMove(to)} okText={t`Move`}>
      <div className="q-field">
        <label htmlFor={id}>{t`Department`}</label>
        <Select id={id} className="q-fill" showSearch={{ optionFilterProp: "label" }} value={to} onChange={setTo} options={[{ value: NOWHERE, label: moving.kind === "person" ? t`In no department` : t`At the top` }, ...open.map((each) => ({ value: each.id, label: each.name }))]} />
      </div>
    </Modal>
  );
}
