/** What the form is called, how its records are named and sorted, and who works with it. */
import { useLingui } from "@lingui/react/macro";
import { Button, Select } from "antd";
import { Trash2 } from "lucide-react";
import { App } from "antd";
import { useNavigate } from "react-router";
import { ALL, alive } from "../acts";
import { useDesign } from "../context";
import type { Body, Change, Definitions } from "../draft";
import { fieldsOf } from "../layout";
import { IconChoice, Labelled, RolesChoice } from "../parts";
import { say, WordsInput } from "../words";
import { useEditing, useFieldActs } from "./editing";

export function ObjectSettings() {
  const { t } = useLingui();
  const { definitions, act } = useDesign();
  const { whole } = useEditing();
  const acts = useFieldActs();
  const { body, name } = whole;
  const set = (news: Body, typing = "") => acts.setObject(t`Change the settings`, news, typing);
  const options = (fits: (field: Body) => boolean) => fieldsOf(body).flatMap(([key, field]) => (fits(field) ? [{ value: key, label: say(field.label, key) }] : []));
  const simple = options((field) => !["lines", "long_text", "rich_text", "json", "files", "image", "signature"].includes(field.type));
  const sorts = simple.flatMap(({ value, label }) => [
    { value, label: t`${label}, smallest first` },
    { value: `-${value}`, label: t`${label}, largest first` },
  ]);
  return (
    <div className="q-design-page">
      <section className="q-box q-object-settings">
        <div className="q-name-line">
          <IconChoice value={body.icon} onChange={(icon) => set({ icon })} />
          <WordsInput label={t`One record is called`} value={body.label} onChange={(label) => set({ label }, "label")} />
        </div>
        <WordsInput label={t`Many are called`} value={body.plural} onChange={(plural) => set({ plural }, "plural")} />
        <Labelled label={t`A record is known by`}>{(id) => <Select id={id} value={(body.title as string) || undefined} options={simple} onChange={(title: string) => set({ title })} />}</Labelled>
        <Labelled label={t`With, in small`}>{(id) => <Select id={id} allowClear value={(body.subtitle as string) || undefined} options={simple} onChange={(subtitle) => set({ subtitle: subtitle ?? "" })} />}</Labelled>
        <Labelled label={t`Sorted by`}>
          {(id) => <Select id={id} allowClear value={(body.sort as string) || undefined} options={[{ value: "-created_at", label: t`Newest first` }, ...sorts]} onChange={(sort) => set({ sort: sort ?? "" })} />}
        </Labelled>
        <Labelled label={t`State shown at the top`}>
          {(id) => <Select id={id} allowClear value={(body.state_field as string) || undefined} options={options((field) => field.type === "choice")} onChange={(state_field) => set({ state_field: state_field ?? "" })} />}
        </Labelled>
        <Labelled label={t`Board with a column for each`}>
          {(id) => <Select id={id} allowClear value={(body.board_by as string) || undefined} options={options((field) => ["choice", "link"].includes(field.type))} onChange={(board_by) => set({ board_by: board_by ?? "" })} />}
        </Labelled>
        <Labelled label={t`Calendar by`}>
          {(id) => <Select id={id} allowClear value={(body.calendar_by as string) || undefined} options={options((field) => ["date", "moment"].includes(field.type))} onChange={(calendar_by) => set({ calendar_by: calendar_by ?? "" })} />}
        </Labelled>
        <RolesChoice label={t`Who works with it`} help={t`They see, write, change and remove all records. The Roles page makes it finer.`} value={workers(definitions, name)} onChange={(roles) => act(t`Change who works with it`, withWorkers(definitions, name, roles))} />
        <p className="q-muted q-small">{t`Name in formulas and addresses: ${name}`}</p>
      </section>
      <RemoveObject />
    </div>
  );
}

const workers = (definitions: Definitions, object: string): string[] => [
  ...new Set(alive(definitions, "role").flatMap(([, body]) => (body.objects?.[object]?.see ? [body.role as string] : []))),
];

/** Those who join get all rights; those who stay keep theirs as they are; those who leave lose the object. */
function withWorkers(definitions: Definitions, object: string, roles: string[]): Change[] {
  const app = object.split(".")[0] ?? "";
  const now = workers(definitions, object);
  const left = alive(definitions, "role").flatMap(([name, body]): Change[] => {
    if (roles.includes(body.role) || !body.objects?.[object]) return [];
    const { [object]: _, ...objects } = body.objects as Body;
    return [{ kind: "role", name, body: { ...body, objects } }];
  });
  const joined = roles.filter((role) => !now.includes(role)).map((role): Change => {
    const key = `${app}:${role}`;
    const body = definitions.role?.[key]?.body ?? { role, app, objects: {} };
    return { kind: "role", name: key, body: { ...body, objects: { ...body.objects, [object]: ALL } } };
  });
  return [...left, ...joined];
}

function RemoveObject() {
  const { t } = useLingui();
  const { modal } = App.useApp();
  const { definitions, act, number } = useDesign();
  const { whole } = useEditing();
  const navigate = useNavigate();
  const label = say(whole.body.label, whole.name);
  const ask = () =>
    modal.confirm({
      title: t`Remove ${label}?`,
      content: t`It leaves the menu, its lists and its rights. Its records are kept, and come back if you publish it again. What else uses it is shown as a problem of the draft.`,
      okText: t`Remove`,
      okButtonProps: { danger: true },
      cancelText: t`Keep it`,
      onOk: () => {
        act(t`Remove ${label}`, removal(definitions, whole.name));
        void navigate(`/design/${number}/app/${whole.body.app ?? whole.name.split(".")[0]}`);
      },
    });
  return (
    <Button danger icon={<Trash2 size={15} aria-hidden />} onClick={() => void ask()}>
      {t`Remove this form`}
    </Button>
  );
}

/** The object with its lines, forms and views, its place in menus, and what roles may do with it. */
function removal(definitions: Definitions, object: string): Change[] {
  const objects = alive(definitions, "object").flatMap(([name, body]) => (name === object || body.lines_of === object ? [name] : []));
  const gone = (["form", "view"] as const).flatMap((kind) => alive(definitions, kind).flatMap(([name, body]): Change[] => (objects.includes(body.object) ? [{ kind, name, body: null }] : [])));
  const menus = alive(definitions, "app").flatMap(([name, body]): Change[] => {
    const items = Object.entries((body.menu ?? {}) as Record<string, Body>);
    const kept = items.filter(([, item]) => !objects.includes(item.object));
    return kept.length < items.length ? [{ kind: "app", name, body: { ...body, menu: Object.fromEntries(kept) } }] : [];
  });
  const rights = alive(definitions, "role").flatMap(([name, body]): Change[] => {
    const grants = Object.entries((body.objects ?? {}) as Body);
    const kept = grants.filter(([each]) => !objects.includes(each));
    return kept.length < grants.length ? [{ kind: "role", name, body: { ...body, objects: Object.fromEntries(kept) } }] : [];
  });
  return [...objects.map((name): Change => ({ kind: "object", name, body: null })), ...gone, ...menus, ...rights];
}
