import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Segmented } from "antd";
import { useState } from "react";
import { post } from "../kit/api";
import type { Language } from "../kit/i18n";
import { useIsPhone } from "../kit/media";
import { useNotices } from "../kit/notices";
import { PageTitle } from "../kit/PageTitle";
import { useSetting } from "../kit/settings";
import { ProblemBox } from "../forms/ProblemBox";
import { problemsByPath } from "../forms/problems";
import type { ThemeChoice } from "./App";
import { useLocale } from "./App";
import { changeLanguage, useMe, useSignOut } from "./session";
import "../forms/forms.css";

export function Component() {
  const { t } = useLingui();
  const me = useMe();
  const client = useQueryClient();
  const signOut = useSignOut();
  const isPhone = useIsPhone();
  const locale = useLocale();
  const [theme, setTheme] = useSetting<ThemeChoice>("theme", "auto");

  async function choose(language: Language): Promise<void> {
    await changeLanguage(language, true);
    client.setQueryData(["session"], { ...me, language });
    await client.invalidateQueries();
  }

  return (
    <div className="q-narrow">
      <PageTitle title={t`My account`} />
      <section className="q-box">
        <dl className="q-facts q-facts-one">
          <Fact label={t`Name`} value={me.name} />
          <Fact label={t`Login`} value={me.login} />
          <Fact label={t`Workspace`} value={me.workspace} />
          <Fact label={t`Roles`} value={me.roles.join(", ")} />
        </dl>
      </section>
      <section className="q-box">
        <h2>{t`Look and language`}</h2>
        <div className="q-settings">
          <span id="language-label">{t`Language`}</span>
          <Segmented
            aria-labelledby="language-label"
            value={locale}
            options={[
              { value: "en", label: "English" },
              { value: "zh", label: "中文" },
            ]}
            onChange={(value) => void choose(value as Language)}
          />
          <span id="theme-label">{t`Theme`}</span>
          <Segmented
            aria-labelledby="theme-label"
            value={theme}
            options={[
              { value: "light", label: t`Light` },
              { value: "dark", label: t`Dark` },
              { value: "auto", label: t`As the system` },
            ]}
            onChange={(value) => setTheme(value as ThemeChoice)}
          />
        </div>
      </section>
      <PasswordForm mustChange={Boolean(me.must_change)} />
      {isPhone && (
        <Button block danger onClick={() => void signOut()}>
          {t`Sign out`}
        </Button>
      )}
    </div>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div className="q-fact">
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function PasswordForm({ mustChange }: { mustChange: boolean }) {
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
    <section className="q-box">
      <h2>{t`Password`}</h2>
      {mustChange && <p className="q-note">{t`This password was given to you. Choose one that only you know.`}</p>}
      {change.error && Object.keys(problems).length === 0 && <ProblemBox error={change.error} known={[]} />}
      <form
        className="q-password"
        onSubmit={(event) => {
          event.preventDefault();
          if (!differs) change.mutate();
        }}
      >
        <label htmlFor="old">{t`Present password`}</label>
        <Input.Password id="old" autoComplete="current-password" value={old} onChange={(event) => setOld(event.target.value)} required />
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
    </section>
  );
}
