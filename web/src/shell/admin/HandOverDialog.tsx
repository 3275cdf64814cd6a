/** Somebody leaves or changes place: what stands in their name goes to a colleague, all of it or nothing. */
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Input, Modal, Select } from "antd";
import { useId, useState } from "react";
import { ProblemBox } from "../../forms/ProblemBox";
import { post } from "../../kit/api";
import { useNotices } from "../../kit/notices";
import { Bones, Failed } from "../../kit/states";
import { refreshAfterWrite } from "../../records/writes";
import { useMe } from "../session";
import { managersOf, useDepartments, type User } from "./people";

interface Belonging {
  object: string;
  field: string;
  label: string;
  count: number;
}

/** What flows wait for: `shared` ask the successor as well, `own` are what the successor submitted. */
interface Waiting {
  flow: string;
  label: string;
  count: number;
  shared: number;
  own: number;
}

const perform = async <Row = Belonging,>(operation: string, inputs: Record<string, unknown>): Promise<Row[]> => (await post<{ result: Row[] }>(`/api/operations/${operation}`, inputs)).result;

const belongingsOf = (user: User): Promise<Belonging[]> => perform("base.list_belongings", { person: user.id });
const waitingFor = (user: User, to?: number): Promise<Waiting[]> => perform<Waiting>("flow.list_waiting", { person: user.id, to: to ?? null });

/** Is there anything that somebody else should take over? */
export async function leavesThingsBehind(user: User): Promise<boolean> {
  const found: unknown[][] = await Promise.all([belongingsOf(user), waitingFor(user).catch(() => [])]);
  return found.some((rows) => rows.length > 0);
}

export function HandOverDialog({ user, users, onClose }: { user: User; users: User[]; onClose: () => void }) {
  const { t } = useLingui();
  const id = useId();
  const me = useMe();
  const client = useQueryClient();
  const notices = useNotices();
  const [to, setTo] = useState<number>();
  const [leaves, setLeaves] = useState(user.id !== me.user);
  const [reason, setReason] = useState("");
  const found = useQuery({ queryKey: ["belongings", user.id], queryFn: () => belongingsOf(user), gcTime: 0, retry: false });
  const waiting = useQuery({ queryKey: ["belongings", user.id, "waiting", to], queryFn: () => waitingFor(user, to), gcTime: 0, retry: false, placeholderData: keepPreviousData });
  const { data: departments = [] } = useDepartments();
  const give = useMutation({
    mutationFn: () => perform("base.hand_over", { person: user.id, to, leaves, reason: reason.trim() || null }),
    onSuccess: (given) => {
      const count = sum(given);
      const tasks = sum(waiting.data ?? []);
      notices.done([t`${count} records and ${tasks} requests went over`, leaves && t`${user.name} can't sign in any more`].filter(Boolean).join("; "));
      void refreshAfterWrite(client);
      onClose();
    },
  });
  const end = useMutation({
    mutationFn: () => post(`/api/admin/users/${user.id}/disable`, {}),
    onSuccess: () => {
      notices.done(t`${user.name} is disabled and signed out`);
      void client.invalidateQueries({ queryKey: ["admin"] });
      onClose();
    },
    onError: (error) => notices.problem(error),
  });
  const others = users.filter((each) => each.id !== user.id && each.is_active !== false && !each.account?.disabled_at);
  const manager = others.find((each) => each.id === managersOf(departments, user)[0]?.head);
  const ordered = manager ? [manager, ...others.filter((each) => each !== manager)] : others;
  return (
    <Modal
      open
      width={600}
      title={t`Hand over from ${user.name}`}
      onCancel={onClose}
      onOk={() => give.mutate()}
      okText={leaves ? t`Hand over and end their access` : t`Hand over`}
      okButtonProps={{ disabled: !to || !found.data, danger: leaves }}
      confirmLoading={give.isPending}
      footer={(buttons) => (
        <div className="q-hand-over-acts">
          {leaves && !user.account?.disabled_at && (
            <Button type="text" danger className="q-hand-over-end" loading={end.isPending} onClick={() => end.mutate()}>
              {t`Only end their access`}
            </Button>
          )}
          {buttons}
        </div>
      )}
    >
      {give.error && <ProblemBox error={give.error} known={[]} />}
      {found.isPending ? <Bones lines={3} title={false} /> : found.isError ? <Failed error={found.error} /> : <Goes belongings={found.data} waiting={waiting.data ?? []} />}
      <div className="q-fields q-fields-narrow">
        <div className="q-field">
          <label htmlFor={id}>{t`Successor`}</label>
          <Select id={id} className="q-fill" showSearch={{ optionFilterProp: "label" }} value={to} onChange={setTo} options={ordered.map((each) => ({ value: each.id, label: each === manager ? t`${each.name} (their manager)` : each.name }))} />
        </div>
        <Warnings waiting={waiting.data ?? []} successor={others.find((each) => each.id === to)?.name ?? ""} />
        <div className="q-field">
          <label htmlFor={`${id}-reason`}>{t`Reason`}</label>
          <Input id={`${id}-reason`} value={reason} onChange={(event) => setReason(event.target.value)} placeholder={t`Read in the trail of each request`} />
        </div>
        <Checkbox checked={leaves} disabled={user.id === me.user} onChange={(event) => setLeaves(event.target.checked)}>
          {t`${user.name} leaves: no more signing in`}
        </Checkbox>
      </div>
      <p className="q-muted q-small">{t`What stays: who created, changed or confirmed something, comments, history, and what can't be changed any more. That is the past.`}</p>
    </Modal>
  );
}

const sum = (rows: { count: number }[]): number => rows.reduce((all, each) => all + each.count, 0);

/** What the successor should know before. */
function Warnings({ waiting, successor }: { waiting: Waiting[]; successor: string }) {
  const { t } = useLingui();
  const shared = waiting.reduce((all, each) => all + each.shared, 0);
  const own = waiting.reduce((all, each) => all + each.own, 0);
  if (!successor || shared + own === 0) return null;
  return (
    <ul className="q-alert q-alert-mild">
      {own > 0 && <li>{t`${plural(own, { one: `${successor} submitted # of these requests and would decide their own.`, other: `${successor} submitted # of these requests and would decide their own.` })}`}</li>}
      {shared > 0 && <li>{t`${plural(shared, { one: `${successor} is asked in # of these requests already; where at the same step, one word counts for both.`, other: `${successor} is asked in # of these requests already; where at the same step, one word counts for both.` })}`}</li>}
    </ul>
  );
}

function Goes({ belongings, waiting }: { belongings: Belonging[]; waiting: Waiting[] }) {
  const { t } = useLingui();
  if (belongings.length + waiting.length === 0) return <p>{t`Nothing stands in this person's name.`}</p>;
  return (
    <table className="q-table q-belongings" aria-label={t`What goes over`}>
      {belongings.length > 0 && <Rows title={t`What goes over`} unit={t`Records`} rows={belongings.map(({ object, field, label, count }) => ({ key: `${object} ${field}`, label, count }))} />}
      {waiting.length > 0 && <Rows title={t`What waits for them, now or later`} unit={t`Requests`} rows={waiting.map(({ flow, label, count }) => ({ key: flow, label, count }))} />}
    </table>
  );
}

function Rows({ title, unit, rows }: { title: string; unit: string; rows: { key: string; label: string; count: number }[] }) {
  return (
    <tbody>
      <tr>
        <th scope="col">{title}</th>
        <th scope="col" className="q-right">
          {unit}
        </th>
      </tr>
      {rows.map(({ key, label, count }) => (
        <tr key={key}>
          <td>{label}</td>
          <td className="q-right q-number">{count}</td>
        </tr>
      ))}
    </tbody>
  );
}
