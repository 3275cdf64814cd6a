/** Records that may be the same: found by chosen fields, compared side by side, united, parted again. */
import { Plural, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useId } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { get, Problem } from "../kit/api";
import { inSentence } from "../kit/i18n";
import { PageTitle } from "../kit/PageTitle";
import { Bones, EmptyState, Failed, FailedPage } from "../kit/states";
import { useDefs } from "../records/context";
import { type ObjectInfo, objectPath } from "../records/definitions";
import "../records/records.css";
import { Compare } from "./Compare";
import { comparable, type Group, mayUnite } from "./upkeep";
import "./upkeep.css";

export function Component() {
  const { app, object: name } = useParams();
  const object = useDefs().objects[`${app}.${name}`];
  if (!object || !mayUnite(object)) return <FailedPage error={new Problem(404, { detail: `${app}.${name}` })} />;
  return <DuplicatesPage key={object.name} object={object} />;
}

function DuplicatesPage({ object }: { object: ObjectInfo }) {
  const { t } = useLingui();
  const [search, setSearch] = useSearchParams();
  const fields = comparable(object);
  const by = (search.get("by") ?? fields.find(({ name }) => name === object.title)?.name ?? "").split(",").filter(Boolean);
  const ids = (search.get("ids") ?? "").split(",").map(Number).filter((id) => id > 0);
  const isGiven = search.get("from") === "list";

  function set(name: string, value: string, replace = false): void {
    setSearch((now) => {
      const next = new URLSearchParams(now);
      if (value) next.set(name, value);
      else next.delete(name);
      if (name === "by") next.delete("ids");
      return next;
    }, { replace });
  }

  return (
    <div className="q-duplicates">
      <PageTitle title={isGiven ? t`Unite ${inSentence(object.plural)}` : t`Duplicate ${inSentence(object.plural)}`} above={<Link to={objectPath(object.name)}>{object.plural}</Link>} />
      {!isGiven && (
        <>
          <By object={object} by={by} onChange={(names) => set("by", names.join(","), true)} />
          {by.length > 0 && <Groups object={object} by={by} open={ids} onOpen={(group) => set("ids", group.join(","))} />}
        </>
      )}
      {ids.length > 1 && <Compare key={ids.join()} object={object} ids={ids} onDone={() => (isGiven ? setSearch({}) : set("ids", "", true))} />}
    </div>
  );
}

function By({ object, by, onChange }: { object: ObjectInfo; by: string[]; onChange: (by: string[]) => void }) {
  const { t } = useLingui();
  const id = useId();
  return (
    <div className="q-duplicates-by">
      <label htmlFor={id}>{t`Equal in`}</label>
      <Select id={id} mode="multiple" value={by} onChange={onChange} optionFilterProp="label" placeholder={t`Choose fields to compare`} options={comparable(object).map((field) => ({ value: field.name, label: field.label }))} />
      <p className="q-muted">{t`Case, blanks and punctuation make no difference; of phone numbers the last eleven digits count.`}</p>
    </div>
  );
}

function Groups({ object, by, open, onOpen }: { object: ObjectInfo; by: string[]; open: number[]; onOpen: (ids: number[]) => void }) {
  const { t } = useLingui();
  const { data, error, refetch } = useQuery({
    queryKey: ["duplicates", object.name, by],
    queryFn: ({ signal }) => get<{ groups: Group[]; more: boolean }>(`/api/duplicates/${object.name}`, { by: by.join(","), limit: 100 }, signal),
  });
  if (error) return <Failed error={error} retry={() => refetch()} />;
  if (!data) return <Bones lines={4} title={false} />;
  if (data.groups.length === 0) return <EmptyState title={t`No duplicates`}>{t`No two ${inSentence(object.plural)} that you see are equal in these fields. Fewer fields find more.`}</EmptyState>;
  return (
    <section className="q-duplicate-groups" aria-label={t`Groups that may be the same`}>
      <p className="q-muted" role="status">
        {data.more ? t`More than ${data.groups.length} groups; the largest come first.` : <Plural value={data.groups.length} one="# group" other="# groups" />}
      </p>
      <ul>
        {data.groups.map(({ count, records }) => {
          const ids = records.map(({ id }) => id);
          const isOpen = ids.join() === open.join();
          return (
            <li key={ids.join()}>
              <button type="button" aria-pressed={isOpen} className={isOpen ? "q-on" : ""} onClick={() => onOpen(isOpen ? [] : ids)}>
                <span className="q-count">{count}</span>
                <span className="q-ellipsis">{records.map(({ label }) => label).join(" · ")}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
