/** What publishing does to the data, so that somebody who knows no databases can say yes to it. */
import { Plural, useLingui } from "@lingui/react/macro";
import { Columns3, Database, Hourglass, PackagePlus, Sigma, Undo2 } from "lucide-react";
import type { ReactNode } from "react";
import type { Definitions } from "../draft";
import type { Step } from "./publishing";
import { useThings } from "./things";

/** From so many rows on a table is prepared beside the work. */
const LARGE = 20_000;
const ROWS_A_SECOND = 40_000;

export function PlanWords({ steps, drafted }: { steps: Step[]; drafted?: Definitions }) {
  const { t } = useLingui();
  const told = useSteps(steps, drafted);
  if (told.length === 0) return <p className="q-muted">{t`Nothing changes in the database: only how things look, behave or who may see them.`}</p>;
  return (
    <>
      <ul className="q-plan">
        {told.map(({ key, icon, words }) => (
          <li key={key}>
            {icon}
            <span>{words}</span>
          </li>
        ))}
      </ul>
      <Waiting steps={steps} />
    </>
  );
}

/** How long it takes, and whether anybody waits. */
function Waiting({ steps }: { steps: Step[] }) {
  const { t } = useLingui();
  const most = Math.max(0, ...steps.map((step) => step.rows));
  const seconds = Math.max(1, Math.ceil(steps.reduce((sum, step) => sum + (isWork(step) ? step.rows : 0), 0) / ROWS_A_SECOND));
  return (
    <p className="q-plan-waiting">
      <Hourglass size={15} aria-hidden />
      {most > LARGE
        ? t`Much is prepared beside the work, which takes minutes; people go on working, and wait less than a second when it is switched over.`
        : <Plural value={seconds} one="Takes about a second; people go on working." other="Takes about # seconds; people go on working." />}
    </p>
  );
}

const isWork = ({ act }: Step): boolean => ["fill", "fill_blanks", "convert", "restore_column", "add_index", "search"].includes(act);

interface Told {
  key: string;
  icon: ReactNode;
  words: ReactNode;
}

function useSteps(steps: Step[], drafted: Definitions | undefined): Told[] {
  const { t } = useLingui();
  const things = useThings(drafted);
  const object = (step: Step) => things("object", step.object).label;
  const field = (step: Step) => things("field", `${step.object}.${step.field}`).label;
  const rows = (step: Step) => (step.rows > LARGE ? t`more than ${LARGE}` : String(step.rows));
  const say = (step: Step): [ReactNode, ReactNode] | null => {
    const icon = { size: 15, "aria-hidden": true } as const;
    switch (step.act) {
      case "create_table":
        return [<PackagePlus {...icon} />, t`“${object(step)}” gets a table of its own.`];
      case "add_column":
        return [<Columns3 {...icon} />, t`“${object(step)}” gets a column for “${field(step)}”.`];
      case "restore_column":
        return [<Undo2 {...icon} />, t`“${field(step)}” of “${object(step)}” comes back with what it held.`];
      case "retire_column":
        return [<Database {...icon} />, t`“${field(step)}” of “${object(step)}” is put aside with what it holds; it can come back.`];
      case "retire_table":
        return [<Database {...icon} />, t`“${object(step)}” is put aside with its records; it can come back.`];
      case "convert":
        return [<Sigma {...icon} />, t`“${field(step)}” of “${object(step)}” is converted in ${rows(step)} records; the old values are kept aside.`];
      case "fill":
        return [<Sigma {...icon} />, t`“${field(step)}” of “${object(step)}” is computed for ${rows(step)} records.`];
      case "fill_blanks":
        return [<Sigma {...icon} />, t`Where “${field(step)}” of “${object(step)}” is blank, it gets its default (${rows(step)} records are looked at).`];
      case "require":
        return step.field ? [<Columns3 {...icon} />, t`“${field(step)}” of “${object(step)}” may not be blank any more.`] : null;
      default:
        return null;
    }
  };
  return steps.flatMap((step) => {
    const told = say(step);
    return told ? [{ key: `${step.act}/${step.object}/${step.field}`, icon: told[0], words: told[1] }] : [];
  });
}
