/** For administrators: who sees, changes and removes this record, and one field of it, and by which role and scope. */
import { plural } from "@lingui/core/macro";
import { Plural, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Button, Drawer, Select, type SelectProps } from "antd";
import { Eye, EyeOff, Glasses, Pencil, Trash2 } from "lucide-react";
import { useDeferredValue, useId, useState } from "react";
import { get } from "../kit/api";
import { Avatar } from "../kit/Avatar";
import { useIsPhone } from "../kit/media";
import { Bones, Failed } from "../kit/states";
import { ToneTag } from "../kit/ToneTag";
import { useDefs } from "../records/context";
import { type ObjectInfo, type RecordAnswer, SYSTEM_FIELDS } from "../records/definitions";
import { fetchOptions, type Option } from "../records/fields/options";
import { titleOf } from "../records/query";
import { useSeeAs } from "../suggest/seeing";
import { sayScope, type ScopeWords } from "./scope";
import "./upkeep.css";

interface Path {
  role: string;
  label: string;
  scope: string;
}

interface AccessGroup {
  people: { id: number; name: string; login: string; department: string }[];
  see: Path[];
  change: Path[];
  remove: Path[];
  field: { see: string[]; change: string[] } | null;
}

interface AccessProps {
  object: ObjectInfo;
  /** Without one it is asked for. */
  record?: RecordAnswer;
  field?: string;
  /** As this draft would have it, before it is published. */
  draft?: number;
  onClose: () => void;
}

export default function AccessDrawer({ object, record, field = "", draft, onClose }: AccessProps) {
  const { t } = useLingui();
  const isPhone = useIsPhone();
  const [asked, setAsked] = useState(field);
  const choice = useRecordChoice(object.name, record && { id: record.id, label: titleOf(object, record) });
  const { data, error, refetch } = useQuery({
    queryKey: ["access", object.name, choice.record?.id, asked, draft],
    queryFn: ({ signal }) => get<{ groups: AccessGroup[]; others: number }>(`/api/records/${object.name}/${choice.record?.id}/access`, { field: asked }, signal, draft),
    enabled: choice.record !== undefined,
    gcTime: draft ? 0 : undefined,
  });
  const fields = object.fields.filter((each) => !SYSTEM_FIELDS.has(each.name));
  const shown = fields.find(({ name }) => name === asked);
  return (
    <Drawer open onClose={onClose} size={isPhone ? "100%" : 560} title={choice.record ? t`Who can see ${choice.record.label}?` : t`Who can see this?`}>
      {!record && <RecordChooser label={object.label} {...choice} />}
      <Chooser label={t`And which field of it`} allowClear value={asked || undefined} placeholder={t`The record as a whole`} onChange={(name?: string) => setAsked(name ?? "")} showSearch={{ optionFilterProp: "label" }} options={fields.map((each) => ({ value: each.name, label: each.label }))} />
      {draft !== undefined && <p className="q-note q-access-draft">{t`As this draft would have it once it is published.`}</p>}
      {choice.isEmpty ? (
        <p className="q-muted">{t`There is no record yet.`}</p>
      ) : error ? (
        <Failed error={error} retry={() => refetch()} />
      ) : !data ? (
        <Bones lines={6} title={false} />
      ) : (
        <>
          {data.groups.map((group) => (
            <GroupPart key={group.people.map((person) => person.id).join()} object={object} group={group} field={shown?.label} draft={draft} />
          ))}
          <p className="q-access-others">
            <EyeOff size={15} aria-hidden /> {data.others === 0 ? t`Everybody sees it.` : t`${plural(data.others, { one: "# other person doesn't see it.", other: "# other people don't see it." })}`}
          </p>
        </>
      )}
    </Drawer>
  );
}

function Chooser<Value>({ label, ...select }: { label: string } & SelectProps<Value>) {
  const id = useId();
  return (
    <div className="q-access-field">
      <label htmlFor={id}>{label}</label>
      <Select<Value> id={id} className="q-fill" {...select} />
    </div>
  );
}

/** Which record is asked about: the one given, else the first that is found until one is chosen. */
function useRecordChoice(object: string, given?: Option) {
  const [typed, search] = useState("");
  const [picked, pick] = useState(given);
  const asked = useDeferredValue(typed);
  const { data: found = [], isSuccess } = useQuery({ queryKey: ["options", object, asked, null], queryFn: ({ signal }) => fetchOptions(object, asked, null, signal), enabled: !given });
  const record = picked ?? (asked ? undefined : found[0]);
  return { record, found, isEmpty: isSuccess && !asked && found.length === 0, search, pick };
}

function RecordChooser({ label, record, found, search, pick }: { label: string } & ReturnType<typeof useRecordChoice>) {
  const all = record && !found.some(({ id }) => id === record.id) ? [record, ...found] : found;
  return <Chooser label={label} value={record?.id} onChange={(id) => pick(all.find((option) => option.id === id))} showSearch={{ filterOption: false, onSearch: search }} options={all.map((option) => ({ value: option.id, label: option.label }))} />;
}

function GroupPart({ object, group, field, draft }: { object: ObjectInfo; group: AccessGroup; field?: string; draft?: number }) {
  const { t } = useLingui();
  const seeAs = useSeeAs();
  return (
    <section className="q-access-group">
      <h3>
        <Plural value={group.people.length} one="# person" other="# people" />
      </h3>
      <ul className="q-access-people">
        {group.people.map((person) => (
          <li key={person.id} title={person.login}>
            <Avatar name={person.name} size={22} /> {person.name}
            {person.department && <small className="q-muted"> {person.department}</small>}
            <Button size="small" type="text" icon={<Glasses size={14} aria-hidden />} aria-label={t`See as ${person.name}`} title={t`See as ${person.name}`} onClick={() => seeAs({ draft, user: person.id, as: person.name })} />
          </li>
        ))}
      </ul>
      <dl>
        <Right icon={<Eye size={15} aria-hidden />} label={t`see it`} paths={group.see} object={object} />
        <Right icon={<Pencil size={15} aria-hidden />} label={t`change it`} paths={group.change} object={object} />
        <Right icon={<Trash2 size={15} aria-hidden />} label={t`remove it`} paths={group.remove} object={object} />
      </dl>
      {field && group.field && <FieldRights field={field} group={group} rights={group.field} />}
    </section>
  );
}

function Right({ icon, label, paths, object }: { icon: React.ReactNode; label: string; paths: Path[]; object: ObjectInfo }) {
  const { t } = useLingui();
  const definitions = useDefs();
  const words: ScopeWords = { me: t`the person`, departments: t`the person's departments`, and: t`and`, or: t`or`, not: t`not`, in: t`is one of`, blank: (name) => t`${name} is blank`, own: (name) => t`the person's ${name}` };
  return (
    <>
      <dt>
        {icon} {label}
      </dt>
      <dd>
        {paths.length === 0 ? (
          <span className="q-muted">{t`no`}</span>
        ) : (
          <ul>
            {paths.map((path) => (
              <li key={path.role}>
                <ToneTag tone="info">{path.label}</ToneTag>{" "}
                {path.scope ? <span title={path.scope}>{t`where ${sayScope(path.scope, definitions, object, words)}`}</span> : <span className="q-muted">{t`all of them`}</span>}
              </li>
            ))}
          </ul>
        )}
      </dd>
    </>
  );
}

function FieldRights({ field, group, rights }: { field: string; group: AccessGroup; rights: { see: string[]; change: string[] } }) {
  const { t } = useLingui();
  const label = (role: string) => [...group.see, ...group.change].find((path) => path.role === role)?.label ?? role;
  const sees = rights.see.map(label).join(", ");
  const writes = rights.change.map(label).join(", ");
  return (
    <p className={sees ? "q-note" : "q-alert"}>
      {!sees ? t`${field} is hidden from them.` : writes ? t`${field}: seen by ${sees}, written by ${writes}.` : t`${field}: seen by ${sees}, written by none of their roles.`}
    </p>
  );
}
