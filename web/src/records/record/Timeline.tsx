import { useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { ArrowRight, MessageSquare, Pencil, Sparkles, Zap } from "lucide-react";
import { Link } from "react-router";
import { get } from "../../kit/api";
import { Avatar } from "../../kit/Avatar";
import { Bones, Failed } from "../../kit/states";
import { showAgo, showMoment } from "../../kit/time";
import { useDefs } from "../context";
import { type Field, fieldOf, isLink, type ObjectInfo, objectPath, type RecordAnswer, recordPath } from "../definitions";
import { isBlank } from "../fields/kind";
import { kindOf } from "../fields/registry";
import { titleOf, useRecord } from "../query";
import { startWith } from "./Related";
import { inSentence } from "../../kit/i18n";

interface Change {
  field: string;
  label?: string;
  old: unknown;
  new: unknown;
}

interface Entry {
  kind: "history" | "event" | "activity";
  at: string;
  by: number | null;
  by_name?: string;
  title: string;
  operation?: string;
  changes?: Change[];
  cause?: string;
  text?: string;
  link?: { object: string; id: number; label: string };
  /** Of activities: call, visit, parcel … */
  sort?: string;
}

interface TimelineProps {
  object: ObjectInfo;
  record: RecordAnswer;
}

export function Timeline({ object, record }: TimelineProps) {
  const { t } = useLingui();
  const query = useInfiniteQuery({
    queryKey: ["timeline", object.name, record.id],
    queryFn: ({ pageParam, signal }) =>
      get<{ entries: Entry[]; next: string | null }>(`/api/records/${object.name}/${record.id}/timeline`, { after: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? undefined,
  });
  if (query.isPending) return <Bones lines={5} title={false} />;
  if (query.isError) return <Failed error={query.error} retry={() => query.refetch()} />;
  const entries = query.data.pages.flatMap((page) => page.entries);
  return (
    <div className="q-timeline">
      <LogActivity object={object} record={record} />
      {entries.length === 0 && <p className="q-muted">{t`Nothing has happened yet.`}</p>}
      <ol>
        {entries.map((entry, index) => (
          <EntryPart key={`${entry.at}-${index}`} object={object} record={record} entry={entry} />
        ))}
      </ol>
      {query.hasNextPage && (
        <Button size="small" onClick={() => query.fetchNextPage()} loading={query.isFetchingNextPage}>
          {t`Show older`}
        </Button>
      )}
    </div>
  );
}

/** Where activities may be written about this kind of record, the timeline offers it. */
function LogActivity({ object, record }: TimelineProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const list = object.related.find((each) => /activity$/.test(each.object));
  const activity = list && definitions.objects[list.object];
  if (!list || !activity?.may.create || activity.creatable === false) return null;
  return (
    <Link to={`${objectPath(activity.name)}/new?${startWith(object, record, activity, list.field)}`}>
      <Button size="small" tabIndex={-1} icon={<MessageSquare size={14} aria-hidden />}>
        {t`New ${inSentence(activity.label)}`}
      </Button>
    </Link>
  );
}

const ICONS = { history: Pencil, event: Sparkles, activity: MessageSquare };

function EntryPart({ object, record, entry }: TimelineProps & { entry: Entry }) {
  const { t } = useLingui();
  const definitions = useDefs();
  const { link } = entry;
  const isNamed = Boolean(entry.title);
  const cause = entry.cause && entry.cause !== entry.operation ? definitions.operations[entry.cause] : undefined;
  const Icon = entry.operation && !entry.operation.startsWith(object.name) && entry.kind === "history" ? Zap : (ICONS[entry.kind] ?? Sparkles);
  const who = entry.by_name || t`The system`;
  const changes = entry.changes ?? [];
  return (
    <li className={`q-entry q-entry-${entry.kind}`}>
      <span className="q-entry-mark">{entry.kind === "history" || entry.kind === "activity" ? <Avatar name={who} size={24} /> : <Icon size={14} aria-hidden />}</span>
      <div className="q-entry-body">
        <p className="q-entry-head">
          <strong>{who}</strong> {link ? <EntryLink link={link} label={isNamed ? entry.title : link.label} sort={entry.sort} /> : <span>{entry.title}</span>}{" "}
          <time dateTime={entry.at} title={showMoment(entry.at)} className="q-muted">
            {showAgo(entry.at)}
          </time>
        </p>
        {entry.text && <p className="q-entry-text">{entry.text}</p>}
        {changes.length > 0 && (
          <ul className="q-changes">
            {changes.map((change) => (
              <ChangeLine key={change.field} object={object} record={record} change={change} />
            ))}
          </ul>
        )}
        {cause && <p className="q-muted">{t`by “${cause.label}”`}</p>}
      </div>
    </li>
  );
}

/** What hangs on the record, called by its kind: “Parcel PC-2026-000541”. */
function EntryLink({ link, label, sort }: { link: NonNullable<Entry["link"]>; label: string; sort?: string }) {
  const own = useDefs().objects[link.object]?.label;
  const kind = sort || own;
  return (
    <>
      {kind && <span className="q-muted">{kind} </span>}
      <Link to={recordPath(link.object, link.id)}>{label}</Link>
    </>
  );
}

function ChangeLine({ object, record, change }: TimelineProps & { change: Change }) {
  const { t } = useLingui();
  const field = fieldOf(object, change.field);
  if (field?.type === "lines" || Array.isArray(change.new)) return <li>{t`${change.label ?? field?.label ?? change.field} changed`}</li>;
  return (
    <li>
      <span className="q-muted">{change.label ?? field?.label ?? change.field}</span>{" "}
      {!isBlank(change.old) && (
        <>
          <del>
            <ChangeValue field={field} record={record} value={change.old} />
          </del>{" "}
          <ArrowRight size={12} aria-label={t`now`} />{" "}
        </>
      )}
      <ins>
        <ChangeValue field={field} record={record} value={change.new} />
      </ins>
    </li>
  );
}

function ChangeValue({ field, record, value }: { field?: Field; record: RecordAnswer; value: unknown }) {
  if (field && isLink(field) && field.to && typeof value === "number")
    return record[field.name] === value && record._labels?.[field.name] ? record._labels[field.name] : <LinkName object={field.to} id={value} />;
  return words(field, value);
}

/** History keeps ids; what they are called now is asked once. */
function LinkName({ object, id }: { object: string; id: number }) {
  const definitions = useDefs();
  const target = definitions.objects[object];
  const { data } = useRecord(object, id, Boolean(target));
  return target && data ? titleOf(target, data) : `#${id}`;
}

function words(field: Field | undefined, value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "object") return String((value as { label?: string }).label ?? JSON.stringify(value));
  if (!field || isLink(field)) return String(value);
  return kindOf(field).text(value, field, {}) || String(value);
}
