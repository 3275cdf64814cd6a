/** My turn: what the step lets me fill in, my word, and the acts. */
import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Dropdown, Input } from "antd";
import { Check, ChevronDown, X } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { FieldGrid } from "../forms/FieldGrid";
import { problemsByPath } from "../forms/problems";
import { useNotices } from "../kit/notices";
import { useProblemWords } from "../kit/states";
import { useDefs } from "../records/context";
import type { Field, Values } from "../records/definitions";
import { useRecord } from "../records/query";
import { useAct } from "./acting";
import { chosenOf, peopleOf, useAnswers } from "./answers";
import type { DialogOf } from "./ActDialog";
import { useKeys } from "./keys";
import { said, type Instance, type Task, type TaskAct } from "./told";
import { useActWords } from "./words";

const ActDialog = lazy(() => import("./ActDialog"));
const PLAIN: TaskAct[] = ["approve", "handle", "reject"];

interface Kept {
  reason: string;
  values: Values;
}

const BLANK: Kept = { reason: "", values: {} };

/** What was typed stays while one goes through the list, and no longer than the page: the next person at this screen finds none of it. */
function useTyped(task: Task): [Kept, (kept: Kept) => void] {
  const client = useQueryClient();
  const key = ["kept", "task", task.id];
  const [kept, setKept] = useState<Kept>(() => client.getQueryData<Kept>(key) ?? task.draft ?? BLANK);
  return [
    kept,
    (next) => {
      client.setQueryData(key, next);
      setKept(next);
    },
  ];
}

interface TaskFormProps {
  instance: Instance;
  task: Task;
  /** Others who are asked at the same step. */
  beside: Task[];
  /** I have several turns here at once: each is named. */
  isOneOfMany: boolean;
}

export function TaskForm({ instance, task, beside, isOneOfMany }: TaskFormProps) {
  const { t } = useLingui();
  const words = useActWords();
  const problemWords = useProblemWords();
  const notices = useNotices();
  const doing = useAct();
  const [kept, keep] = useTyped(task);
  const next = useAnswers();
  const people = peopleOf(task.chosen ?? [], (step) => t`Who decides next: ${step}`);
  const [proof, setProof] = useState<{ password: string; signature: unknown }>({ password: "", signature: null });
  const asksPassword = task.confirm === "password";
  const lacksProof = asksPassword ? !proof.password : task.confirm === "signature" && !proof.signature;
  const [dialog, setDialog] = useState<DialogOf | null>(null);
  const [isReasonMissing, setReasonMissing] = useState(false);
  const [isProofMissing, setProofMissing] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const fields = useStepFields(instance, task);
  const primary = task.may.find((act) => act === "approve" || act === "handle");
  const rest: (TaskAct | "save_draft")[] = [...task.may.filter((act) => !PLAIN.includes(act) && act !== "reassign"), ...(primary ? ["save_draft" as const] : [])];
  const isNeeded = (act: string) => task.needs_reason === "always" || (task.needs_reason === "on_reject" && act === "reject");

  async function act(name: TaskAct): Promise<void> {
    if (lacksProof) return setProofMissing(true);
    if (name === "approve" && !next.isWhole(people)) return;
    if (isNeeded(name) && !kept.reason.trim()) {
      setReasonMissing(true);
      box.current?.querySelector("textarea")?.focus();
      return;
    }
    const values = Object.keys(kept.values).length > 0 && name !== "reject" ? { values: kept.values } : {};
    try {
      const chosen = name === "approve" ? chosenOf(people, next.values) : undefined;
      const signed = task.confirm === "signature" ? { signature: proof.signature } : {};
      await doing.mutateAsync({ act: name, inputs: { task: task.id, reason: kept.reason.trim() || null, ...values, ...signed, chosen }, password: asksPassword ? proof.password : undefined });
    } catch {
      return; // Shown above the acts.
    }
    keep(BLANK);
    notices.done(`${words(name)}: ${instance.title}`);
  }

  /** What is prepared here is there on my other devices too. */
  function saveDraft(): void {
    doing.mutate({ act: "save_draft", inputs: { task: task.id, ...kept } }, { onSuccess: () => notices.done(words("save_draft")) });
  }

  // Only the first turn on the page listens.
  useKeys({ a: primary && (() => void act(primary)), r: task.may.includes("reject") ? () => void act("reject") : undefined }, () => document.querySelector(".q-work .q-turn") === box.current);

  return (
    <div ref={box} className="q-turn" role="group" aria-label={t`Your turn: ${said(task.label)}`}>
      {isOneOfMany && <h3>{said(task.label)}</h3>}
      {fields.length > 0 && <StepFields fields={fields} instance={instance} kept={kept} keep={keep} problems={problemsByPath(doing.error)} />}
      {people.length > 0 && <FieldGrid fields={people} {...next.shown} isNew isNarrow focusOn="-" />}
      <Input.TextArea
        aria-label={t`Your word`}
        placeholder={task.needs_reason === "always" ? t`Your word (needed)` : t`Your word`}
        value={kept.reason}
        autoSize={{ minRows: 1, maxRows: 6 }}
        status={isReasonMissing && !kept.reason.trim() ? "error" : undefined}
        onChange={(event) => keep({ ...kept, reason: event.target.value })}
      />
      {isReasonMissing && !kept.reason.trim() && (
        <p role="alert" className="q-field-error">
          {t`Say why first.`}
        </p>
      )}
      {task.confirm && <Proof how={task.confirm} proof={proof} onChange={setProof} isMissing={isProofMissing && lacksProof} />}
      {doing.error && (
        <p role="alert" className="q-alert">
          {problemWords(doing.error)}
        </p>
      )}
      <div className="q-turn-acts">
        {primary && (
          <Button type="primary" icon={<Check size={16} aria-hidden />} loading={doing.isPending && doing.variables?.act === primary} onClick={() => void act(primary)}>
            {words(primary)}
          </Button>
        )}
        {task.may.includes("reject") && (
          <Button className="q-no" icon={<X size={16} aria-hidden />} loading={doing.isPending && doing.variables?.act === "reject"} onClick={() => void act("reject")}>
            {words("reject")}
          </Button>
        )}
        {task.may.includes("send_back") && <Button onClick={() => ask("send_back")}>{words("send_back")}</Button>}
        {rest.filter((each) => each !== "send_back").length > 0 && (
          <Dropdown trigger={["click"]} menu={{ items: rest.filter((each) => each !== "send_back").map((each) => ({ key: each, label: words(each) })), onClick: ({ key }) => (key === "save_draft" ? saveDraft() : ask(key as TaskAct)) }}>
            <Button icon={<ChevronDown size={15} aria-hidden />} iconPlacement="end">
              {t`More`}
            </Button>
          </Dropdown>
        )}
      </div>
      {dialog && (
        <Suspense>
          <ActDialog {...dialog} onClose={() => setDialog(null)} />
        </Suspense>
      )}
    </div>
  );

  function ask(name: TaskAct): void {
    const others = beside.filter((each) => each.step === task.step && each.id !== task.id && (each.state === "open" || each.state === "waiting"));
    setDialog({
      act: name,
      subject: { task: task.id },
      reason: kept.reason,
      isReasonNeeded: name === "send_back",
      steps: name === "send_back" ? task.back_to : undefined,
      choosesWay: name === "send_back" && task.back === "choose",
      people: name === "remove_approver" ? others.map((each) => ({ id: each.assignee, label: each["assignee._label"] ?? "" })) : undefined,
    });
  }
}

interface ProofProps {
  how: "password" | "signature";
  proof: { password: string; signature: unknown };
  onChange: (proof: ProofProps["proof"]) => void;
  isMissing: boolean;
}

/** This step wants to be sure who decides. */
function Proof({ how, proof, onChange, isMissing }: ProofProps) {
  const { t } = useLingui();
  const problem = isMissing ? (how === "password" ? t`Confirm with your password.` : t`Sign first.`) : "";
  const field: Field = { name: "signature", type: "signature", label: t`Your signature`, required: true };
  return (
    <div className="q-proof">
      {how === "password" ? (
        <Input.Password aria-label={t`Your password, to confirm`} placeholder={t`Your password, to confirm`} autoComplete="current-password" value={proof.password} status={problem ? "error" : undefined} onChange={(event) => onChange({ ...proof, password: event.target.value })} />
      ) : (
        <FieldGrid fields={[field]} values={{ signature: proof.signature }} labels={{}} problems={{}} isNew isNarrow focusOn="-" onChange={(_, value) => onChange({ ...proof, signature: value })} />
      )}
      {problem && (
        <p role="alert" className="q-field-error">
          {problem}
        </p>
      )}
    </div>
  );
}

/** The fields of the record that this step lets its people change. */
function useStepFields(instance: Instance, task: Task): Field[] {
  const object = useDefs().objects[instance.object ?? ""];
  const allowed = Object.entries(task.fields ?? {}).flatMap(([name, right]) => (right === "change" ? [name] : []));
  return (object?.fields ?? []).filter((field) => allowed.includes(field.name)).map((field) => ({ ...field, required: false, read_only: false, locked: undefined }));
}

interface StepFieldsProps {
  fields: Field[];
  instance: Instance;
  kept: Kept;
  keep: (kept: Kept) => void;
  problems: Record<string, string>;
}

function StepFields({ fields, instance, kept, keep, problems }: StepFieldsProps) {
  const record = useRecord(instance.object ?? "", Number(instance.record), Boolean(instance.object && instance.record));
  const [labels, setLabels] = useState<Record<string, string>>({});
  if (!record.data) return null;
  return (
    <FieldGrid
      fields={fields}
      values={{ ...record.data, ...kept.values }}
      labels={{ ...(record.data._labels as Record<string, string> | undefined), ...labels }}
      problems={problems}
      isNew={false}
      isNarrow
      focusOn="-"
      onChange={(name, value, label) => {
        keep({ ...kept, values: { ...kept.values, [name]: value } });
        if (label !== undefined) setLabels((now) => ({ ...now, [name]: label }));
      }}
    />
  );
}
