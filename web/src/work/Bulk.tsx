/** Many at once, with one reason: those that can be decided are, of the others it is told why not. */
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { lazy, Suspense, useState } from "react";
import { post } from "../kit/api";
import { useNotices } from "../kit/notices";
import { useActKey } from "../kit/once";
import type { RecordAnswer } from "../records/definitions";
import { refreshAfterWrite } from "../records/writes";
import { useActWords } from "./words";

const ActDialog = lazy(() => import("./ActDialog"));

interface Decided {
  task: number;
  title: string;
  done: boolean;
  problem: string | null;
}

export function Bulk({ tasks, onDone }: { tasks: RecordAnswer[]; onDone: () => void }) {
  const { t } = useLingui();
  const words = useActWords();
  const notices = useNotices();
  const client = useQueryClient();
  const { keyFor, done } = useActKey();
  const [reason, setReason] = useState("");
  const [isGiving, setGiving] = useState(false);
  const [left, setLeft] = useState<Decided[]>([]);
  const doing = useMutation({
    mutationFn: (decision: "approve" | "reject") => {
      const inputs = { task: tasks.map(({ id }) => id), decision, reason: reason.trim() || null };
      return post<{ result: Decided | Decided[] }>("/api/operations/flow.decide_many", inputs, keyFor(inputs));
    },
    onSuccess: ({ result }, decision) => {
      done();
      const decided = [result].flat();
      const refused = decided.filter((each) => !each.done);
      const count = decided.length - refused.length;
      if (count > 0) notices.done(t`${words(decision)}: ${plural(count, { one: "# task", other: "# tasks" })}`);
      setLeft(refused);
      if (refused.length === 0) onDone();
      return refreshAfterWrite(client);
    },
    onError: (error) => {
      notices.problem(error);
      return refreshAfterWrite(client);
    },
  });
  return (
    <div className="q-work-bulk" role="group" aria-label={t`Those selected`}>
      {left.length > 0 && (
        <ul role="alert" className="q-alert">
          {left.map((each) => (
            <li key={each.task}>
              <strong>{each.title}</strong> {each.problem}
            </li>
          ))}
        </ul>
      )}
      <Input aria-label={t`One reason for all`} placeholder={t`One reason for all`} value={reason} onChange={(event) => setReason(event.target.value)} />
      <div>
        <Button type="primary" loading={doing.isPending && doing.variables === "approve"} onClick={() => doing.mutate("approve")}>
          {t`Approve ${tasks.length}`}
        </Button>
        <Button className="q-no" loading={doing.isPending && doing.variables === "reject"} onClick={() => doing.mutate("reject")}>
          {t`Reject ${tasks.length}`}
        </Button>
        <Button onClick={() => setGiving(true)}>{t`Hand over ${tasks.length}`}</Button>
        <Button type="text" onClick={onDone}>
          {t`Select none`}
        </Button>
      </div>
      <Suspense>{isGiving && <ActDialog act="hand_over" subject={{ task: tasks.map(({ id }) => id) }} reason={reason} onClose={() => setGiving(false)} onActed={onDone} />}</Suspense>
    </div>
  );
}
