/** The four lists of My work: what each holds, what it may be narrowed by, and how that is asked. */
import type { RecordAnswer } from "../records/definitions";

export type Name = "todo" | "done" | "mine" | "copied";

interface List {
  object: "flow.task" | "flow.instance";
  where: string;
  /** What of it is counted on its tab: what one should come through, or look after. */
  counted: string;
  sort: string;
  submitter: string | null;
}

const PEOPLE = 'kind in ("approve", "handle")';
export const LISTS: Record<Name, List> = {
  todo: { object: "flow.task", where: `waits_for = me and ${PEOPLE}`, counted: "", sort: "-id", submitter: "instance.submitter" },
  done: { object: "flow.task", where: `assignee = me and state = "done" and ${PEOPLE}`, counted: "", sort: "-done_at", submitter: "instance.submitter" },
  mine: { object: "flow.instance", where: "submitter = me", counted: 'state in ("queued", "running", "failed")', sort: "-id", submitter: null },
  copied: { object: "flow.task", where: 'assignee = me and kind in ("copy", "message")', counted: 'state = "open"', sort: "-id", submitter: "instance.submitter" },
};

const TASK_FIELDS = ["id", "title", "flow", "object", "record", "step_en", "step_zh", "kind", "state", "result", "due_at", "created_at", "done_at", "seen_at", "instance", "instance.submitter._label", "on_behalf_of._label", "text"];
const INSTANCE_FIELDS = ["id", "title", "flow", "object", "record", "state", "at_step", "started_at", "ended_at"];
export const fieldsOf = (name: Name): string[] => (LISTS[name].object === "flow.task" ? TASK_FIELDS : INSTANCE_FIELDS);

export type When = "late" | "day" | "week";
const WHEN: Record<When, string> = { late: "is_late", day: "due_at < now() + days(1)", week: "due_at < now() + days(7)" };

export interface Narrowed {
  /** `flow` or `object`, a space, its name. */
  about?: string;
  submitter?: number;
  submitterLabel?: string;
  when?: When;
  /** Of mine those that go on; of copies those not read. */
  isOpenOnly?: boolean;
}

export function whereOf(name: Name, { about, submitter, when, isOpenOnly }: Narrowed): string {
  const list = LISTS[name];
  const [path, value] = about?.split(" ") ?? [];
  return [list.where, path && `${path} = "${value}"`, submitter !== undefined && list.submitter && `${list.submitter} = ${submitter}`, when && WHEN[when], isOpenOnly && list.counted].filter(Boolean).join(" and ");
}

export const isNarrowed = ({ about, submitter, when, isOpenOnly }: Narrowed): boolean => Boolean(about || submitter !== undefined || when || isOpenOnly);

/** Who has it hasn't opened it since it came to them, or since it was urged. */
export const isUnread = (row: RecordAnswer): boolean => row.state === "open" && !row.seen_at;

export const isLate = (row: RecordAnswer): boolean => row.state === "open" && Boolean(row.due_at) && new Date(String(row.due_at)).getTime() < Date.now();
