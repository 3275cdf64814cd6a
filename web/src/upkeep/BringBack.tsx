/** Old values of an entry of the history, against what is there now; those that are chosen are written again. */
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { Checkbox, Modal } from "antd";
import { useState } from "react";
import { ProblemBox } from "../forms/ProblemBox";
import "../forms/forms.css";
import { freshKey, post } from "../kit/api";
import { useNotices } from "../kit/notices";
import { ScrollX } from "../kit/ScrollX";
import { showMoment } from "../kit/time";
import { fieldOf, type ObjectInfo, type RecordAnswer } from "../records/definitions";
import { type Change, type Entry, PastValue } from "../records/record/Timeline";
import { refreshAfterWrite } from "../records/writes";
import { earlierOf } from "./earlier";
import "./upkeep.css";

interface BringBackProps {
  object: ObjectInfo;
  record: RecordAnswer;
  entry: Entry;
  /** One of its fields; without, all that differ. */
  field?: string;
  onClose: () => void;
}

export default function BringBack({ object, record, entry, field, onClose }: BringBackProps) {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();
  const changes = earlierOf(object, entry);
  const isThere = (change: Change) => !change.lines && JSON.stringify(change.old ?? null) === JSON.stringify(record[change.field] ?? null);
  const [picked, setPicked] = useState(() => changes.filter((change) => (!field || change.field === field) && !isThere(change)).map((change) => change.field));
  const [problem, setProblem] = useState<Error | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function write(): Promise<void> {
    setBusy(true);
    try {
      await post(`/api/records/${object.name}/${record.id}/history/${entry.id}/bring_back`, { version: record.version, fields: picked }, freshKey());
      notices.done(t`${plural(picked.length, { one: "# earlier value is back", other: "# earlier values are back" })}`);
      onClose();
      await refreshAfterWrite(client);
    } catch (error) {
      setProblem(error as Error);
      setBusy(false);
    }
  }

  return (
    <Modal open width={620} title={t`Bring back what was there before ${showMoment(entry.at)}`} okText={t`Bring back`} cancelText={t`Cancel`} onOk={write} okButtonProps={{ loading: isBusy, disabled: picked.length === 0 }} onCancel={onClose} destroyOnHidden>
      {problem && <ProblemBox error={problem} known={[]} />}
      <ScrollX label={t`Now and then`}>
        <table className="q-table">
          <thead>
            <tr>
              <th scope="col">{t`Field`}</th>
              <th scope="col">{t`Now`}</th>
              <th scope="col">{t`Would be again`}</th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <tr key={change.field}>
                <th scope="row">
                  <Checkbox
                    checked={picked.includes(change.field)}
                    disabled={isThere(change)}
                    onChange={({ target }) => setPicked((now) => (target.checked ? [...now, change.field] : now.filter((name) => name !== change.field)))}
                  >
                    {change.label ?? change.field}
                  </Checkbox>
                </th>
                <NowAndThen object={object} record={record} change={change} isThere={isThere(change)} />
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
      <p className="q-muted q-bulk-more">{t`This is written as a change of its own, with all rules; the history keeps both.`}</p>
    </Modal>
  );
}

function NowAndThen({ object, record, change, isThere }: { object: ObjectInfo; record: RecordAnswer; change: Change; isThere: boolean }) {
  const { t } = useLingui();
  const field = fieldOf(object, change.field);
  const now = record[change.field];
  if (change.lines) {
    const removed = Object.keys(change.lines.removed ?? {}).length;
    const changed = Object.keys(change.lines.changed ?? {}).length;
    return (
      <>
        <td>{t`${plural((now as unknown[] | undefined)?.length ?? 0, { one: "# line", other: "# lines" })}`}</td>
        <td>
          {removed > 0 && <div>{t`${plural(removed, { one: "# removed line comes back", other: "# removed lines come back" })}`}</div>}
          {changed > 0 && <div>{t`${plural(changed, { one: "# line as it was", other: "# lines as they were" })}`}</div>}
        </td>
      </>
    );
  }
  return (
    <>
      <td>
        <PastValue field={field} value={now} label={record._labels?.[change.field]} />
      </td>
      <td>{isThere ? <span className="q-muted">{t`as it is`}</span> : <PastValue field={field} value={change.old} label={change.old_label} />}</td>
    </>
  );
}
