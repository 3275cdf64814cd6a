/** What publishing does to the data, so that somebody who knows no databases can say yes to it. */
import { Plural, useLingui } from "@lingui/react/macro";
import { Columns3, Database, Hourglass, type LucideIcon, PackagePlus, Sigma, Undo2 } from "lucide-react";
import type { Planned } from "./publishing";

const ICONS: Record<string, LucideIcon> = {
  create_table: PackagePlus,
  restore_column: Undo2,
  retire_column: Database,
  retire_table: Database,
  convert: Sigma,
  bring_back: Sigma,
  fill: Sigma,
  fill_blanks: Sigma,
  search: Sigma,
};

export function PlanWords({ plan }: { plan: Planned }) {
  const { t } = useLingui();
  if (plan.told.length === 0) return <p className="q-muted">{t`Nothing changes in the database: only how things look, behave or who may see them.`}</p>;
  return (
    <>
      <ul className="q-plan">
        {plan.told.map(({ act, object, field, text }) => {
          const Icon = ICONS[act] ?? Columns3;
          return (
            <li key={`${act}/${object}/${field}`}>
              <Icon size={15} aria-hidden />
              <span>{text}</span>
            </li>
          );
        })}
      </ul>
      <Waiting plan={plan} />
    </>
  );
}

/** How long it takes, and whether anybody waits. */
function Waiting({ plan }: { plan: Planned }) {
  const seconds = Math.max(1, Math.ceil(plan.seconds));
  const waits = Math.ceil(plan.waits);
  return (
    <p className="q-plan-waiting">
      <Hourglass size={15} aria-hidden />
      <span>
        <Plural value={seconds} one="Takes about a second." other="Takes about # seconds." />{" "}
        <Plural value={waits} one="People go on reading; who saves meanwhile waits less than a second." other="People go on reading; who saves meanwhile waits up to # seconds." />
      </span>
    </p>
  );
}
