import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Segmented, Switch } from "antd";
import type { Language } from "../kit/i18n";
import { useIsPhone } from "../kit/media";
import { useNotices } from "../kit/notices";
import { PageTitle } from "../kit/PageTitle";
import { useSetting } from "../kit/settings";
import type { ThemeChoice } from "./App";
import { useLocale } from "./App";
import { Tokens } from "./admin/Tokens";
import { PasswordForm } from "./PasswordForm";
import { changeLanguage, signOut, useMe, wantTaskMail } from "./session";
import "../records/records.css";
import "../forms/forms.css";

export function Component() {
  const { t } = useLingui();
  const me = useMe();
  const client = useQueryClient();
  const isPhone = useIsPhone();
  const notices = useNotices();
  const locale = useLocale();
  const [theme, setTheme] = useSetting<ThemeChoice>("theme", "auto");

  async function choose(language: Language): Promise<void> {
    await changeLanguage(language, true);
    client.setQueryData(["session"], { ...me, language });
    await client.invalidateQueries();
  }

  async function want(on: boolean): Promise<void> {
    const task_mail = on ? "on" : "off";
    try {
      await wantTaskMail(task_mail);
      client.setQueryData(["session"], { ...me, task_mail });
    } catch (error) {
      notices.problem(error);
    }
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
          {me.task_mail && (
            <>
              <span id="task-mail-label">{t`Tasks by mail`}</span>
              <Switch aria-labelledby="task-mail-label" checked={me.task_mail === "on"} onChange={(on) => void want(on)} />
            </>
          )}
        </div>
      </section>
      <section className="q-box">
        <h2>{t`Password`}</h2>
        <PasswordForm />
      </section>
      {!me.administers && (
        <section className="q-box">
          <h2>{t`API tokens`}</h2>
          <Tokens />
        </section>
      )}
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
