/** While I am away: who decides for me, on which days and in which flows; and for whom I decide. */
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { type ReactNode, useId } from "react";
import { Link } from "react-router";
import { FieldGrid } from "../forms/FieldGrid";
import { problemsByPath } from "../forms/problems";
import { Avatar } from "../kit/Avatar";
import { freshKey, post } from "../kit/api";
import { useNotices } from "../kit/notices";
import { PageTitle } from "../kit/PageTitle";
import { Bones, Failed, useProblemWords } from "../kit/states";
import { showDate, todayText } from "../kit/time";
import { ToneTag } from "../kit/ToneTag";
import type { Field } from "../records/definitions";
import { refreshAfterWrite } from "../records/writes";
import { useMe } from "../shell/session";
import { personField, useAnswers } from "./answers";
import { DEPUTY, type Deputy, spanOf, useDeputies } from "./away";
import { useEnding } from "./ending";
import { said, useFlows, useWaiting } from "./told";
import "../records/records.css";
import "../forms/forms.css";
import "./work.css";

export function Component() {
  const { t } = useLingui();
  const me = useMe();
  const deputies = useDeputies(me.user);
  const waiting = useWaiting();
  return (
    <div className="q-narrow q-away">
      <PageTitle title={t`While I am away`} above={<Link to="/work">{t`My work`}</Link>} />
      <section className="q-box">
        <h2>{t`Who decides for me`}</h2>
        <p className="q-muted">{t`What comes in these days goes to your deputy, and the trail says for whom they decided.`}</p>
        <NewDeputy />
        {waiting > 0 && (
          <p className="q-muted q-small">
            {t`What waits for you already stays with you.`} <Link to="/work/todo">{t`Select it under My work to hand it over.`}</Link>
          </p>
        )}
      </section>
      {deputies.isPending ? (
        <Bones lines={3} title={false} />
      ) : deputies.isError ? (
        <Failed error={deputies.error} retry={() => deputies.refetch()} />
      ) : (
        <>
          <Deputies title={t`My deputies`} deputies={deputies.data.mine} isMine />
          {deputies.data.others.length > 0 && <Deputies title={t`I decide for`} deputies={deputies.data.others} />}
        </>
      )}
      {me.administers && (
        <p className="q-muted">
          {t`Somebody leaves for good?`} <Link to="/admin/users">{t`Hand over what is theirs, with all that waits for them, under People.`}</Link>
        </p>
      )}
    </div>
  );
}

function NewDeputy() {
  const { t } = useLingui();
  const me = useMe();
  const client = useQueryClient();
  const notices = useNotices();
  const problem = useProblemWords();
  const { values, isWhole, shown } = useAnswers({ from_on: todayText(), until_on: null, flows: [] });
  const day = (name: string, label: string): Field => ({ name, type: "date", label, required: true });
  const fields: Field[] = [personField("deputy", t`Deputy`, { filter: `is_active and id != ${me.user}` }), day("from_on", t`First day`), day("until_on", t`Last day`)];
  const make = useMutation({
    mutationFn: () => post(`/api/records/${DEPUTY}`, { ...values, person: me.user, flows: (values.flows as string[]).length > 0 ? values.flows : null }, freshKey()),
    onSuccess: () => {
      notices.done(t`Your deputy is set`);
      shown.onChange("deputy", null);
      shown.onChange("until_on", null);
      return refreshAfterWrite(client);
    },
  });
  const problems = { ...problemsByPath(make.error), ...shown.problems };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole(fields)) make.mutate();
      }}
    >
      {make.error && Object.keys(problems).length === 0 && (
        <p role="alert" className="q-alert">
          {problem(make.error)}
        </p>
      )}
      <FieldGrid fields={fields} {...shown} problems={problems} isNew focusOn="-" columns={3} />
      <ForFlows value={values.flows as string[]} onChange={(flows) => shown.onChange("flows", flows)} />
      <Button type="primary" htmlType="submit" loading={make.isPending}>
        {t`Set the deputy`}
      </Button>
    </form>
  );
}

function ForFlows({ value, onChange }: { value: string[]; onChange: (flows: string[]) => void }) {
  const { t } = useLingui();
  const id = useId();
  const { data = [] } = useFlows();
  return (
    <div className="q-field">
      <label className="q-label" htmlFor={id}>
        {t`For which flows`}
      </label>
      <Select id={id} mode="multiple" className="q-fill" placeholder={t`All flows`} value={value} onChange={onChange} options={data.map((flow) => ({ value: flow.flow, label: said(flow.label) || flow.flow }))} showSearch={{ optionFilterProp: "label" }} />
    </div>
  );
}

function Deputies({ title, deputies, isMine = false }: { title: string; deputies: Deputy[]; isMine?: boolean }) {
  const { t } = useLingui();
  return (
    <section className="q-box">
      <h2>{title}</h2>
      {deputies.length === 0 && <p className="q-muted">{t`Nobody yet.`}</p>}
      <ul className="q-deputies" aria-label={title}>
        {deputies.map((each) => (
          <DeputyRow key={each.id} deputy={each} name={(isMine ? each["deputy._label"] : each["person._label"]) ?? "·"} end={isMine && spanOf(each) !== "over" ? <End deputy={each} /> : null} />
        ))}
      </ul>
    </section>
  );
}

function DeputyRow({ deputy, name, end }: { deputy: Deputy; name: string; end: ReactNode }) {
  const { t } = useLingui();
  const { data: flows = [] } = useFlows();
  const span = spanOf(deputy);
  const named = (deputy.flows ?? []).map((name) => said(flows.find((flow) => flow.flow === name)?.label) || name);
  return (
    <li>
      <Avatar name={name} size={28} />
      <div className="q-grow">
        <strong>{name}</strong>
        <span className="q-muted">{t`${showDate(deputy.from_on)} to ${showDate(deputy.until_on)}`}</span>
        <span className="q-muted">{named.length > 0 ? named.join(", ") : t`All flows`}</span>
      </div>
      {span === "now" ? <ToneTag tone="good">{t`Now`}</ToneTag> : span === "later" ? <ToneTag tone="info">{t`To come`}</ToneTag> : <ToneTag>{t`Over`}</ToneTag>}
      {end}
    </li>
  );
}

function End({ deputy }: { deputy: Deputy }) {
  const { t } = useLingui();
  const ending = useEnding();
  return (
    <Button size="small" loading={ending.isPending} onClick={() => ending.mutate(deputy)} aria-label={t`End: ${deputy["deputy._label"] ?? ""}`}>
      {spanOf(deputy) === "now" ? t`I am back` : t`Not needed`}
    </Button>
  );
}
