/** What the server tells of flows: where an instance stands, whose turn it is, what this person may do. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { get } from "../kit/api";
import { language } from "../kit/i18n";
import type { Definitions, RecordAnswer, Values } from "../records/definitions";
import type { StoredFile } from "../records/fields/upload";

export type Words = Partial<Record<"en" | "zh", string>>;
export type TaskAct = "approve" | "handle" | "reject" | "send_back" | "hand_over" | "delegate" | "add_approver" | "remove_approver" | "take_back" | "read" | "reassign";
export type InstanceAct = "withdraw" | "urge" | "cancel" | "resubmit" | "comment" | "restart_step" | "jump" | "stop" | "move_to_version";

export interface Step {
  step: string;
  label: Words;
  kind?: string;
}

/** A step at which it stands or that may follow; a branching or loop holds more of them. */
export interface Node extends Step {
  is_at: boolean;
  take: "first" | "fitting" | "all" | null;
  /** Of a loop: at which row it is, and how many there are. */
  turn: [number, number] | null;
  ways: { label: Words; is_done: boolean; steps: Node[] }[];
}

export interface Instance {
  id: number;
  title: string;
  flow: string;
  object: string | null;
  record: number | string | null;
  label: Words;
  state: string;
  submitter: number | null;
  "submitter._label": string | null;
  started_at: string;
  ended_at: string | null;
  problem: string | null;
  at: Step[];
  outline: Node[];
  steps: Step[];
  may: InstanceAct[];
}

export interface Task {
  id: number;
  instance: number;
  number: number | string;
  step: string;
  label: Words | null;
  kind: "approve" | "handle" | "copy" | "message";
  state: "open" | "waiting" | "paused" | "done" | "cancelled";
  result: string | null;
  assignee: number;
  "assignee._label": string | null;
  on_behalf_of: number | null;
  "on_behalf_of._label": string | null;
  created_at: string;
  done_at: string | null;
  due_at: string | null;
  urged_at: string | null;
  /** Working hours that its person has, or had, it. */
  hours: number;
  reason: string | null;
  text: string | null;
  may: TaskAct[];
  back_to?: Step[];
  back?: "choose" | "straight" | "again";
  needs_reason?: "never" | "on_reject" | "always";
  fields?: Record<string, "see" | "change">;
  chosen?: Step[];
  confirm?: "" | "password" | "signature";
  draft?: { reason: string; values: Values };
}

export interface TrailAct {
  id: number;
  instance: number;
  act: string;
  step: string | null;
  label: Words | null;
  by: number | null;
  "by._label": string | null;
  to: number | null;
  "to._label": string | null;
  at: string;
  reason: string | null;
  /** Number of the task that it was done with. */
  task: number | string | null;
  detail: string | null;
  /** Branches taken, or the step sent back to. */
  way: Words | null;
  signature?: StoredFile[] | StoredFile | null;
  files?: StoredFile[] | null;
}

export interface Told {
  instances: Instance[];
  tasks: Task[];
  acts: TrailAct[];
}

export interface Offered {
  flow: string;
  label: Words;
  chosen: Step[];
}

export const said = (words: Words | null | undefined): string => words?.[language()] ?? words?.en ?? words?.zh ?? "";

/** Under “record”: whatever makes records be asked for again asks for this too. */
export const useFlowsOf = (object: string, id: number) =>
  useQuery({
    queryKey: ["record", "flows", object, id],
    queryFn: ({ signal }) => get<Told & { flows: Offered[] }>(`/api/flows/of/${object}/${id}`, undefined, signal),
  });

export const useInstance = (id: number | null) =>
  useQuery({
    queryKey: ["record", "flows", "instance", id],
    queryFn: ({ signal }) => get<Told>(`/api/flows/instances/${id}`, undefined, signal),
    enabled: id !== null,
  });

export interface Flow {
  flow: string;
  label: Words;
  object: string;
  is_active: boolean;
  /** Fields of the record that are read in lists of work; none: those of its own list. */
  summary: string[];
}

/** What a list of work says beside its own rows. */
export interface Listed {
  /** By object: what tasks show of records beyond the roles. */
  records: Record<string, RecordAnswer[]>;
  /** Of those that the roles don't know. */
  objects: Definitions["objects"];
  holders: { instance: number; holder: string | null; since: string; hours: number }[];
}

const NOTHING: Listed = { records: {}, objects: {}, holders: [] };

export function useListed(kind: "tasks" | "instances", ids: number[]): Listed {
  const { data } = useQuery({
    queryKey: ["record", "listed", kind, ids],
    queryFn: ({ signal }) => get<Listed>("/api/flows/listed", { [kind]: ids.join(",") }, signal),
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
  });
  return data ?? NOTHING;
}

export const useFlows = () =>
  useQuery({ queryKey: ["flows"], queryFn: ({ signal }) => get<{ flows: Flow[] }>("/api/flows", undefined, signal), staleTime: 300_000, select: ({ flows }) => flows });

/** How much waits for me: what is to decide or do, and what I haven't read. */
export function useWaiting(): number {
  const { data } = useQuery({
    queryKey: ["list", "flow.task", "waiting"],
    queryFn: ({ signal }) => get<{ count: { value: number } | null }>("/api/records/flow.task", { where: "waits_for = me", fields: "id", limit: 1, count: true }, signal),
    staleTime: 30_000,
    retry: false,
  });
  return data?.count?.value ?? 0;
}
