import { TreeSelect } from "antd";
import type { EditorProps } from "./kind";

/** Any branch may be chosen; the search looks through all of them. */
export default function TreeEditor({ value, onChange, field, compact, invalid, ...rest }: EditorProps) {
  const nodes = (field.choices ?? []).map((choice) => ({ id: choice.name, pId: choice.under || 0, value: choice.name, title: choice.label }));
  return (
    <TreeSelect
      id={rest.id}
      className="q-fill"
      treeDataSimpleMode
      treeData={nodes}
      value={(value as string | null) ?? undefined}
      onChange={(chosen) => onChange(chosen ?? null)}
      allowClear={!field.required}
      showSearch={{ treeNodeFilterProp: "title" }}
      treeDefaultExpandAll={nodes.length <= 60}
      status={invalid ? "error" : undefined}
      aria-label={rest.ariaLabel}
      aria-describedby={rest.describedBy}
      autoFocus={rest.autoFocus}
      defaultOpen={compact && rest.autoFocus}
      placeholder={rest.placeholder}
      popupMatchSelectWidth={compact ? 280 : undefined}
      size={compact ? "small" : undefined}
      variant={compact ? "borderless" : undefined}
    />
  );
}
