import { useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { ArrowRight, MessageSquare, Pencil, Sparkles, Undo2, Zap } from "lucide-react";
import { lazy, Suspense, useState } from "react";
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
import { UnionNotes } from "../../upkeep/UnionNotes";
import { earlierOf } from "../../upkeep/earlier";
import "../../upkeep/upkeep.css";
import { startWith } from "./Related";
import { usePossible } from "./possible";
import { inSentence } from "../../kit/i18n";

const BringBack = lazy(() => import("../../upkeep/BringBack"));

export interface Change {
  field: string;
  label?: string;
  old: unknown;
  new: unknown;
  /** What linked records are called now. */
  old_label?: string | null;
  new_label?: string | null;
  lines?: { added: unknown[]; changed: Record<string, unknown>; removed: Record<string, unknown> };
}

export interface Entry {
  kind: "history" | "event" | "activity";
  /** Of the history only. */
  id: number | null;
  act?: string;
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
  const [back, setBack] = useState<{ entry: Entry; field?: string } | null>(null);
  const canChange = usePossible(object, record).may.change;
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
      <UnionNotes object={object} record={record} />
      {entries.length === 0 && <p className="q-muted">{t`Nothing has happened yet.`}</p>}
      <ol>
        {entries.map((entry, index) => (
          <EntryPart key={`${entry.at}-${index}`} object={object} record={record} entry={entry} onBringBack={canChange ? (field) => setBack({ entry, field }) : undefined} />
        ))}
      </ol>
      {query.hasNextPage && (
        <Button size="small" onClick={() => query.fetchNextPage()} loading={query.isFetchingNextPage}>
          {t`Show older`}
        </Button>
      )}
      {back && (
        <Suspense>
          <BringBack object={object} record={record} entry={back.entry} field={back.field} onClose={() => setBack(null)} />
        </Suspense>
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

interface EntryProps extends TimelineProps {
  entry: Entry;
  onBringBack?: (field?: string) => void;
}

/** Acts of upkeep are no operations of an app: they are named here. */
function useTitle(entry: Entry): string {
  const { t } = useLingui();
  const act = entry.operation?.split(".").at(-1) ?? "";
  const upkeep: Record<string, string> = { unite: entry.act === "trashed" ? t`United into another record` : t`United with others`, part: t`Parted again`, bring_back: t`Earlier values brought back` };
  return entry.kind === "history" && entry.operation?.split(".").length === 3 ? (upkeep[act] ?? entry.title) : entry.title;
}

function EntryPart({ object, record, entry, onBringBack }: EntryProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const { link } = entry;
  const isNamed = Boolean(entry.title);
  const title = useTitle(entry);
  const cause = entry.cause && entry.cause !== entry.operation ? definitions.operations[entry.cause] : undefined;
  const Icon = entry.operation && !entry.operation.startsWith(object.name) && entry.kind === "history" ? Zap : (ICONS[entry.kind] ?? Sparkles);
  const who = entry.by_name || t`The system`;
  const changes = entry.changes ?? [];
  const earlier = onBringBack ? earlierOf(object, entry) : [];
  return (
    <li className={`q-entry q-entry-${entry.kind}`}>
      <span className="q-entry-mark">{entry.kind === "history" || entry.kind === "activity" ? <Avatar name={who} size={24} /> : <Icon size={14} aria-hidden />}</span>
      <div className="q-entry-body">
        <p className="q-entry-head">
          <strong>{who}</strong> {link ? <EntryLink link={link} label={isNamed ? entry.title : link.label} sort={entry.sort} /> : <span>{title}</span>}{" "}
          <time dateTime={entry.at} title={showMoment(entry.at)} className="q-muted">
            {showAgo(entry.at)}
          </time>
          {earlier.length > 1 && <BackButton label={t`Bring all of this back`} onPress={() => onBringBack?.()} />}
        </p>
        {entry.text && <p className="q-entry-text">{entry.text}</p>}
        {changes.length > 0 && (
          <ul className="q-changes">
            {changes.map((change) => (
              <ChangeLine key={change.field} object={object} record={record} change={change} onBringBack={earlier.includes(change) ? () => onBringBack?.(change.field) : undefined} />
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

function BackButton({ label, onPress }: { label: string; onPress: () => void }) {
  return <Button type="text" size="small" className="q-entry-back" title={label} aria-label={label} icon={<Undo2 size={13} aria-hidden />} onClick={onPress} />;
}

function ChangeLine({ object, record, change, onBringBack }: TimelineProps & { change: Change; onBringBack?: () => void }) {
  const { t } = useLingui();
  const field = fieldOf(object, change.field);
  const label = change.label ?? field?.label ?? change.field;
  const back = onBringBack && <BackButton label={t`Bring ${label} back`} onPress={onBringBack} />;
  if (change.lines || field?.type === "lines")
    return (
      <li>
        {t`${label} changed`} {back}
      </li>
    );
  return (
    <li>
      <span className="q-muted">{label}</span>{" "}
      {!isBlank(change.old) && (
        <>
          <del>
            <PastValue field={field} value={change.old} label={change.old_label} />
          </del>{" "}
          <ArrowRight size={12} aria-label={t`now`} />{" "}
        </>
      )}
      <ins>
        <PastValue field={field} value={change.new} label={change.new_label ?? (record[change.field] === change.new ? record._labels?.[change.field] : null)} />
      </ins>{" "}
      {back}
    </li>
  );
}

/** A value without its record: what a link leads to is named, or asked for. */
export function PastValue({ field, value, label }: { field?: Field; value: unknown; label?: string | null }) {
  if (field && isLink(field) && field.to && typeof value === "number") return label || <LinkName object={field.to} id={value} />;
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
  if (!field || isLink(field)) return typeof value === "object" ? String((value as { label?: string }).label ?? JSON.stringify(value)) : String(value);
  return kindOf(field).text(value, field, {}) || String(value);
}
