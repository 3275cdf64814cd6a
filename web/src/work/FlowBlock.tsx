/** Where a record stands in its flows: whose turn it is and since when, my acts, what has happened; and what may be submitted. */
import { useLingui } from "@lingui/react/macro";
import { Button, Dropdown } from "antd";
import { EllipsisVertical, Send } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useNotices } from "../kit/notices";
import { ToneTag } from "../kit/ToneTag";
import { useAct } from "./acting";
import type { DialogOf } from "./ActDialog";
import { Standing } from "./Standing";
import { SubmitDialog } from "./SubmitDialog";
import { TaskForm } from "./TaskForm";
import { type Instance, type InstanceAct, type Offered, said, type Task, type Told, useFlowsOf, useInstance } from "./told";
import { Trail } from "./Trail";
import { useActWords, useStateWords } from "./words";
import "./work.css";

const ActDialog = lazy(() => import("./ActDialog"));
const CommentDialog = lazy(() => import("./CommentDialog"));
const OPEN = new Set(["queued", "running", "failed"]);

/** On the page of a record. */
export default function FlowBlock({ object, id }: { object: string; id: number }) {
  const { data } = useFlowsOf(object, id);
  if (!data) return null;
  const isBusy = (flow: string) => data.instances.some((each) => each.flow === flow && OPEN.has(each.state));
  const offered = data.flows.filter(({ flow }) => !isBusy(flow));
  if (data.instances.length === 0 && offered.length === 0) return null;
  return (
    <>
      {offered.length > 0 && <SubmitBar offered={offered} record={id} isAgain={data.instances.length > 0} />}
      <Instances told={data} />
    </>
  );
}

/** Of one instance, which may be about no record. */
export function InstanceBlock({ id }: { id: number }) {
  const { data } = useInstance(id);
  return data ? <Instances told={data} /> : null;
}

function Instances({ told }: { told: Told }) {
  const { t } = useLingui();
  const [isOlderShown, setOlderShown] = useState(false);
  const current = told.instances.filter((each, index) => index === 0 || OPEN.has(each.state));
  const older = told.instances.filter((each) => !current.includes(each));
  const part = (instance: Instance) => <InstancePart key={instance.id} instance={instance} told={told} />;
  return (
    <>
      {current.map(part)}
      {isOlderShown
        ? older.map(part)
        : older.length > 0 && (
            <Button type="link" size="small" className="q-run-older" onClick={() => setOlderShown(true)}>
              {t`Earlier rounds (${older.length})`}
            </Button>
          )}
    </>
  );
}

function SubmitBar({ offered, record, isAgain }: { offered: Offered[]; record: number; isAgain: boolean }) {
  const { t } = useLingui();
  const [asked, setAsked] = useState<Offered | null>(null);
  return (
    <div className="q-run-submit">
      {offered.map((flow) => (
        <Button key={flow.flow} size={isAgain ? "small" : "middle"} icon={<Send size={15} aria-hidden />} onClick={() => setAsked(flow)}>
          {t`Submit: ${said(flow.label)}`}
        </Button>
      ))}
      {asked && <SubmitDialog flow={asked} record={record} onClose={() => setAsked(null)} />}
    </div>
  );
}

function InstancePart({ instance, told }: { instance: Instance; told: Told }) {
  const { t } = useLingui();
  const stateOf = useStateWords()(instance.state);
  const tasks = told.tasks.filter((task) => task.instance === instance.id);
  const acts = told.acts.filter((act) => act.instance === instance.id);
  const mine = tasks.filter((task) => task.may.some((act) => act === "approve" || act === "handle"));
  const isOpen = OPEN.has(instance.state);
  const [isTrailShown, setTrailShown] = useState(isOpen);
  return (
    <section className={`q-run${mine.length > 0 ? " q-run-mine" : ""}`} aria-label={said(instance.label)}>
      <header>
        <h2>{said(instance.label)}</h2>
        <ToneTag tone={stateOf.tone}>{stateOf.label}</ToneTag>
        <span className="q-grow" />
        <InstanceActs instance={instance} />
      </header>
      {instance.problem && (
        <p role="alert" className="q-alert">
          {instance.problem}
        </p>
      )}
      {isOpen && <Standing instance={instance} tasks={tasks} />}
      {mine.map((task) => (
        <TaskForm key={task.id} instance={instance} task={task} beside={tasks} isOneOfMany={mine.length > 1} />
      ))}
      <Aside tasks={tasks} />
      {acts.length > 0 && (
        <>
          <button type="button" className="q-run-more" aria-expanded={isTrailShown} onClick={() => setTrailShown(!isTrailShown)}>
            {isTrailShown ? t`Hide what has happened` : t`What has happened (${acts.length})`}
          </button>
          {isTrailShown && <Trail acts={acts} tasks={tasks} />}
        </>
      )}
    </section>
  );
}

/** Copies and messages that I haven't read, and acts that I may take back. */
function Aside({ tasks }: { tasks: Task[] }) {
  const words = useActWords();
  const notices = useNotices();
  const doing = useAct();
  const offered = tasks.filter((task) => task.may.includes("read") || task.may.includes("take_back"));
  if (offered.length === 0) return null;
  return (
    <div className="q-run-aside">
      {offered.map((task) => {
        const act = task.may.includes("read") ? "read" : "take_back";
        return (
          <div key={task.id}>
            {task.text && <p className="q-entry-text">{task.text}</p>}
            <Button size="small" loading={doing.isPending} onClick={() => doing.mutate({ act, inputs: { task: task.id } }, { onSuccess: () => notices.done(words(act)), onError: (error) => notices.problem(error) })}>
              {act === "read" ? words(act) : `${words(act)}: ${said(task.label)}`}
            </Button>
          </div>
        );
      })}
    </div>
  );
}

const AT_ONCE = new Set<InstanceAct>(["resubmit"]);
const WITH_WHY = new Set<InstanceAct>(["stop", "jump"]);

/** What the submitter may do, and an administrator. */
function InstanceActs({ instance }: { instance: Instance }) {
  const { t } = useLingui();
  const words = useActWords();
  const notices = useNotices();
  const doing = useAct();
  const [dialog, setDialog] = useState<DialogOf | null>(null);
  const [isCommenting, setCommenting] = useState(false);
  const shown: InstanceAct[] = instance.may.filter((act) => act === "urge" || act === "resubmit");
  const rest = instance.may.filter((act) => !shown.includes(act));

  function ask(act: InstanceAct): void {
    if (act === "comment") return setCommenting(true);
    if (AT_ONCE.has(act)) doing.mutate({ act, inputs: { instance: instance.id } }, { onSuccess: () => notices.done(words(act)), onError: (error) => notices.problem(error) });
    else
      setDialog({
        act,
        subject: { instance: instance.id },
        isReasonNeeded: WITH_WHY.has(act),
        steps: act === "jump" ? instance.steps : undefined,
        help: act === "move_to_version" ? t`It goes on by the flow as it is now. Where its step is gone it stays on its version, and you are told.` : undefined,
      });
  }

  return (
    <>
      {shown.map((act) => (
        <Button key={act} size="small" onClick={() => ask(act)} loading={doing.isPending}>
          {words(act)}
        </Button>
      ))}
      {rest.length > 0 && (
        <Dropdown trigger={["click"]} menu={{ items: rest.map((act) => ({ key: act, label: words(act) })), onClick: ({ key }) => ask(key as InstanceAct) }}>
          <Button type="text" size="small" icon={<EllipsisVertical size={16} aria-hidden />} aria-label={t`More about ${said(instance.label)}`} />
        </Dropdown>
      )}
      <Suspense>
        {dialog && <ActDialog {...dialog} onClose={() => setDialog(null)} />}
        {isCommenting && <CommentDialog instance={instance} onClose={() => setCommenting(false)} />}
      </Suspense>
    </>
  );
}
