import { useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { type ChangeEvent, type FormEvent, useState } from "react";
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

interface SignIn {
  workspace: string;
  login: string;
  password: string;
}

export function useSignIn(onIn: (me: Me) => void) {
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);

  async function signIn(given: SignIn): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const { me } = await post<{ me: Me }>("/api/session", given);
      remember("workspace", given.workspace);
      setZone(me.company?.timezone);
      await speak(me.language);
      onIn(me);
    } catch (problem) {
      setError(problem as Error);
      setBusy(false);
    }
  }

  return { signIn, error, busy };
}

export default function SignInPage() {
  const { t } = useLingui();
  const client = useQueryClient();
  const { signIn, error, busy } = useSignIn((me) => client.setQueryData(["session"], me));
  return (
    <div className="q-sign-in">
      <main className="q-sign-in-card">
        <header>
          <Logo size={40} />
          <LanguageSwitch />
        </header>
        <h1>{t`Sign in to Queti`}</h1>
        <p className="q-muted">{t`The brackets that carry your company's work.`}</p>
        <div className="q-sign-in-form">
          <SignInForm onSignIn={signIn} error={error} busy={busy} />
        </div>
        <Samples onPick={signIn} />
      </main>
    </div>
  );
}

interface SignInFormProps {
  /** Who was at work before. */
  who?: Pick<Me, "workspace" | "login">;
  onSignIn: (given: SignIn) => Promise<void>;
  error: Error | null;
  busy: boolean;
}

export function SignInForm({ who, onSignIn, error, busy }: SignInFormProps) {
  const { t } = useLingui();
  const words = useProblemWords();
  const [given, setGiven] = useState<SignIn>(() => ({ workspace: recall("workspace", ""), login: "", ...who, password: "" }));
  const shared = (name: keyof SignIn) => ({
    id: name,
    size: "large" as const,
    required: true,
    autoCapitalize: "none",
    value: given[name],
    onChange: (event: ChangeEvent<HTMLInputElement>) => setGiven({ ...given, [name]: event.target.value }),
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    void onSignIn({ ...given, workspace: given.workspace.trim(), login: given.login.trim() });
  }

  return (
    <form onSubmit={submit}>
      <label htmlFor="workspace">{t`Workspace`}</label>
      <Input {...shared("workspace")} autoComplete="organization" autoFocus={!given.workspace} />
      <label htmlFor="login">{t`Login`}</label>
      <Input {...shared("login")} autoComplete="username" autoFocus={!who && Boolean(given.workspace)} />
      <label htmlFor="password">{t`Password`}</label>
      <Input.Password {...shared("password")} autoComplete="current-password" autoFocus={Boolean(who)} />
      {error && (
        <p role="alert" className="q-alert">
          {error instanceof Problem && error.status === 401 && !error.body.detail ? t`Workspace, login or password is wrong.` : words(error)}
        </p>
      )}
      <Button type="primary" size="large" htmlType="submit" block loading={busy}>
        {t`Sign in`}
      </Button>
    </form>
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
