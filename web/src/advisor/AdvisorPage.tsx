/** Where to begin: a company that has no app yet is asked what it does, told what to begin with and why, and gets what it takes. */
import { Plural, useLingui } from "@lingui/react/macro";
import { Button, Checkbox } from "antd";
import { ArrowLeft, ArrowRight, Check, CornerDownRight } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { Link, useNavigate } from "react-router";
import { NamedIcon } from "../kit/icons";
import { useNotices } from "../kit/notices";
import { PageTitle } from "../kit/PageTitle";
import { Bones, EmptyState, Failed } from "../kit/states";
import { ToneTag } from "../kit/ToneTag";
import { useDefs } from "../records/context";
import { useMe } from "../shell/session";
import { alongWith, type Answers, beginning, firstTaken, type Question, type Suggested, useFollow, useQuestions, useSuggested } from "./advice";
import "./advisor.css";

export function Component() {
  const { t } = useLingui();
  const me = useMe();
  if (!me.administers) return <EmptyState title={t`For builders`}>{t`Ask an administrator of your workspace for a role that may change apps.`}</EmptyState>;
  return <Advisor above={<Link to="/design/apps">{t`Apps`}</Link>} />;
}

export default function Advisor({ above }: { above?: ReactNode }) {
  const { t } = useLingui();
  const { language } = useDefs();
  const { data, error, refetch } = useQuestions(language);
  const [changed, setChanged] = useState<Answers>({});
  const [asked, setAsked] = useState<Answers | null>(null);
  const answers = data && { ...beginning(data.questions, data.last), ...changed };
  return (
    <div className="q-advisor">
      <PageTitle title={asked ? t`We suggest` : t`Where do you want to begin?`} above={above} />
      {error ? (
        <Failed error={error} retry={refetch} />
      ) : !data || !answers ? (
        <Bones lines={8} title={false} />
      ) : asked ? (
        <Suggestion answers={asked} onBack={() => setAsked(null)} />
      ) : (
        <Questions questions={data.questions} answers={answers} onAnswer={(name, value) => setChanged({ ...changed, [name]: value })} onDone={() => setAsked(answers)} />
      )}
    </div>
  );
}

interface QuestionsProps {
  questions: Question[];
  answers: Answers;
  onAnswer: (name: string, value: string | boolean) => void;
  onDone: () => void;
}

function Questions({ questions, answers, onAnswer, onDone }: QuestionsProps) {
  const { t } = useLingui();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onDone();
      }}
    >
      <p className="q-advisor-lead">{t`Tell us in a minute how you work. We say which apps to begin with, in which order and why; you decide.`}</p>
      <div className="q-advisor-questions">
        {questions.map((question) => (
          <Asked key={question.name} question={question} value={answers[question.name]} onAnswer={(value) => onAnswer(question.name, value)} />
        ))}
      </div>
      <footer className="q-advisor-foot">
        <Button type="primary" size="large" htmlType="submit" icon={<ArrowRight size={17} aria-hidden />} iconPlacement="end">
          {t`Show what you suggest`}
        </Button>
        <ByMyself />
      </footer>
    </form>
  );
}

function ByMyself() {
  const { t } = useLingui();
  return <Link to="/design/apps">{t`I choose by myself`}</Link>;
}

function Asked({ question, value, onAnswer }: { question: Question; value: string | boolean | undefined; onAnswer: (value: string | boolean) => void }) {
  const { t } = useLingui();
  const id = useId();
  const choices: { value: string | boolean; label: string }[] =
    question.type === "boolean"
      ? [
          { value: false, label: t`No` },
          { value: true, label: t`Yes` },
        ]
      : question.choices.map((choice) => ({ value: choice.name, label: choice.label }));
  return (
    <fieldset className="q-asked">
      <legend>{question.label}</legend>
      {question.help && <p className="q-muted">{question.help}</p>}
      <div className="q-asked-choices">
        {choices.map((choice) => (
          <label key={String(choice.value)} className="q-asked-choice">
            <input type="radio" name={id} checked={value === choice.value} onChange={() => onAnswer(choice.value)} />
            <span>{choice.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Suggestion({ answers, onBack }: { answers: Answers; onBack: () => void }) {
  const { language } = useDefs();
  const { data, error, refetch } = useSuggested(answers, language);
  if (error) return <Failed error={error} retry={refetch} />;
  if (!data) return <Bones lines={8} title={false} />;
  return <Suggestions apps={data} answers={answers} onBack={onBack} />;
}

function Suggestions({ apps, answers, onBack }: { apps: Suggested[]; answers: Answers; onBack: () => void }) {
  const { t } = useLingui();
  const [taken, setTaken] = useState(() => firstTaken(apps));
  const [isBusy, setBusy] = useState(false);
  const follow = useFollow();
  const notices = useNotices();
  const navigate = useNavigate();
  const along = alongWith(apps, taken);
  const take = (app: string, isTaken: boolean) => setTaken(isTaken ? [...taken, app] : taken.filter((each) => each !== app));
  const listed = (isNow: boolean) => apps.filter((app) => app.now === isNow);

  async function install(): Promise<void> {
    setBusy(true);
    try {
      await follow(taken, answers);
      await navigate("/");
      notices.done(t`Your apps are ready; they stand in the menu.`);
    } catch (error) {
      notices.problem(error);
      setBusy(false);
    }
  }

  return (
    <>
      <Group title={t`Begin with`} apps={listed(true)} taken={taken} onTake={take} isOrdered />
      <Group title={t`Leave for later`} apps={listed(false)} taken={taken} onTake={take} />
      <footer className="q-advisor-foot">
        {taken.length > 0 && (
          <Button type="primary" size="large" loading={isBusy} onClick={() => void install()}>
            {isBusy ? t`Setting up your apps; this takes some seconds` : <Plural value={taken.length} one="Install # app" other="Install # apps" />}
          </Button>
        )}
        <Button size="large" disabled={isBusy} icon={<ArrowLeft size={16} aria-hidden />} onClick={onBack}>
          {t`Change answers`}
        </Button>
        <ByMyself />
        {along.length > 0 && <p className="q-muted">{t`Comes along because these need it: ${along.map((each) => each.label).join(t`, `)}`}</p>}
      </footer>
    </>
  );
}

interface GroupProps {
  title: string;
  apps: Suggested[];
  taken: string[];
  onTake: (app: string, isTaken: boolean) => void;
  isOrdered?: boolean;
}

function Group({ title, apps, taken, onTake, isOrdered = false }: GroupProps) {
  if (apps.length === 0) return null;
  return (
    <section aria-label={title} className={isOrdered ? "q-advised-now" : undefined}>
      <h2>{title}</h2>
      <ul className="q-advised">
        {apps.map((app, at) => (
          <AppPart key={app.app} app={app} place={isOrdered ? at + 1 : 0} isTaken={taken.includes(app.app)} onTake={(isTaken) => onTake(app.app, isTaken)} />
        ))}
      </ul>
    </section>
  );
}

function AppPart({ app, place, isTaken, onTake }: { app: Suggested; place: number; isTaken: boolean; onTake: (isTaken: boolean) => void }) {
  const { t } = useLingui();
  return (
    <li className={`q-advised-app${isTaken ? " q-advised-taken" : ""}`}>
      <span className="q-card-icon">
        <NamedIcon name={app.icon || "factory"} app={app.app} size={20} />
      </span>
      <div>
        <h3>
          {place > 0 && <span>{place}</span>} {app.offered ? app.label : t`Production`}
        </h3>
        {app.help && <p className="q-muted">{app.help}</p>}
        <ul className="q-advised-why">
          {app.why.map((reason) => (
            <li key={reason}>
              <CornerDownRight size={15} aria-hidden /> <span>{reason}</span>
            </li>
          ))}
        </ul>
      </div>
      <Take app={app} isTaken={isTaken} onTake={onTake} />
    </li>
  );
}

function Take({ app, isTaken, onTake }: { app: Suggested; isTaken: boolean; onTake: (isTaken: boolean) => void }) {
  const { t } = useLingui();
  if (!app.offered) return <ToneTag tone="neutral">{t`Not there yet`}</ToneTag>;
  if (app.installed)
    return (
      <ToneTag tone="good">
        <Check size={12} aria-hidden /> {t`Installed`}
      </ToneTag>
    );
  return (
    <Checkbox checked={isTaken} onChange={(event) => onTake(event.target.checked)} aria-label={t`Install ${app.label}`}>
      {t`Install`}
    </Checkbox>
  );
}
