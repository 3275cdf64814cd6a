/** A public form, or the record that was sent by one: for people without an account, on their phone first. */
import { useLingui } from "@lingui/react/macro";
import { keepPreviousData, QueryClientProvider, useMutation, useQuery } from "@tanstack/react-query";
import { Button, Typography } from "antd";
import { CircleCheck } from "lucide-react";
import { type FormEvent, useEffect, useState } from "react";
import { useParams } from "react-router";
import { createBody, startOfNew, useDraft, useSelf } from "../forms/draft";
import { RecordForm } from "../forms/RecordForm";
import { useStill } from "../forms/still";
import { get, post } from "../kit/api";
import { makeClient } from "../kit/client";
import { language } from "../kit/i18n";
import { Logo } from "../kit/Logo";
import { Bones, EmptyState } from "../kit/states";
import { DefinitionsProvider } from "../records/context";
import { kindOf } from "../records/fields/registry";
import { uploadTo, useUploading } from "../records/fields/upload";
import { useLocale } from "../shell/App";
import { LanguageSwitch } from "../shell/LanguageSwitch";
import { definitionsOf, ids, type PublicForm, type PublicRecord, withChoices } from "./form";
import "../records/records.css";
import "../forms/forms.css";
import "./public.css";

interface Sent {
  thanks: string;
  follow: string | null;
}

/** Nobody is signed in here, and nothing of the signed-in product is asked for. */
const nobody = () => {
  const client = makeClient({ retry: false, staleTime: Number.POSITIVE_INFINITY });
  client.setQueryData(["session"], { user: 0, name: "", login: "", roles: [], administers: false });
  return client;
};

export function Component() {
  const [client] = useState(nobody);
  const { secret = "" } = useParams();
  return (
    <main className="q-public">
      <header className="q-public-head">
        <Logo />
        <LanguageSwitch />
      </header>
      <QueryClientProvider client={client}>
        <Content key={secret} secret={secret} />
      </QueryClientProvider>
    </main>
  );
}

function Content({ secret }: { secret: string }) {
  const { t } = useLingui();
  const locale = useLocale();
  const shown = useQuery({
    queryKey: ["public", secret, locale],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => withChoices(secret, await get<PublicForm | PublicRecord>(`/api/public/${secret}`, undefined, signal), signal),
  });
  const title = shown.data?.title;
  useEffect(() => {
    if (title) document.title = title;
  }, [title]);
  if (shown.isPending) return <Bones lines={6} />;
  if (shown.isError) return <EmptyState title={t`Nothing to see here`}>{shown.error.message}</EmptyState>;
  return shown.data.kind === "record" ? <Followed record={shown.data} /> : <Asked secret={secret} form={shown.data} />;
}

function Asked({ secret, form }: { secret: string; form: PublicForm }) {
  useEffect(() => uploadTo(`/api/public/${secret}/files`), [secret]);
  const definitions = definitionsOf(form, language());
  return (
    <DefinitionsProvider value={{ definitions, currency: "", company: {} }}>
      <Filling secret={secret} form={form} />
    </DefinitionsProvider>
  );
}

function Filling({ secret, form }: { secret: string; form: PublicForm }) {
  const { t } = useLingui();
  const me = useSelf();
  const object = me.definitions.objects.form!;
  const [start] = useState(() => startOfNew(me.definitions, object, { values: {}, labels: {} }, me));
  const draft = useDraft(start.values, start.labels);
  const [trap, setTrap] = useState("");
  const send = useMutation({
    mutationFn: () => {
      const values = ids(form, createBody(me.definitions, object, draft, {}));
      return post<Sent>(`/api/public/${secret}`, { values, stamp: form.stamp, [form.honeypot]: trap });
    },
  });
  const isSending = useStill(send.isPending);
  const isUploading = useUploading();
  if (send.data) return <Thanks sent={send.data} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isSending && !isUploading && !draft.hasStepsLeft) send.mutate();
  };
  return (
    <form className="q-public-form" noValidate inert={isSending} onSubmit={submit}>
      <h1>{form.title}</h1>
      {form.intro && <p className="q-public-intro">{form.intro}</p>}
      <RecordForm object={object} draft={draft} error={send.error} isNew isNarrow />
      <input className="q-public-trap" name={form.honeypot} value={trap} tabIndex={-1} autoComplete="off" aria-hidden onChange={(event) => setTrap(event.target.value)} />
      {!draft.hasStepsLeft && (
        <Button type="primary" size="large" block htmlType="submit" loading={send.isPending} disabled={isUploading}>
          {isUploading ? t`A file is on its way …` : t`Send`}
        </Button>
      )}
    </form>
  );
}

function Thanks({ sent }: { sent: Sent }) {
  const { t } = useLingui();
  const address = sent.follow && `${location.origin}/f/${sent.follow}`;
  return (
    <section className="q-public-thanks" aria-live="polite">
      <CircleCheck size={40} aria-hidden />
      <h1>{sent.thanks || t`Thank you`}</h1>
      {address && (
        <>
          <p>{t`With this address you can see later how it goes on. Keep it: it is shown this once.`}</p>
          <Typography.Paragraph copyable={{ tooltips: [t`Copy`, t`Copied`] }} className="q-one-time">
            {address}
          </Typography.Paragraph>
          <a href={address}>{t`See it now`}</a>
        </>
      )}
    </section>
  );
}

function Followed({ record }: { record: PublicRecord }) {
  const { t } = useLingui();
  const row = Object.fromEntries(record.fields.map((field) => [field.name, field.value]));
  return (
    <section>
      <h1>{record.title}</h1>
      <dl className="q-public-record">
        {record.fields.map(({ value, ...field }) => {
          const { Cell } = kindOf(field);
          const isBlank = value === null || value === undefined || value === "";
          return (
            <div key={field.name}>
              <dt>{field.label}</dt>
              <dd>{isBlank ? <span className="q-muted">{t`not yet`}</span> : <Cell value={value} field={field} row={row} />}</dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
