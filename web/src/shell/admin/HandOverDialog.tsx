/** Somebody leaves or changes place: what stands in their name goes to a colleague, all of it or nothing. */
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Modal, Select } from "antd";
import { useId, useState } from "react";
import { ProblemBox } from "../../forms/ProblemBox";
import { post } from "../../kit/api";
import { useNotices } from "../../kit/notices";
import { Bones, Failed } from "../../kit/states";
import { refreshAfterWrite } from "../../records/writes";
import { useMe } from "../session";
import type { User } from "./people";

interface Belonging {
  object: string;
  field: string;
  label: string;
  count: number;
}

const perform = async (operation: string, inputs: Record<string, unknown>): Promise<Belonging[]> => (await post<{ result: Belonging[] }>(`/api/operations/base.${operation}`, inputs)).result;

export const belongingsOf = (user: User): Promise<Belonging[]> => perform("list_belongings", { person: user.id });

export function HandOverDialog({ user, users, onClose }: { user: User; users: User[]; onClose: () => void }) {
  const { t } = useLingui();
  const id = useId();
  const me = useMe();
  const client = useQueryClient();
  const notices = useNotices();
  const [to, setTo] = useState<number>();
  const [leaves, setLeaves] = useState(user.id !== me.user);
  const found = useQuery({ queryKey: ["belongings", user.id], queryFn: () => belongingsOf(user), gcTime: 0, retry: false });
  const give = useMutation({
    mutationFn: () => perform("hand_over", { person: user.id, to, leaves }),
    onSuccess: (given) => {
      const count = given.reduce((sum, each) => sum + each.count, 0);
      notices.done(leaves ? t`${count} records went over; ${user.name} can't sign in any more` : t`${count} records went over`);
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
  return (
    <Modal
      open
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
      {found.isPending ? <Bones lines={3} title={false} /> : found.isError ? <Failed error={found.error} /> : <Goes belongings={found.data} />}
      <div className="q-fields q-fields-narrow">
        <div className="q-field">
          <label htmlFor={id}>{t`Successor`}</label>
          <Select id={id} className="q-fill" showSearch={{ optionFilterProp: "label" }} value={to} onChange={setTo} options={others.map((each) => ({ value: each.id, label: each.name }))} />
        </div>
        <Checkbox checked={leaves} disabled={user.id === me.user} onChange={(event) => setLeaves(event.target.checked)}>
          {t`${user.name} leaves: no more signing in`}
        </Checkbox>
      </div>
      <p className="q-muted q-small">{t`What stays: who created, changed or confirmed something, comments, history, and what can't be changed any more. That is the past.`}</p>
    </Modal>
  );
}

function Goes({ belongings }: { belongings: Belonging[] }) {
  const { t } = useLingui();
  if (belongings.length === 0) return <p>{t`Nothing stands in this person's name.`}</p>;
  return (
    <table className="q-table q-belongings" aria-label={t`What goes over`}>
      <thead>
        <tr>
          <th scope="col">{t`What goes over`}</th>
          <th scope="col" className="q-right">{t`Records`}</th>
        </tr>
      </thead>
      <tbody>
        {belongings.map(({ object, field, label, count }) => (
          <tr key={`${object} ${field}`}>
            <td>{label}</td>
            <td className="q-right q-number">{count}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
