/** Going live: the day, what the rows name, the four spreadsheets beside their accounts, and the one press that takes all in. */
import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { CircleCheck, Flag, Undo2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { ProblemBox } from "../forms/ProblemBox";
import { FieldGrid } from "../forms/FieldGrid";
import { Problem } from "../kit/api";
import { inSentence } from "../kit/i18n";
import { PageTitle } from "../kit/PageTitle";
import { Bones, Failed, FailedPage } from "../kit/states";
import { showDate, todayText } from "../kit/time";
import { useDefs } from "../records/context";
import { objectPath, type OperationInfo, type RecordAnswer, recordPath } from "../records/definitions";
import { OperationDialog } from "../records/operations/OperationDialog";
import { usePerform } from "../records/operations/perform";
import { isReady, monthEndBefore, namedFirst, useCheck, useLive } from "./opening";
import { Parts } from "./Parts";
import "../records/records.css";
import "../forms/forms.css";
import "./opening.css";

export function Component() {
  const { operations } = useDefs();
  const open = operations["finance.open_books"];
  return open ? <GoLivePage open={open} /> : <FailedPage error={new Problem(404, { detail: "finance.open_books" })} />;
}

function GoLivePage({ open }: { open: OperationInfo }) {
  const { t } = useLingui();
  const live = useLive();
  if (live.error) return <FailedPage error={live.error} />;
  return (
    <div className="q-golive">
      <PageTitle title={t`Go live`} />
      {!live.isKnown && <Bones lines={8} />}
      {live.isKnown && (live.opening ? <Live opening={live.opening} /> : <Guide open={open} />)}
    </div>
  );
}

function Guide({ open }: { open: OperationInfo }) {
  const { t } = useLingui();
  const [address, setAddress] = useSearchParams();
  const on = address.get("on") ?? monthEndBefore(todayText());
  const check = useCheck(on, true);
  const perform = usePerform(open, []);
  return (
    <>
      <p className="q-muted">{t`Your stock, what is owed to you and by you, and the balances of your accounts begin here, all on one day. They are taken in together or not at all.`}</p>
      {check.data?.notice && <Begun text={check.data.notice.text} />}
      <Step number={1} title={t`The day`}>
        <p className="q-muted">{t`The balances are those at the end of this day; everything after it is entered as it happens.`}</p>
        <FieldGrid
          fields={open.inputs}
          values={{ opened_on: on }}
          labels={{}}
          problems={{}}
          onChange={(_, value) => setAddress({ on: String(value ?? "") }, { replace: true })}
          isNew
          focusOn=""
        />
      </Step>
      <Step number={2} title={t`What the rows name`}>
        <p className="q-muted">{t`Products, partners, places and accounts are imported first, each from a spreadsheet of its own.`}</p>
        <NamedFirst />
      </Step>
      <Step number={3} title={t`The balances`}>
        <p className="q-muted">{t`Fill in the templates, import them, and mend rows in their lists. Stock value, receivables and payables must equal their accounts to the cent.`}</p>
        {check.error && <Failed error={check.error} retry={() => void check.refetch()} />}
        {check.data ? <Parts sides={check.data.rows} /> : !check.error && <Bones lines={5} title={false} />}
      </Step>
      <Step number={4} title={t`Open the books`}>
        {perform.error && <ProblemBox error={perform.error} known={[]} />}
        <p className="q-muted">
          {isReady(check.data)
            ? t`Everything agrees. Until the first posting after it, this can be taken back.`
            : t`Possible as soon as there are balances and all of them agree.`}
        </p>
        <Button type="primary" icon={<Flag size={15} aria-hidden />} disabled={!isReady(check.data)} loading={perform.isPending} onClick={() => perform.mutate({ opened_on: on })}>
          {t`Open the books on ${showDate(on)}`}
        </Button>
      </Step>
    </>
  );
}

/** Most often somebody looks at this in the sample company. */
function Begun({ text }: { text: string }) {
  const { t } = useLingui();
  return (
    <p className="q-note" role="note">
      {text} {t`A company of your own begins with “queti workspace create”; “queti sample remove” takes the sample company away.`}
    </p>
  );
}

function Step({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  return (
    <section className="q-box q-golive-step" aria-labelledby={`golive-${number}`}>
      <span className="q-golive-number" aria-hidden>
        {number}
      </span>
      <div>
        <h2 id={`golive-${number}`}>{title}</h2>
        {children}
      </div>
    </section>
  );
}

function NamedFirst() {
  const { t } = useLingui();
  const definitions = useDefs();
  return (
    <ul className="q-golive-named">
      {namedFirst(definitions).map((name) => {
        const object = definitions.objects[name];
        return object ? (
          <li key={name}>
            <Link to={objectPath(name)}>{object.plural}</Link>
            {object.may.create && <Link className="q-muted" to={`/import${objectPath(name)}`} aria-label={t`Import ${inSentence(object.plural)}`}>{t`Import`}</Link>}
          </li>
        ) : null;
      })}
    </ul>
  );
}

function Live({ opening }: { opening: RecordAnswer }) {
  const { t } = useLingui();
  const definitions = useDefs();
  const check = useCheck(String(opening.opened_on), true);
  const sheet = definitions.operations["finance.balance_sheet"];
  return (
    <section className="q-box q-golive-live">
      <h2>
        <CircleCheck size={18} aria-hidden /> {t`The books are open`}
      </h2>
      <p>{t`They began with the balances at the end of ${showDate(String(opening.opened_on))}.`}</p>
      <p className="q-muted">
        {check.data?.notice ? t`Postings stand on them by now, so the opening stays.` : t`Until the first posting the opening can be taken back: its rows can then be mended and the books opened again.`}
      </p>
      <div className="q-page-actions">
        <ButtonLink to={recordPath("finance.opening", opening.id)}>{String(opening.number)}</ButtonLink>
        {sheet && <ButtonLink to={`/do/finance/balance_sheet?on=${String(opening.opened_on)}`}>{sheet.label}</ButtonLink>}
        {check.data && !check.data.notice && <TakeBack opening={opening} />}
      </div>
    </section>
  );
}

function ButtonLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Link to={to}>
      <Button tabIndex={-1}>{children}</Button>
    </Link>
  );
}

function TakeBack({ opening }: { opening: RecordAnswer }) {
  const { operations, objects } = useDefs();
  const [isAsked, setAsked] = useState(false);
  const operation = operations["finance.take_back_opening"];
  if (!operation) return null;
  return (
    <>
      <Button danger icon={<Undo2 size={15} aria-hidden />} onClick={() => setAsked(true)}>
        {operation.label}
      </Button>
      {isAsked && <OperationDialog operation={operation} object={objects["finance.opening"]} records={[opening]} onClose={() => setAsked(false)} />}
    </>
  );
}
