import { useLingui } from "@lingui/react/macro";
import { Select } from "antd";
import { useRule } from "../state";
import { COLLECTS, HITS } from "./hits";

/** Which rows count where several fit, with a sentence what that means. */
export function HitChoice() {
  const { t, i18n } = useLingui();
  const { body, put } = useRule();
  const hit = HITS.find(({ name }) => name === body.hit) ?? HITS[0]!;
  const options = (all: typeof COLLECTS) => all.map(({ name, label }) => ({ value: name, label: i18n._(label) }));
  return (
    <div className="q-rule-hit">
      <Select aria-label={t`Which rows count`} value={hit.name} onChange={(name: string) => put(t`Choose which rows count`, { hit: name })} options={options(HITS)} popupMatchSelectWidth={false} />
      {hit.name === "collect" && <Select aria-label={t`How outcomes are put together`} value={(body.collect as string | undefined) ?? "list"} onChange={(collect: string) => put(t`Choose how outcomes are put together`, { collect })} options={options(COLLECTS)} popupMatchSelectWidth={false} />}
      <span className="q-muted">{i18n._(hit.about)}</span>
    </div>
  );
}
