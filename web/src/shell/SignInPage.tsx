import { useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { type FormEvent, useState } from "react";
import { get, post, Problem } from "../kit/api";
import { speak } from "../kit/i18n";
import { Logo } from "../kit/Logo";
import { recall, remember } from "../kit/settings";
import { useProblemWords } from "../kit/states";
import { setZone } from "../kit/time";
import { LanguageSwitch } from "./LanguageSwitch";
import type { Me } from "./session";

interface Sample {
  workspace: string;
  login: string;
  name?: string;
  label?: string;
  role?: string;
  roles?: string[];
  password: string;
}

export default function SignInPage() {
  const { t } = useLingui();
  const client = useQueryClient();
  const words = useProblemWords();
  const [workspace, setWorkspace] = useState(() => recall("workspace", ""));
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  async function signIn(given: { workspace: string; login: string; password: string }): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const { me } = await post<{ me: Me }>("/api/session", given);
      remember("workspace", given.workspace);
      setZone(me.company?.timezone);
      await speak(me.language);
      client.setQueryData(["session"], me);
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    void signIn({ workspace: workspace.trim(), login: login.trim(), password });
  }

  return (
    <div className="q-sign-in">
      <main className="q-sign-in-card">
        <header>
          <Logo size={40} />
          <LanguageSwitch />
        </header>
        <h1>{t`Sign in to Queti`}</h1>
        <p className="q-muted">{t`The brackets that carry your company's work.`}</p>
        <form onSubmit={submit}>
          <label htmlFor="workspace">{t`Workspace`}</label>
          <Input
            id="workspace"
            size="large"
            value={workspace}
            onChange={(event) => setWorkspace(event.target.value)}
            autoComplete="organization"
            autoCapitalize="none"
            autoFocus={!workspace}
            required
          />
          <label htmlFor="login">{t`Login`}</label>
          <Input
            id="login"
            size="large"
            value={login}
            onChange={(event) => setLogin(event.target.value)}
            autoComplete="username"
            autoCapitalize="none"
            autoFocus={Boolean(workspace)}
            required
          />
          <label htmlFor="password">{t`Password`}</label>
          <Input.Password
            id="password"
            size="large"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            autoComplete="current-password"
            required
          />
          {error !== null && (
            <p role="alert" className="q-alert">
              {error instanceof Problem && error.status === 401 && !error.body.detail ? t`Workspace, login or password is wrong.` : words(error)}
            </p>
          )}
          <Button type="primary" size="large" htmlType="submit" block loading={busy}>
            {t`Sign in`}
          </Button>
        </form>
        <Samples onPick={signIn} />
      </main>
    </div>
  );
}

/** Only a server that answers to this machine alone lists sample sign-ins. */
function Samples({ onPick }: { onPick: (sample: Sample) => void }) {
  const { t } = useLingui();
  const { data } = useQuery({
    queryKey: ["samples"],
    queryFn: () => get<{ samples?: Sample[] } | Sample[]>("/api/session/samples").catch(() => []),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const samples = Array.isArray(data) ? data : (data?.samples ?? []);
  if (samples.length === 0) return null;
  return (
    <section className="q-samples" aria-label={t`Sample sign-ins`}>
      <h2>{t`Look around as`}</h2>
      <div>
        {samples.map((sample) => (
          <Button key={sample.login} onClick={() => onPick(sample)}>
            <strong>{sample.name ?? sample.login}</strong>
            <small>{sample.label ?? sample.role ?? sample.roles?.join(", ") ?? sample.login}</small>
          </Button>
        ))}
      </div>
      <p className="q-muted">{t`Sample company, on this machine only. The password is “${samples[0]?.password ?? ""}”.`}</p>
    </section>
  );
}
