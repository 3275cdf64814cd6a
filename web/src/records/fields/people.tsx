import { Building, Users, UserRound } from "lucide-react";
import { Select } from "antd";
import { Avatar } from "../../kit/Avatar";
import { ToneTag } from "../../kit/ToneTag";
import { useDefs } from "../context";
import { type CellProps, type EditorProps, type FieldKind, inputOf } from "./kind";
import { labelOf, link } from "./link";
import { quote, sameOperators } from "./operators";

function UserCell(props: CellProps) {
  const label = labelOf(props.field, props.row);
  const { Cell } = link;
  if (props.value === null || props.value === undefined) return null;
  return (
    <span className="q-person">
      {label && <Avatar name={label} size={20} />}
      <Cell {...props} />
    </span>
  );
}

export const user: FieldKind = { ...link, icon: UserRound, Cell: UserCell };
export const department: FieldKind = { ...link, icon: Building };

function RoleCell({ value, field }: CellProps) {
  const { roles } = useDefs();
  if (!value) return null;
  return <ToneTag tone="info">{roleLabel(String(value), field.choices?.length ? field.choices : roles)}</ToneTag>;
}

const roleLabel = (name: string, roles: { name: string; label: string }[]): string => roles.find((role) => role.name === name)?.label ?? name;

function RoleEditor(props: EditorProps) {
  const { value, onChange, field, compact, ...rest } = props;
  const { roles } = useDefs();
  return (
    <Select
      {...inputOf(props)}
      className="q-fill"
      value={(value as string | null) ?? undefined}
      options={roles.map((role) => ({ value: role.name, label: role.label }))}
      onChange={(chosen) => onChange(chosen ?? null)}
      allowClear={!field.required}
      showSearch={{ optionFilterProp: "label" }}
      defaultOpen={compact && rest.autoFocus}
      popupMatchSelectWidth={compact ? false : undefined}
    />
  );
}

export const role: FieldKind = {
  icon: Users,
  Cell: RoleCell,
  Editor: RoleEditor,
  text: (value) => String(value ?? ""),
  read: (text) => text.trim() || null,
  literal: quote,
  operators: sameOperators,
  width: 130,
  sortable: true,
  ends: "at_once",
};
