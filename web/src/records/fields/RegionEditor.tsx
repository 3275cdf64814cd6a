import { useLingui } from "@lingui/react/macro";
import { Cascader } from "antd";
import { useMemo } from "react";
import type { Division } from "./divisions";
import { type EditorProps, inputOf } from "./kind";
import { useDivisions } from "./region";

const LEVELS = { province: 1, city: 2, district: 3 };

interface Node {
  value: string;
  label: string;
  children?: Node[];
}

const nodesOf = (level: Division[], depth: number): Node[] =>
  level.map(({ code, name, children }) => ({ value: code, label: name, children: depth > 1 && children.length ? nodesOf(children, depth - 1) : undefined }));

/** Province, city, district: by columns or by typing any part of a name. `anyLevel`: a province alone will do. */
export default function RegionEditor(props: EditorProps & { anyLevel?: boolean }) {
  const { value, onChange, field, compact, ...rest } = props;
  const { t } = useLingui();
  const divisions = useDivisions();
  const depth = LEVELS[field.depth ?? "district"];
  const nodes = useMemo(() => nodesOf(divisions?.provinces ?? [], depth), [divisions, depth]);
  return (
    <Cascader
      {...inputOf(props)}
      className="q-fill"
      options={nodes}
      loading={!divisions}
      value={value ? divisions?.wayTo(String(value)).map(({ code }) => code) : undefined}
      onChange={(way) => onChange((way as string[] | undefined)?.at(-1) ?? null)}
      changeOnSelect={rest.anyLevel}
      showSearch={{ filter: (typed, way) => way.some((node) => String(node.label).includes(typed)), limit: 60 }}
      allowClear={!field.required}
      placeholder={rest.placeholder ?? (compact ? undefined : t`Province, city, district`)}
      defaultOpen={compact && rest.autoFocus}
      classNames={{ popup: { root: "q-cascader" } }}
    />
  );
}
