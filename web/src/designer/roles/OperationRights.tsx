/** Operations by app: all of it with those to come, or some by name. */
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Checkbox } from "antd";
import { get } from "../../kit/api";
import { Bones, EmptyState, Failed } from "../../kit/states";
import { bodyOf } from "../acts";
import { labelOf, useDesign } from "../context";
import { mayPerform, partsOf, setOperation } from "./rights";

interface Operation {
  name: string;
  label: string;
  help: string;
}

export function OperationRights({ role }: { role: string }) {
  const { t } = useLingui();
  const { definitions, act } = useDesign();
  const found = useQuery({ queryKey: ["admin", "operations"], queryFn: ({ signal }) => get<{ operations: Operation[] }>("/api/admin/operations", undefined, signal) });
  if (found.isPending) return <Bones lines={5} title={false} />;
  if (found.isError) return <Failed error={found.error} retry={() => found.refetch()} />;
  const parts = partsOf(definitions, role);
  const apps = new Map<string, Operation[]>();
  for (const operation of found.data.operations) {
    const app = operation.name.split(".")[0]!;
    apps.set(app, [...(apps.get(app) ?? []), operation]);
  }
  const put = (operation: string, may: boolean, all: Operation[]) => act(t`Change operations of a role`, setOperation(definitions, role, operation, may, all.map(({ name }) => name)));
  if (apps.size === 0) return <EmptyState title={t`No operations`}>{t`The apps here have records only.`}</EmptyState>;
  return (
    <div className="q-role-operations">
      {[...apps].map(([app, operations]) => {
        const hasAll = mayPerform(parts, `${app}.*`);
        return (
          <fieldset key={app} className="q-box">
            <legend>{labelOf(bodyOf(definitions, "app", app), app)}</legend>
            <Checkbox checked={hasAll} onChange={(event) => put(`${app}.*`, event.target.checked, operations)}>
              <strong>{t`All of them, and those to come`}</strong>
            </Checkbox>
            {operations.map(({ name, label, help }) => (
              <Checkbox key={name} checked={mayPerform(parts, name)} onChange={(event) => put(name, event.target.checked, operations)}>
                {label} {help && <small className="q-muted">{help}</small>}
              </Checkbox>
            ))}
          </fieldset>
        );
      })}
    </div>
  );
}
