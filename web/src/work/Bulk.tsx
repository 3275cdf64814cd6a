/** Many at once, with one reason: all or none. */
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { post } from "../kit/api";
import { useNotices } from "../kit/notices";
import { useActKey } from "../kit/once";
import type { RecordAnswer } from "../records/definitions";
import { refreshAfterWrite } from "../records/writes";
import { useActWords } from "./words";

export function Bulk({ tasks, onDone }: { tasks: RecordAnswer[]; onDone: () => void }) {
  const { t } = useLingui();
  const words = useActWords();
  const notices = useNotices();
  const client = useQueryClient();
  const { keyFor, done } = useActKey();
  const [reason, setReason] = useState("");
  const doing = useMutation({
    mutationFn: (act: "approve" | "reject") => {
      const calls = tasks.map(({ id }) => ({ task: id, reason: reason.trim() || null }));
      return post(`/api/operations/flow.${act}`, calls, keyFor({ act, calls }));
    },
    onSuccess: (_, act) => {
      done();
      notices.done(t`${words(act)}: ${plural(tasks.length, { one: "# task", other: "# tasks" })}`);
      onDone();
      return refreshAfterWrite(client);
    },
    onError: (error) => {
      notices.problem(error);
      return refreshAfterWrite(client);
    },
  });
  return (
    <div className="q-work-bulk" role="group" aria-label={t`Those selected`}>
      <Input aria-label={t`One reason for all`} placeholder={t`One reason for all`} value={reason} onChange={(event) => setReason(event.target.value)} />
      <div>
        <Button type="primary" loading={doing.isPending && doing.variables === "approve"} onClick={() => doing.mutate("approve")}>
          {t`Approve ${tasks.length}`}
        </Button>
        <Button danger loading={doing.isPending && doing.variables === "reject"} onClick={() => doing.mutate("reject")}>
          {t`Reject ${tasks.length}`}
        </Button>
        <Button type="text" onClick={onDone}>
          {t`Select none`}
        </Button>
      </div>
    </div>
  );
}
