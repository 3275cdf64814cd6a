import { useLingui } from "@lingui/react/macro";
import { useNavigate } from "react-router";
import type { Next } from "../../kit/notices";
import { useDefs } from "../context";
import { type OperationInfo, type RecordAnswer, recordPath } from "../definitions";
import { titleOf } from "../query";
import type { Performed } from "./perform";

/** An act that made one record of another kind (a lead became a deal) offers to show it. */
export function useMade(operation: OperationInfo | null): (performed: Performed) => Next | undefined {
  const { t } = useLingui();
  const definitions = useDefs();
  const navigate = useNavigate();
  return ({ result, changed }) => {
    const made = Array.isArray(result) ? (result.length === 1 ? result[0] : undefined) : result;
    const id = (made as { id?: number } | null | undefined)?.id;
    const app = operation?.name.split(".")[0];
    const about = changed?.find((one) => one.id === id && one.version === 1 && one.object !== operation?.on && one.object.startsWith(`${app}.`));
    const target = about && definitions.objects[about.object];
    if (id === undefined || !target) return undefined;
    const name = titleOf(target, made as RecordAnswer);
    return { label: t`Open ${name}`, act: () => navigate(recordPath(target.name, id)) };
  };
}
