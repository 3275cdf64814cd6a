/** A print template: what heads the page, which lines it lists, what it sums, who signs. */
import { useLingui } from "@lingui/react/macro";
import { Button, Select } from "antd";
import { Plus, Trash2 } from "lucide-react";
import { EmptyState } from "../../kit/states";
import { bodyOf, tidy, wholeObject } from "../acts";
import { useDesign } from "../context";
import type { Body } from "../draft";
import { fieldsOf } from "../layout";
import { Labelled } from "../parts";
import { say, type Words, WordsInput } from "../words";
import { ListColumns } from "./ListColumns";

export function PrintEditor({ name }: { name: string }) {
  const { t } = useLingui();
  const { definitions, act } = useDesign();
  const body = bodyOf(definitions, "print", name);
  if (!body) return <EmptyState title={t`Not here`}>{t`This print template is not in the draft.`}</EmptyState>;
  const whole = wholeObject(definitions, body.object);
  const fields = whole ? fieldsOf(whole.body) : [];
  const options = (fits: (field: Body) => boolean) => fields.flatMap(([key, field]) => (fits(field) ? [{ value: key, label: say(field.label, key) }] : []));
  const set = (news: Body, typing = "") => act(t`Change a print template`, [{ kind: "print", name, body: { ...tidy({ ...body, ...news }), print: name, object: body.object } }], typing && `${name} ${typing}`);
  const child = whole?.body.fields[body.lines ?? ""]?.of as string | undefined;
  const pick = (key: string, label: string, fits: (field: Body) => boolean) => <Labelled label={label}>{(id) => <Select id={id} allowClear value={(body[key] as string) || undefined} options={options(fits)} onChange={(value) => set({ [key]: value })} />}</Labelled>;
  return (
    <div className="q-design-page">
      <section className="q-box q-object-settings">
        <WordsInput label={t`Name of the template`} value={body.label} onChange={(label) => set({ label }, "label")} />
        <WordsInput label={t`Title on the page`} value={body.title} onChange={(title) => set({ title }, "title")} />
        {pick("party", t`Addressed to`, (field) => field.to === "base.party")}
        {pick("lines", t`Lists the lines`, (field) => field.type === "lines")}
        {pick("capitals", t`Amount written out`, (field) => field.type === "money")}
        <WordsInput label={t`At the foot`} value={body.footer} onChange={(footer) => set({ footer }, "footer")} isLong />
      </section>
      <section className="q-box">
        <h2>{t`Above the lines`}</h2>
        <ListColumns object={body.object} value={(body.header as string[]) ?? []} onChange={(header) => set({ header })} label={t`Above the lines`} />
      </section>
      {child && (
        <section className="q-box">
          <h2>{t`Columns of the lines`}</h2>
          <ListColumns object={child} value={(body.columns as string[]) ?? []} onChange={(columns) => set({ columns })} label={t`Columns of the lines`} />
        </section>
      )}
      <section className="q-box">
        <h2>{t`Sums`}</h2>
        <ListColumns object={body.object} value={(body.totals as string[]) ?? []} onChange={(totals) => set({ totals })} label={t`Sums`} />
      </section>
      <Signatures body={body} set={set} />
    </div>
  );
}

function Signatures({ body, set }: { body: Body; set: (news: Body, typing?: string) => void }) {
  const { t } = useLingui();
  const signatures = (body.signatures as Words[] | undefined) ?? [];
  return (
    <section className="q-box">
      <h2>{t`Signed by`}</h2>
      {signatures.map((words, at) => (
        <div key={at} className="q-linkage-line">
          <div className="q-grow">
            <WordsInput label={t`Signature ${at + 1}`} value={words} onChange={(next) => set({ signatures: signatures.map((each, place) => (place === at ? next : each)) }, `signature ${at}`)} />
          </div>
          <Button type="text" size="small" aria-label={t`Remove`} icon={<Trash2 size={15} aria-hidden />} onClick={() => set({ signatures: signatures.filter((_, place) => place !== at) })} />
        </div>
      ))}
      <Button type="dashed" icon={<Plus size={15} aria-hidden />} onClick={() => set({ signatures: [...signatures, { en: "Signature", zh: "签字" }] })}>
        {t`Add a signature`}
      </Button>
    </section>
  );
}
