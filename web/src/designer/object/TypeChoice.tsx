import { useLingui } from "@lingui/react/macro";
import { App, Select } from "antd";
import { useState } from "react";
import type { Body } from "../draft";
import { fieldTypeOf, losesNothing, searched, turnsInto } from "../fieldTypes";
import { Labelled } from "../parts";
import { useFieldActs } from "./editing";

interface TypeChoiceProps {
  object: string;
  field: string;
  body: Body;
  set: (news: Body) => void;
}

/** Another type; where records exist and the new type may not hold their values, the person is told first. */
export function TypeChoice({ object, field, body, set }: TypeChoiceProps) {
  const { t, i18n } = useLingui();
  const { modal } = App.useApp();
  const { isPublished } = useFieldActs();
  const label = (name: string) => i18n._(fieldTypeOf(name)?.label ?? { id: name });

  function turn(type: string): void {
    const change = () => set(retyped(body, type));
    if (!isPublished(object, field) || losesNothing(body.type, type)) return change();
    void modal.confirm({
      title: t`Change the type to ${label(type)}?`,
      content: t`Records may hold values that don't fit. They are kept in the retired column, and the plan shows how many before you publish.`,
      okText: t`Change the type`,
      cancelText: t`Leave it`,
      onOk: change,
    });
  }

  const [typed, setTyped] = useState("");
  const types = searched(turnsInto(body.type), typed, (type) => label(type.name));
  const options = types.map((type) => ({ value: type.name, label: label(type.name) }));
  return (
    <Labelled label={t`Type`}>
      {(id) => <Select id={id} disabled={body.type === "lines"} showSearch={{ filterOption: false, searchValue: typed, onSearch: setTyped }} value={body.type as string} options={body.type === "lines" ? [{ value: "lines", label: label("lines") }] : options} onChange={turn} />}
    </Labelled>
  );
}

/** Settings that the new type knows are kept; the others would be a finding of the check. */
function retyped(body: Body, type: string): Body {
  const known = new Set<string>(["label", "help", "app", "order", "group", "index", "in_list", "hidden", ...(fieldTypeOf(type)?.settings ?? [])]);
  if (known.has("reverse")) known.add("reverse_label");
  const gone = Object.fromEntries(Object.keys(body).filter((key) => !known.has(key)).map((key) => [key, undefined]));
  const start = Object.fromEntries(Object.entries(fieldTypeOf(type)?.start ?? {}).filter(([key]) => !(key in body)));
  return { ...gone, ...start, type };
}
