import { useLingui } from "@lingui/react/macro";
import { useDesign } from "../context";
import type { Finding } from "../DraftBar";
import { withProperty } from "./publishing";

/** A finding's fix as one act of the draft, which can be undone as any other. */
export function useFix(): (finding: { change?: Finding["change"] }) => void {
  const { t } = useLingui();
  const { store, act } = useDesign();
  return ({ change }) => {
    const body = change && store.body(change.kind, change.name);
    if (!change || !body) return;
    act(t`Apply a fix`, [{ kind: change.kind, name: change.name, body: withProperty(body, change.property.split("."), change.value) }]);
  };
}
