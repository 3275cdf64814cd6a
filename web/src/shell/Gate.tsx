/** Signed out: the sign-in page, over what somebody is at work on when their session ends. With a password that somebody else gave: its change. Signed in: definitions, live events and the shell. */
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState } from "react";
import { ScrollRestoration } from "react-router";
import { onSignedOut } from "../kit/api";
import { speak } from "../kit/i18n";
import { Bones, FailedPage } from "../kit/states";
import { DefinitionsProvider } from "../records/context";
import { useCompany } from "../records/company";
import { useDefinitions, type Values } from "../records/definitions";
import { refreshAfterWrite } from "../records/writes";
import { useLocale } from "./App";
import { useLiveEvents } from "./events";
import { type Me, useSession } from "./session";
import { Shell } from "./Shell";

const ChoosePasswordPage = lazy(() => import("./ChoosePasswordPage"));
const SignInAgain = lazy(() => import("./SignInAgain"));
const SignInPage = lazy(() => import("./SignInPage"));

export function Gate() {
  const client = useQueryClient();
  const session = useSession();
  const [hasEnded, setEnded] = useState(false);
  useEffect(() => onSignedOut(() => setEnded(true)), []);

  async function goOn(me: Me): Promise<void> {
    client.setQueryData(["session"], me);
    setEnded(false);
    await client.invalidateQueries();
  }

  if (session.isPending) return <Bones lines={0} title={false} />;
  if (session.isError)
    return (
      <main className="q-main">
        <FailedPage error={session.error} retry={() => session.refetch()} />
      </main>
    );
  if (session.data && !session.data.must_change)
    return (
      <>
        <SignedIn key={session.data.login} />
        <Suspense>{hasEnded && <SignInAgain was={session.data} onBack={(me) => void goOn(me)} />}</Suspense>
      </>
    );
  return <Suspense>{session.data ? <ChoosePasswordPage /> : <SignInPage />}</Suspense>;
}

function currencyOf(company: Values | undefined, me: Me | null | undefined): string {
  const told = company?.["currency._label"] ?? me?.company?.currency;
  return typeof told === "string" && told ? told : "CNY";
}

function SignedIn() {
  const client = useQueryClient();
  const { data: me } = useSession();
  const locale = useLocale();
  const definitions = useDefinitions(locale);
  const company = useCompany(definitions.data, me?.company);
  useLiveEvents(me?.login ?? "");
  // What the server said in the other language is asked for again.
  useEffect(
    () => () => {
      void client.invalidateQueries({ queryKey: ["session"] });
      void refreshAfterWrite(client);
    },
    [client, locale],
  );
  useEffect(() => {
    if (me?.language && me.language !== locale) void speak(me.language);
    // Only when the account says another language on signing in; the switch in the bar has its own way.
  }, [me?.login]);

  if (definitions.isError && !definitions.data)
    return (
      <main className="q-main">
        <FailedPage error={definitions.error} retry={() => definitions.refetch()} />
      </main>
    );
  if (!definitions.data) return <Bones lines={8} />;
  return (
    <DefinitionsProvider value={{ definitions: definitions.data, currency: currencyOf(company, me), company }}>
      <Shell />
      <ScrollRestoration />
    </DefinitionsProvider>
  );
}
