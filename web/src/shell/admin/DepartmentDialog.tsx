import { useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { Input, Modal, Select } from "antd";
import { type ReactNode, useId, useState } from "react";
import { ProblemBox } from "../../forms/ProblemBox";
import { problemsByPath } from "../../forms/problems";
import { patch, post } from "../../kit/api";
import { type Department, isWithin, type RoleName, type User } from "./people";

export type Wanted = Partial<Department> & { parent: number | null };

interface DepartmentDialogProps {
  department: Wanted;
  departments: Department[];
  users: User[];
  roles: RoleName[];
  onClose: () => void;
  onDone: () => void;
}

export function DepartmentDialog({ department, departments, users, roles, onClose, onDone }: DepartmentDialogProps) {
  const { t } = useLingui();
  const [given, setGiven] = useState({ code: department.code ?? "", name: department.name ?? "", parent: department.parent, head: department.head ?? null, roles: department.roles ?? [] });
  const save = useMutation({
    mutationFn: () => (department.id ? patch(`/api/records/base.department/${department.id}`, { ...given, version: department.version }) : post("/api/records/base.department", given)),
    onSuccess: onDone,
  });
  const problems = problemsByPath(save.error);
  const put = (news: Partial<typeof given>) => setGiven({ ...given, ...news });
  const parents = departments.filter((each) => !department.id || !isWithin(departments, each.id, department.id));
  return (
    <Modal open title={department.id ? t`Change ${department.name}` : t`New department`} onCancel={onClose} onOk={() => save.mutate()} okText={t`Save`} confirmLoading={save.isPending} okButtonProps={{ disabled: !given.name || !given.code }}>
      {save.error && <ProblemBox error={save.error} known={["code", "name", "parent", "head", "roles"]} />}
      <div className="q-fields q-fields-narrow">
        <Part label={t`Name`} problem={problems.name}>{(id) => <Input id={id} autoFocus value={given.name} onChange={(event) => put({ name: event.target.value })} />}</Part>
        <Part label={t`Code`} problem={problems.code}>{(id) => <Input id={id} value={given.code} onChange={(event) => put({ code: event.target.value })} />}</Part>
        <Part label={t`Part of`} problem={problems.parent}>
          {(id) => <Select id={id} className="q-fill" allowClear showSearch={{ optionFilterProp: "label" }} value={given.parent ?? undefined} onChange={(parent?: number) => put({ parent: parent ?? null })} options={parents.map((each) => ({ value: each.id, label: each.name }))} />}
        </Part>
        <Part label={t`Head`} problem={problems.head}>
          {(id) => <Select id={id} className="q-fill" allowClear showSearch={{ optionFilterProp: "label" }} value={given.head ?? undefined} onChange={(head?: number) => put({ head: head ?? null })} options={users.map((each) => ({ value: each.id, label: each.name }))} />}
        </Part>
        <Part label={t`Roles of its people`} problem={problems.roles}>
          {(id) => <Select id={id} className="q-fill" mode="multiple" value={given.roles} onChange={(chosen) => put({ roles: chosen })} options={roles.map((role) => ({ value: role.name, label: role.label }))} />}
        </Part>
        <p className="q-muted q-small">{t`Everybody here and in the departments below has these roles as long as they belong here, on top of their own.`}</p>
      </div>
    </Modal>
  );
}

function Part({ label, problem, children }: { label: string; problem?: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="q-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {problem && <p role="alert" className="q-field-error">{problem}</p>}
    </div>
  );
}
