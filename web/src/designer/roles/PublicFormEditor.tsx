/** A form for people without an account: what is asked, how it looks on their phone, and the links that lead to it. */
import { useLingui } from "@lingui/react/macro";
import { App, Button, Input, InputNumber } from "antd";
import { Trash2 } from "lucide-react";
import { useNavigate } from "react-router";
import { Logo } from "../../kit/Logo";
import { EmptyState } from "../../kit/states";
import { bodyOf, tidy, wholeObject } from "../acts";
import { labelOf, useDesign } from "../context";
import type { Body } from "../draft";
import { fieldTypeOf } from "../fieldTypes";
import { fieldsOf } from "../layout";
import { FieldPreview } from "../object/preview";
import { ListColumns } from "../other/ListColumns";
import { Labelled } from "../parts";
import { say, type Words, WordsInput } from "../words";
import { PublicLinks } from "./PublicLinks";
import "./public.css";

export function PublicFormEditor({ name }: { name: string }) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const body = bodyOf(definitions, "public_form", name);
  const object = body && wholeObject(definitions, body.object);
  if (!body || !object) return <EmptyState title={t`Not here`}>{t`This public form is not in the draft.`}</EmptyState>;
  return (
    <div className="q-public-design">
      <div className="q-public-settings">
        <Head name={name} body={body} />
        <PublicLinks name={name} />
        <Settings name={name} body={body} object={object.body} />
      </div>
      <Phone body={body} object={object.body} />
    </div>
  );
}

function Head({ name, body }: { name: string; body: Body }) {
  const { t } = useLingui();
  const { definitions, act, number } = useDesign();
  const { modal } = App.useApp();
  const navigate = useNavigate();
  const label = say(body.title) || labelOf(body, name);
  const remove = () =>
    modal.confirm({
      title: t`Remove the public form ${label}?`,
      content: t`Its links lead nowhere once you publish; what was sent stays.`,
      okText: t`Remove`,
      okButtonProps: { danger: true },
      onOk: () => {
        act(t`Remove a public form`, [{ kind: "public_form", name, body: null }]);
        navigate(`/design/${number}/app/${name.split(".")[0]}`);
      },
    });
  return (
    <div className="q-roles-head">
      <div>
        <h2>{label}</h2>
        <p className="q-muted">{t`Whoever has a link sends one ${labelOf(bodyOf(definitions, "object", body.object), body.object)}, and sees nothing else.`}</p>
      </div>
      <Button danger type="text" icon={<Trash2 size={15} aria-hidden />} onClick={remove}>
        {t`Remove`}
      </Button>
    </div>
  );
}

function Settings({ name, body, object }: { name: string; body: Body; object: Body }) {
  const { t } = useLingui();
  const { act } = useDesign();
  const put = (news: Body, typing = "") => act(t`Change a public form`, [{ kind: "public_form", name, body: { ...tidy({ ...body, ...news }), public_form: name, object: body.object } }], typing && `${name} ${typing}`);
  const missing = fieldsOf(object).filter(([field, each]) => each.required && each.default === undefined && !body.fields?.includes(field) && !body.set?.[field] && !isComputed(each));
  return (
    <section className="q-box">
      <h2>{t`What is asked`}</h2>
      <div className="q-dialog-fields">
        <WordsInput label={t`Heading`} value={body.title as Words} onChange={(title) => put({ title }, "title")} />
        <WordsInput label={t`Introduction`} isLong value={body.intro as Words} onChange={(intro) => put({ intro }, "intro")} />
        <div>
          <h3>{t`Fields`}</h3>
          <ListColumns object={body.object} label={t`Fields that are asked`} value={body.fields ?? []} onChange={(fields) => put({ fields })} />
          {missing.length > 0 && <p className="q-field-help">{t`Required and not asked: ${missing.map(([field, each]) => say(each.label, field)).join(", ")}. Without them nothing can be sent.`}</p>}
        </div>
        <WordsInput label={t`Thanks`} isLong value={body.thanks as Words} onChange={(thanks) => put({ thanks }, "thanks")} />
        <div>
          <h3>{t`What the sender may see later`}</h3>
          <p className="q-field-help">{t`After sending they get an address of their own that shows these fields as they are then. Leave it empty, and nobody follows anything.`}</p>
          <ListColumns object={body.object} label={t`Fields that the sender sees later`} value={body.follow ?? []} onChange={(follow) => put({ follow })} />
        </div>
        <div className="q-two-fields">
          <Labelled label={t`Last day`} help={t`Left blank it stays open.`}>
            {(id) => <Input id={id} type="date" value={body.expires_on ?? ""} onChange={(event) => put({ expires_on: event.target.value })} />}
          </Labelled>
          <Labelled label={t`Answers an hour`} help={t`From everybody together; one address gets a tenth, at least 3.`}>
            {(id) => <InputNumber id={id} min={1} precision={0} className="q-fill" value={body.per_hour ?? 60} onChange={(value) => put({ per_hour: value ?? undefined }, "per_hour")} />}
          </Labelled>
        </div>
      </div>
    </section>
  );
}

const isComputed = (field: Body): boolean => field.formula !== undefined || fieldTypeOf(field.type)?.family === "computed" || field.type === "serial";

/** As a stranger meets it, in a phone's width; nothing can be sent from here. */
function Phone({ body, object }: { body: Body; object: Body }) {
  const { t } = useLingui();
  return (
    <aside className="q-phone-frame" aria-label={t`Preview on a phone`}>
      <div className="q-phone-screen" role="group" tabIndex={0} aria-label={t`Preview on a phone`}>
        <Logo />
        <h3>{say(body.title) || say(body.label)}</h3>
        {say(body.intro) && <p>{say(body.intro)}</p>}
        {((body.fields ?? []) as string[]).map((field) => object.fields?.[field] && <FieldPreview key={field} object={body.object as string} name={field} body={object.fields[field]} />)}
        <span className="q-phone-send" aria-hidden>
          {t`Send`}
        </span>
      </div>
    </aside>
  );
}
