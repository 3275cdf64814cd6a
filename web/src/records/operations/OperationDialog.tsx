import { useLingui } from "@lingui/react/macro";
import { Button, Modal } from "antd";
import { useState } from "react";
import { Problem } from "../../kit/api";
import { inSentence } from "../../kit/i18n";
import { type Next, useNotices } from "../../kit/notices";
import { startOfInputs, useSelf } from "../../forms/draft";
import { FieldGrid } from "../../forms/FieldGrid";
import { ProblemBox } from "../../forms/ProblemBox";
import { problemsByPath } from "../../forms/problems";
import { useDefs } from "../context";
import type { ObjectInfo, OperationInfo, RecordAnswer, Values } from "../definitions";
import { titleOf } from "../query";
import { askedInputs, bodyOf, isAside, linePickOf, type Start, startOf } from "./inputs";
import { LinePicker } from "./LinePicker";
import { type Performed, usePerform } from "./perform";

interface OperationDialogProps {
  operation: OperationInfo;
  object?: ObjectInfo;
  records: RecordAnswer[];
  /** The record of the operation's own object, when it is another than the one on the screen. */
  subject?: number;
  /** What the inputs begin with, where no record tells. */
  given?: Start;
  onClose: () => void;
  onDone?: () => void;
  /** What the notice offers once it is done. */
  next?: (performed: Performed) => Next | undefined;
  onOffer?: (operation: string) => void;
}

/** Asks for an operation's inputs; one that needs none only asks whether. */
export function OperationDialog({ operation, object, records, subject, given, onClose, onDone, next, onOffer }: OperationDialogProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const self = useSelf();
  const notices = useNotices();
  const perform = usePerform(operation, subject === undefined ? records : [{ id: subject }]);
  const inputs = askedInputs(operation);
  const [isAllShown, setAllShown] = useState(false);
  const aside = inputs.filter(isAside);
  const [record] = records;
  const [start] = useState(() => together(startOfInputs(inputs, self), given ?? startOf(operation, object, records.length === 1 ? record : undefined)));
  const [values, setValues] = useState<Values>(start.values);
  const isTyped = values !== start.values;
  const [labels, setLabels] = useState(start.labels);
  const problems = problemsByPath(perform.error);
  const picks = records.length === 1 ? inputs.flatMap((input) => linePickOf(definitions, object, input) ?? []) : [];
  const plain = inputs.filter((input) => !picks.some((pick) => pick.input === input) && (isAllShown || !isAside(input)));
  const isWide = inputs.some((input) => input.inner);
  const about = object && (records.length === 1 && record ? titleOf(object, record) : t`${records.length} ${object.plural}`);

  function set(name: string, value: unknown, label?: string): void {
    setValues((now) => withRow({ ...now, [name]: value }, name, now[name]));
    if (label !== undefined) setLabels((now) => ({ ...now, [name]: label }));
  }

  /** What this very operation offers is one of its own inputs, asked on demand. */
  const take = onOffer && ((name: string) => (name === operation.name ? setAllShown(true) : onOffer(name)));

  async function submit(): Promise<void> {
    try {
      const performed = await perform.mutateAsync(bodyOf(inputs, values));
      notices.done(about ? `${operation.label}: ${about}` : operation.label, next?.(performed));
      onDone?.();
      onClose();
    } catch {
      // Shown in the dialog, beside the fields.
    }
  }

  return (
    <Modal
      open
      title={about ? `${operation.label} · ${about}` : operation.label}
      onCancel={onClose}
      mask={{ closable: !isTyped }}
      onOk={submit}
      okText={operation.label}
      okButtonProps={{ loading: perform.isPending, danger: operation.tone === "bad" }}
      width={isWide ? 820 : 520}
      destroyOnHidden
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {operation.help && <p className="q-muted">{operation.help}</p>}
        {inputs.length === 0 && !operation.help && <p>{t`Do this now?`}</p>}
        {perform.error instanceof Error && <ProblemBox error={perform.error} known={inputs.map((input) => input.name)} onOffer={take} />}
        <FieldGrid fields={plain} values={values} labels={labels} problems={problems} onChange={set} isNew isNarrow={!isWide} />
        {record && picks.map((pick) => <LinePicker key={pick.input.name} pick={pick} record={record} problems={problems} onChange={(rows) => set(pick.input.name, rows)} />)}
        {aside.length > 0 && !isAllShown && (
          <Button type="link" size="small" className="q-aside" onClick={() => setAllShown(true)}>
            {t`Say more: ${aside.map((input) => inSentence(input.label)).join(", ")}`}
          </Button>
        )}
        <button type="submit" hidden />
      </form>
    </Modal>
  );
}

const together = (defaults: Start, own: Start): Start => ({ values: { ...defaults.values, ...own.values }, labels: { ...defaults.labels, ...own.labels } });

/** The one row that was begun with the same amount follows it: a part payment settles a part. */
function withRow(values: Values, name: string, before: unknown): Values {
  const follows = Object.entries(values).filter(([, rows]) => Array.isArray(rows) && rows.length === 1 && before !== undefined && (rows[0] as Values)[name] === before);
  return follows.reduce((all, [list, rows]) => ({ ...all, [list]: [{ ...(rows as Values[])[0], [name]: values[name] }] }), values);
}

/** An operation that asks nothing happens at once; its refusal comes as a notice. */
export function asksNothing(operation: OperationInfo): boolean {
  return operation.tone !== "bad" && askedInputs(operation).every(isAside);
}

export const isRefusal = (error: unknown): error is Problem => error instanceof Problem && error.status >= 400 && error.status < 500;
