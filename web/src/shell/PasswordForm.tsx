import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { post } from "../kit/api";
import { useNotices } from "../kit/notices";
import { ProblemBox } from "../forms/ProblemBox";
import { problemsByPath } from "../forms/problems";
import "../forms/forms.css";

export function PasswordForm({ isFirst }: { isFirst?: boolean }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const change = useMutation({
    mutationFn: () => post("/api/session/password", { old, new: fresh }),
    onSuccess: () => {
      setOld("");
      setFresh("");
      setAgain("");
      notices.done(t`The password is changed; other devices are signed out`);
      void client.invalidateQueries({ queryKey: ["session"] });
    },
  });
  const problems = problemsByPath(change.error);
  const differs = again !== "" && again !== fresh;
  return (
    <>
      {change.error && Object.keys(problems).length === 0 && <ProblemBox error={change.error} known={[]} />}
      <form
        className="q-password"
        onSubmit={(event) => {
          event.preventDefault();
          if (!differs) change.mutate();
        }}
      >
        <label htmlFor="old">{t`Present password`}</label>
        <Input.Password id="old" autoFocus={isFirst} autoComplete="current-password" value={old} onChange={(event) => setOld(event.target.value)} required />
        {problems.old && <p role="alert" className="q-field-error">{problems.old}</p>}
        <label htmlFor="new">{t`New password`}</label>
        <Input.Password id="new" autoComplete="new-password" value={fresh} onChange={(event) => setFresh(event.target.value)} required />
        {problems.new && <p role="alert" className="q-field-error">{problems.new}</p>}
        <label htmlFor="again">{t`New password again`}</label>
        <Input.Password id="again" autoComplete="new-password" status={differs ? "error" : undefined} value={again} onChange={(event) => setAgain(event.target.value)} required />
        {differs && <p role="alert" className="q-field-error">{t`The two differ.`}</p>}
        <Button type="primary" htmlType="submit" loading={change.isPending} disabled={!old || !fresh || differs}>
          {t`Change the password`}
        </Button>
      </form>
    </>
  );
}
