/** What an act asks before it is done: to whom, to which step, why. */
import { useLingui } from "@lingui/react/macro";
import { Modal } from "antd";
import { useState } from "react";
import { useNotices } from "../kit/notices";
import { useProblemWords } from "../kit/states";
import { FieldGrid } from "../forms/FieldGrid";
import type { Field, Values } from "../records/definitions";
import { useAct } from "./acting";
import { personField, useAnswers } from "./answers";
import { said, type Step } from "./told";
import { useActWords } from "./words";

export interface DialogOf {
  act: string;
  /** `task` or `instance` with its id, and what has been said already. */
  subject: Values;
  reason?: string;
  isReasonNeeded?: boolean;
  steps?: Step[];
  /** May whoever sends back choose how it returns? */
  choosesWay?: boolean;
  /** Those who may be removed. */
  people?: { id: number; label: string }[];
  help?: string;
}

interface ActDialogProps extends DialogOf {
  onClose: () => void;
  onActed?: () => void;
}

const TO_PERSON = new Set(["hand_over", "delegate", "reassign"]);
const SILENT = new Set(["move_to_version"]);
const DANGER = new Set(["reject", "stop", "cancel"]);

export default function ActDialog({ act, subject, reason = "", isReasonNeeded, steps, choosesWay, people, help, onClose, onActed }: ActDialogProps) {
  const words = useActWords()(act);
  const problem = useProblemWords();
  const notices = useNotices();
  const doing = useAct();
  const [hindered, setHindered] = useState("");
  const fields = useFields({ act, steps, choosesWay, people, isReasonNeeded });
  const { values, isWhole, shown } = useAnswers({ reason, to: steps?.[0]?.step ?? null, place: "beside", again: "straight", person: people?.length === 1 ? [String(people[0]!.id)] : null });

  async function submit(): Promise<void> {
    if (!isWhole(fields)) return;
    try {
      const { result } = await doing.mutateAsync({ act, inputs: { ...subject, ...inputsOf(act, values) } });
      const hindered = whyNot(result);
      if (hindered) return setHindered(hindered);
    } catch {
      return; // Shown in the dialog.
    }
    notices.done(words);
    onActed?.();
    onClose();
  }

  return (
    <Modal open title={words} onCancel={onClose} onOk={submit} okText={words} okButtonProps={{ loading: doing.isPending, danger: DANGER.has(act) }} width={520} destroyOnHidden>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {help && <p className="q-muted">{help}</p>}
        {(doing.error || hindered) && (
          <p role="alert" className="q-alert">
            {doing.error ? problem(doing.error) : hindered}
          </p>
        )}
        <FieldGrid fields={fields} {...shown} isNew isNarrow />
        <button type="submit" hidden />
      </form>
    </Modal>
  );
}

/** Moving to a version answers which could, and why the others couldn't. */
const whyNot = (result: unknown): string =>
  [result]
    .flat()
    .map((row) => (row as { why?: string } | null)?.why ?? "")
    .filter(Boolean)
    .join(" ");

function useFields({ act, steps, choosesWay, people, isReasonNeeded }: Pick<DialogOf, "act" | "steps" | "choosesWay" | "people" | "isReasonNeeded">): Field[] {
  const { t } = useLingui();
  const fields: Field[] = [];
  if (steps) fields.push({ name: "to", type: "choice", label: t`To which step`, required: true, choices: steps.map((step) => ({ name: step.step, label: said(step.label) })) as Field["choices"] });
  if (choosesWay)
    fields.push({
      name: "again",
      type: "choice",
      label: t`And then`,
      required: true,
      choices: [
        { name: "straight", label: t`It comes straight back to me` },
        { name: "again", label: t`It goes through all the steps again` },
      ] as Field["choices"],
    });
  if (TO_PERSON.has(act)) fields.push(personField("to", t`To whom`));
  if (act === "add_approver")
    fields.push(
      personField("to", t`Who`, { many: true }),
      {
        name: "place",
        type: "choice",
        label: t`When they are asked`,
        required: true,
        choices: [
          { name: "before", label: t`Before me` },
          { name: "beside", label: t`Together with me` },
          { name: "after", label: t`After me` },
        ] as Field["choices"],
      },
    );
  if (people) fields.push({ name: "person", type: "choices", label: t`Who`, required: true, choices: people.map(({ id, label }) => ({ name: String(id), label })) as Field["choices"] });
  if (!SILENT.has(act)) fields.push({ name: "reason", type: "long_text", label: t`Reason`, required: isReasonNeeded });
  return fields;
}

function inputsOf(act: string, values: Values): Values {
  const reason = values.reason || null;
  switch (act) {
    case "send_back":
      return { reason, to: values.to === "submit" ? "" : values.to, again: values.again === "again" };
    case "add_approver":
      return { reason, people: values.to, place: values.place };
    case "remove_approver":
      return { reason, people: (values.person as string[]).map(Number) };
    case "hand_over":
    case "delegate":
    case "reassign":
    case "jump":
      return { reason, to: values.to };
    case "move_to_version":
      return {};
    default:
      return { reason };
  }
}
