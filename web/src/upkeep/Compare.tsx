import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Radio, Switch } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { ProblemBox } from "../forms/ProblemBox";
import "../forms/forms.css";
import { freshKey, get, post } from "../kit/api";
import { useNotices } from "../kit/notices";
import { ScrollX } from "../kit/ScrollX";
import { Bones, Failed } from "../kit/states";
import { showAgo } from "../kit/time";
import { canWrite, type Field, type ObjectInfo, type RecordAnswer, recordPath, SYSTEM_FIELDS } from "../records/definitions";
import { isBlank } from "../records/fields/kind";
import { kindOf } from "../records/fields/registry";
import { titleOf } from "../records/query";
import { refreshAfterWrite } from "../records/writes";
import { differing, fullest, sourceOf, takenFrom } from "./choosing";
import { type UnionPreview, usePart } from "./upkeep";

/** The records beside each other: which stays, whose values it takes, what follows it. */
export function Compare({ object, ids, onDone }: { object: ObjectInfo; ids: number[]; onDone: () => void }) {
  const queries = useQueries({
    queries: ids.map((id) => ({ queryKey: ["record", object.name, String(id)], queryFn: ({ signal }: { signal: AbortSignal }) => get<RecordAnswer>(`/api/records/${object.name}/${id}`, undefined, signal) })),
  });
  const failed = queries.find((query) => query.isError);
  if (failed) return <Failed error={failed.error} retry={() => failed.refetch()} />;
  const records = queries.flatMap((query) => query.data ?? []);
  if (records.length < ids.length) return <Bones lines={6} title={false} />;
  return <Compared object={object} records={records} onDone={onDone} />;
}

function Compared({ object, records, onDone }: { object: ObjectInfo; records: RecordAnswer[]; onDone: () => void }) {
  const { t } = useLingui();
  const fields = object.fields.filter((field) => canWrite(field, false) && field.type !== "lines" && !SYSTEM_FIELDS.has(field.name) && field.name in records[0]!);
  const [wanted, setKeep] = useState(() => fullest(fields, records)!);
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set());
  const [chosen, setChosen] = useState<Record<string, number>>({});
  const [isAllShown, setAllShown] = useState(false);
  const among = records.filter(({ id }) => !left.has(id));
  const keep = among.some(({ id }) => id === wanted) ? wanted : among[0]!.id;
  const others = among.filter(({ id }) => id !== keep);
  const different = differing(fields, among);
  const shown = isAllShown ? fields.filter((field) => among.some((record) => !isBlank(record[field.name]))) : different;
  const take = takenFrom(different, among, keep, chosen);
  const preview = useQuery({
    queryKey: ["union preview", object.name, keep, others.map(({ id }) => id), take],
    queryFn: () => post<UnionPreview>(`/api/unions/${object.name}/preview`, { keep, others: others.map(({ id }) => id), take }),
    enabled: others.length > 0,
    placeholderData: (previous) => previous,
    retry: false,
  });

  return (
    <section className="q-box q-compare" aria-label={t`Side by side`}>
      <div className="q-compare-top">
        <h2>{t`Side by side`}</h2>
        <label>
          <Switch size="small" checked={isAllShown} onChange={setAllShown} /> {t`Also what is equal`}
        </label>
      </div>
      <ScrollX label={t`Side by side`}>
        <table className="q-table">
          <thead>
            <tr>
              <th scope="col">
                <span className="q-hidden">{t`Field`}</span>
              </th>
              {records.map((record) => (
                <Head key={record.id} object={object} record={record} isKept={record.id === keep} isLeft={left.has(record.id)} mayLeave={records.length > 2 && (left.has(record.id) || among.length > 2)} onKeep={() => setKeep(record.id)} onLeave={(on) => setLeft((now) => new Set(on ? [...now, record.id] : [...now].filter((id) => id !== record.id)))} />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((field) => (
              <tr key={field.name}>
                <th scope="row">{field.label}</th>
                {records.map((record) => (
                  <Value
                    key={record.id}
                    object={object}
                    field={field}
                    record={record}
                    isOff={left.has(record.id)}
                    isAsked={different.includes(field)}
                    isTaken={sourceOf(field, among, keep, chosen) === record.id}
                    onTake={() => setChosen((now) => ({ ...now, [field.name]: record.id }))}
                  />
                ))}
              </tr>
            ))}
            {shown.length === 0 && (
              <tr>
                <td colSpan={records.length + 1} className="q-muted">{t`They differ in no field that you may change.`}</td>
              </tr>
            )}
          </tbody>
        </table>
      </ScrollX>
      {preview.error && <ProblemBox error={preview.error} known={[]} />}
      {preview.data && <Follows object={object} preview={preview.data} />}
      <UniteButton object={object} kept={among.find(({ id }) => id === keep)!} others={others} take={take} stops={!preview.data || preview.data.posted.length > 0} onDone={onDone} />
    </section>
  );
}

interface HeadProps {
  object: ObjectInfo;
  record: RecordAnswer;
  isKept: boolean;
  isLeft: boolean;
  mayLeave: boolean;
  onKeep: () => void;
  onLeave: (on: boolean) => void;
}

function Head({ object, record, isKept, isLeft, mayLeave, onKeep, onLeave }: HeadProps) {
  const { t } = useLingui();
  const title = titleOf(object, record);
  return (
    <th scope="col" className={isLeft ? "q-left-out" : ""}>
      <Link to={recordPath(object.name, record.id)} target="_blank">
        {title}
      </Link>
      {typeof record.created_at === "string" && <div className="q-muted q-compare-made">{t`written ${showAgo(record.created_at)}`}</div>}
      <Radio checked={isKept} disabled={isLeft} onChange={onKeep} aria-label={t`Keep ${title}, number ${record.id}`}>
        {t`Keep this one`}
      </Radio>
      {mayLeave && (
        <Checkbox checked={isLeft} onChange={({ target }) => onLeave(target.checked)}>
          {t`Another one: leave out`}
        </Checkbox>
      )}
    </th>
  );
}

interface ValueProps {
  object: ObjectInfo;
  field: Field;
  record: RecordAnswer;
  isOff: boolean;
  isAsked: boolean;
  isTaken: boolean;
  onTake: () => void;
}

function Value({ object, field, record, isOff, isAsked, isTaken, onTake }: ValueProps) {
  const { t } = useLingui();
  const { Cell } = kindOf(field);
  const value = isBlank(record[field.name]) ? <span className="q-blank">–</span> : <Cell value={record[field.name]} field={field} row={record} />;
  if (isOff || !isAsked) return <td className={isOff ? "q-left-out" : ""}>{value}</td>;
  return (
    <td className={isTaken ? "q-taken" : ""}>
      <span className="q-compare-value">
        <Radio checked={isTaken} onChange={onTake} aria-label={t`${field.label} of ${titleOf(object, record)}, number ${record.id}`} />
        {value}
      </span>
    </td>
  );
}

/** What else happens, and what stands in the way. */
function Follows({ object, preview }: { object: ObjectInfo; preview: UnionPreview }) {
  const { t } = useLingui();
  const lines = Object.entries(preview.lines).filter(([, count]) => count > 0);
  if (preview.posted.length > 0)
    return (
      <p role="alert" className="q-alert">
        {t`${preview.posted.map(({ label }) => label).join(", ")} can't be changed and names a record that would go. Keep that record instead.`}
      </p>
    );
  const links = preview.links.map(({ label, count }) => `${label}: ${count}`).join(" · ");
  return (
    <div className="q-note" role="status">
      {links ? t`Led over to the kept record: ${links}.` : t`Nothing links to the others.`}{" "}
      {lines.length > 0 && t`Lines added to it: ${lines.map(([name, count]) => `${object.fields.find((field) => field.name === name)?.label ?? name}: ${count}`).join(" · ")}.`} {t`The others go to the trash; all of it can be undone.`}
    </div>
  );
}

interface UniteProps {
  object: ObjectInfo;
  kept: RecordAnswer;
  others: RecordAnswer[];
  take: Record<string, number>;
  stops: boolean;
  onDone: () => void;
}

function UniteButton({ object, kept, others, take, stops, onDone }: UniteProps) {
  const { t } = useLingui();
  const client = useQueryClient();
  const navigate = useNavigate();
  const notices = useNotices();
  const part = usePart(object);
  const [problem, setProblem] = useState<Error | null>(null);
  const [isBusy, setBusy] = useState(false);
  const title = titleOf(object, kept);

  async function unite(): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      const versions = Object.fromEntries([kept, ...others].map(({ id, version }) => [id, version]));
      const { union } = await post<{ union: number }>(`/api/unions/${object.name}`, { keep: kept.id, others: others.map(({ id }) => id), take, versions }, freshKey());
      notices.done(t`${plural(others.length, { one: "# record united", other: "# records united" })}: ${title}`, { act: () => void part(union) });
      onDone();
      await refreshAfterWrite(client);
    } catch (error) {
      setProblem(error as Error);
      setBusy(false);
    }
  }

  return (
    <>
      {problem && <ProblemBox error={problem} known={[]} />}
      <div className="q-compare-end">
        <Button onClick={() => navigate(recordPath(object.name, kept.id))}>{t`Open ${title}`}</Button>
        <Button type="primary" loading={isBusy} disabled={stops || others.length === 0} onClick={() => void unite()}>
          {t`${plural(others.length, { one: "Unite # record with it", other: "Unite # records with it" })}`}
        </Button>
      </div>
    </>
  );
}
