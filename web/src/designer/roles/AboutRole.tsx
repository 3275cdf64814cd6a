import { useLingui } from "@lingui/react/macro";
import { Checkbox } from "antd";
import { ToneTag } from "../../kit/ToneTag";
import { bodyOf } from "../acts";
import { labelOf, useDesign } from "../context";
import { WordsInput } from "../words";
import { partsOf, type RoleInfo, setRole } from "./rights";

/** What the role is called and explained as, and the apps that speak of it. */
export function AboutRole({ role }: { role: RoleInfo }) {
  const { t } = useLingui();
  const { definitions, act } = useDesign();
  return (
    <div className="q-role-about">
      <WordsInput label={t`Name of the role`} value={role.label} onChange={(label) => act(t`Rename a role`, setRole(definitions, role.name, { label }), `role ${role.name} label`)} />
      <WordsInput label={t`Who is it for?`} isLong value={role.help} onChange={(help) => act(t`Explain a role`, setRole(definitions, role.name, { help }), `role ${role.name} help`)} />
      <Checkbox checked={role.administers} onChange={(event) => act(t`Change who administers`, setRole(definitions, role.name, { administers: event.target.checked }))}>
        {t`Administers the workspace: people, rights, backups, and publishing`}
      </Checkbox>
      <p className="q-muted q-small">{t`Name in formulas: ${role.name}`}</p>
      <section>
        <h3>{t`Put together from`}</h3>
        <ul className="q-role-parts">
          {partsOf(definitions, role.name).map((part) => (
            <li key={part.key}>
              <strong>{part.app ? labelOf(bodyOf(definitions, "app", part.app), part.app) : t`This workspace`}</strong>
              <span className="q-muted">{t`${Object.keys(part.body.objects ?? {}).length} forms, ${(part.body.operations ?? []).length} entries of operations`}</span>
              {part.isShipped && <ToneTag tone={part.isChanged ? "warning" : "neutral"}>{part.isChanged ? t`changed here` : t`as shipped`}</ToneTag>}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
