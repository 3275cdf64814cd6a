import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { Cascader } from "antd";
import { useState } from "react";
import { get } from "../../kit/api";
import { useDefs } from "../context";
import type { ObjectInfo, RecordAnswer } from "../definitions";
import { joinWhere } from "../filters";
import { titleOf } from "../query";
import type { EditorProps } from "./kind";
import { LinkChooser } from "./LinkChooser";

interface Node {
  value: number;
  label: string;
  isLeaf?: boolean;
  children?: Node[];
}

const MOST = 200;

async function fetchBelow(object: ObjectInfo, tree: string, above: number | null, filter?: string | null): Promise<Node[]> {
  const where = joinWhere([above === null ? `blank(${tree})` : `${tree} = ${above}`, filter]);
  const title = /^\w+(\.\w+)*$/.test(object.title) ? object.title : "id";
  const { records } = await get<{ records: RecordAnswer[] }>(`/api/records/${object.name}`, { where, fields: `id,${title}`, sort: object.sort, limit: MOST });
  return records.map((record) => ({ value: record.id, label: titleOf(object, record), isLeaf: false }));
}

/** Down the tree of records, level by level; any of them may be chosen. Without a tree it is a plain link. */
export default function CascadeEditor(props: EditorProps) {
  const target = useDefs().objects[props.field.to ?? ""];
  const { tree } = props.field;
  if (!target || !tree) return <LinkChooser {...props} />;
  return <TreeWalk {...props} target={target} tree={tree} />;
}

function TreeWalk({ value, onChange, field, label, compact, invalid, target, tree, ...rest }: EditorProps & { target: ObjectInfo; tree: string }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const [nodes, setNodes] = useState<Node[]>([]);
  const below = (above: number | null) =>
    client.fetchQuery({ queryKey: ["below", target.name, tree, above, field.filter], queryFn: () => fetchBelow(target, tree, above, field.filter), staleTime: 20_000 });

  async function begin(isOpen: boolean): Promise<void> {
    if (isOpen && nodes.length === 0) setNodes(await below(null));
  }

  async function go(way: Node[]): Promise<void> {
    const at = way.at(-1)!;
    const children = await below(at.value);
    at.children = children.length ? children : undefined;
    at.isLeaf = children.length === 0;
    setNodes((now) => [...now]);
  }

  return (
    <Cascader<Node>
      id={rest.id}
      className="q-fill"
      options={nodes}
      loadData={(way) => void go(way as Node[])}
      onOpenChange={(isOpen) => void begin(isOpen)}
      value={value ? [value as number] : undefined}
      displayRender={(labels) => (value && !nodes.some((node) => node.value === value) && labels.length < 2 ? (label ?? labels.join(" / ")) : labels.join(" / "))}
      onChange={(way, chosen) => onChange(((way as number[] | undefined)?.at(-1) as number | undefined) ?? null, (chosen as Node[] | undefined)?.at(-1)?.label ?? "")}
      changeOnSelect
      allowClear={!field.required}
      placeholder={rest.placeholder ?? (compact ? undefined : t`Choose step by step`)}
      status={invalid ? "error" : undefined}
      aria-label={rest.ariaLabel}
      aria-describedby={rest.describedBy}
      autoFocus={rest.autoFocus}
      size={compact ? "small" : undefined}
      variant={compact ? "borderless" : undefined}
      notFoundContent={t`Nothing found`}
      classNames={{ popup: { root: "q-cascader" } }}
    />
  );
}
