/** Changes how the same records look; what is filtered stays. */
import { useLingui } from "@lingui/react/macro";
import { Button, Dropdown, Segmented } from "antd";
import { useIsPhone } from "../../kit/media";
import type { ObjectInfo, ViewKind } from "../definitions";
import type { ListChange, ListState } from "../list/state";
import { ICONS, useKindWords } from "./kinds";
import { kindsOf } from "./shape";

interface KindSwitchProps {
  object: ObjectInfo;
  state: ListState;
  change: (change: ListChange) => void;
}

export function KindSwitch({ object, state, change }: KindSwitchProps) {
  const { t } = useLingui();
  const isPhone = useIsPhone();
  const words = useKindWords();
  const kinds = kindsOf(object);
  const all = kinds.includes(state.as) ? kinds : [...kinds, state.as];
  if (all.length < 2) return null;
  const set = (as: string) => change({ as, zoom: "", totals: "" });
  const Now = ICONS[state.as];
  if (isPhone)
    return (
      <Dropdown trigger={["click"]} menu={{ items: all.map((kind) => ({ key: kind, label: words[kind], icon: icon(kind) })), onClick: ({ key }) => set(key), selectedKeys: [state.as] }}>
        <Button aria-label={t`Layout: ${words[state.as]}`} icon={<Now size={16} aria-hidden />} />
      </Dropdown>
    );
  return <Segmented aria-label={t`Layout`} value={state.as} onChange={set} options={all.map((kind) => ({ value: kind, icon: icon(kind, words[kind]), title: words[kind] }))} />;
}

function icon(kind: ViewKind, label?: string) {
  const Icon = ICONS[kind];
  return label ? <Icon size={16} role="img" aria-label={label} /> : <Icon size={16} aria-hidden />;
}
