/** Where an instance is: who has it, since when, until when; what may follow, branches side by side as they are drawn. */
import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { Check } from "lucide-react";
import { createContext, lazy, Suspense, useContext, useMemo, useState } from "react";
import { Avatar } from "../kit/Avatar";
import { showMoment } from "../kit/time";
import { ToneTag } from "../kit/ToneTag";
import type { DialogOf } from "./ActDialog";
import { type Instance, type Node, said, type Task } from "./told";
import { useActWords, useHaving } from "./words";

const ActDialog = lazy(() => import("./ActDialog"));
const HELD = new Set<Task["state"]>(["open", "waiting", "paused"]);

interface Scene {
  tasks: Task[];
  reassign: (task: Task) => void;
}

const OnScene = createContext<Scene>({ tasks: [], reassign: () => {} });

export function Standing({ instance, tasks }: { instance: Instance; tasks: Task[] }) {
  const { t } = useLingui();
  const [dialog, setDialog] = useState<DialogOf | null>(null);
  const scene = useMemo(() => ({ tasks, reassign: (task: Task) => setDialog({ act: "reassign", subject: { task: task.id }, isReasonNeeded: true }) }), [tasks]);
  return (
    <OnScene value={scene}>
      <Suspense>{dialog && <ActDialog {...dialog} onClose={() => setDialog(null)} />}</Suspense>
      <Sequence nodes={instance.outline} label={t`Where it is`} />
    </OnScene>
  );
}

function Sequence({ nodes, label }: { nodes: Node[]; label?: string }) {
  return (
    <ol className="q-standing" aria-label={label}>
      {nodes.map((node) => (
        <li key={node.step} className={node.is_at || node.ways.length > 0 ? "" : "q-muted"} aria-current={node.is_at ? "step" : undefined}>
          {node.ways.length > 0 ? <Branching node={node} /> : <Stop node={node} />}
        </li>
      ))}
    </ol>
  );
}

function Stop({ node }: { node: Node }) {
  const { tasks } = useContext(OnScene);
  if (!node.is_at) return <>{said(node.label)}</>;
  const open = tasks.filter((task) => task.step === node.step && HELD.has(task.state));
  return (
    <>
      <strong>{said(node.label)}</strong>
      {open.map((task) => (
        <Holder key={task.id} task={task} />
      ))}
    </>
  );
}

function Branching({ node }: { node: Node }) {
  const { t } = useLingui();
  const [row, rows] = node.turn ?? [0, 0];
  const isChoice = node.take === "first" && node.ways.length > 1;
  return (
    <div className="q-ways">
      <span className="q-muted">
        {said(node.label)}
        {isChoice && <> · {t`one of these`}</>}
        {node.turn && <> · {t`${row} of ${rows}`}</>}
      </span>
      <div className={node.take === "all" && node.ways.length > 1 ? "q-ways-beside" : ""}>
        {node.ways.map((way, index) => (
          <section key={index} aria-label={said(way.label) || undefined}>
            {isNamed(way) && (
              <h4>
                {said(way.label)}
                {way.is_done && <Check size={14} aria-label={t`Through`} />}
              </h4>
            )}
            {way.steps.length > 0 && <Sequence nodes={way.steps} />}
          </section>
        ))}
      </div>
    </div>
  );
}

/** Not where its only step is called the same. */
const isNamed = ({ label, steps }: Node["ways"][number]): boolean => said(label) !== "" && !(steps.length === 1 && said(steps[0]!.label) === said(label));

function Holder({ task }: { task: Task }) {
  const { t } = useLingui();
  const having = useHaving();
  const words = useActWords();
  const { reassign } = useContext(OnScene);
  const name = task["assignee._label"] ?? "·";
  return (
    <span className="q-holder">
      <Avatar name={name} size={20} />
      {name}
      {task["on_behalf_of._label"] && <span className="q-muted">{t`as deputy for ${task["on_behalf_of._label"]}`}</span>}
      <span className="q-muted">{task.state === "waiting" ? t`waits for others` : task.state === "paused" ? t`rests` : having(task.hours)}</span>
      <Due task={task} />
      {task.urged_at && <ToneTag tone="warning">{t`Urged`}</ToneTag>}
      {task.may.includes("reassign") && (
        <Button type="link" size="small" aria-label={`${words("reassign")}: ${name}`} onClick={() => reassign(task)}>
          {words("reassign")}
        </Button>
      )}
    </span>
  );
}

function Due({ task }: { task: Task }) {
  const { t } = useLingui();
  if (!task.due_at || task.state !== "open") return null;
  const isLate = new Date(task.due_at).getTime() < Date.now();
  return isLate ? <ToneTag tone="bad">{t`Late since ${showMoment(task.due_at)}`}</ToneTag> : <span className="q-muted">{t`due ${showMoment(task.due_at)}`}</span>;
}
