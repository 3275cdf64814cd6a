import { TreeSelect } from "antd";
import { type EditorProps, inputOf } from "./kind";

/** Any branch may be chosen; the search looks through all of them. */
export default function TreeEditor(props: EditorProps) {
  const { value, onChange, field, compact, ...rest } = props;
  const nodes = (field.choices ?? []).map((choice) => ({ id: choice.name, pId: choice.under || 0, value: choice.name, title: choice.label }));
  return (
    <TreeSelect
      {...inputOf(props)}
      className="q-fill"
      treeDataSimpleMode
      treeData={nodes}
      value={(value as string | null) ?? undefined}
      onChange={(chosen) => onChange(chosen ?? null)}
      allowClear={!field.required}
      showSearch={{ treeNodeFilterProp: "title" }}
      treeDefaultExpandAll={nodes.length <= 60}
      defaultOpen={compact && rest.autoFocus}
      popupMatchSelectWidth={compact ? 280 : undefined}
    />
  );
}
