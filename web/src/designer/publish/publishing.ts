/** Publishing as the server does it: the shapes, and the calls. */
import { call, freshKey, get, post, Problem } from "../../kit/api";

/** What is done to the data, in sentences; `waits` of the `seconds` hold up those who save. */
export interface Planned {
  told: { act: string; object: string; field: string; text: string }[];
  seconds: number;
  waits: number;
}

export const isPlanned = <T extends Partial<Planned>>(given: T): given is T & Planned => given.told !== undefined;

export interface Conflict {
  kind: string;
  name: string;
  /** "" for the whole definition. */
  property: string;
  /** As it was before both, as you made it, as the other side has it now; null where it isn't there. */
  base: unknown;
  ours: unknown;
  theirs: unknown;
}

export type Side = "ours" | "theirs";

export interface Decision {
  kind: string;
  name: string;
  property: string;
  take: Side;
}

/** A publication that prepares large tables beside the work. */
export interface Publication {
  publication: number;
  state: "filling" | "paused" | "cancelling" | "done" | "cancelled" | "failed";
  done: number;
  rows: number;
  left_seconds: number | null;
  problem: { code: string; detail: string } | null;
  draft: number | null;
  release: number | null;
}

export interface Published {
  release?: number;
  publication?: Publication;
}

export interface Release {
  release: number;
  note: string;
  apps: Record<string, string>;
  published_at: string;
  published_by: number | null;
  published_by_name?: string;
  proposed_by?: { id: number; name: string }[];
  rolls_back_to: number | null;
}

export const fetchPlan = (draft: number): Promise<Planned> => post<Planned>(`/api/drafts/${draft}/plan`);

/** `confirm`: values that the new definitions can't hold may go out of use. */
export const publishDraft = (draft: number, note: string, choices: Decision[], confirm: boolean): Promise<Published> => {
  const body = { note, choices, confirm };
  return call<Published>("POST", `/api/drafts/${draft}/publish`, { body, idempotencyKey: sentUnder(`${draft} ${JSON.stringify(body)}`) });
};

const keys = new Map<string, string>();

/** Pressed again after the line broke, it is the same act. */
function sentUnder(act: string): string {
  const key = keys.get(act) ?? freshKey();
  keys.set(act, key);
  return key;
}

/** Another draft's changes into this one. */
export const mergeDraft = (into: number, from: number, choices: Decision[]): Promise<unknown> => post(`/api/drafts/${into}/merge`, { from, choices });

/** A body with the property at a path set: how a finding's fix is applied. */
export function withProperty(body: Record<string, unknown>, path: string[], value: unknown): Record<string, unknown> {
  const [first, ...rest] = path;
  if (first === undefined) return body;
  const inner = (body[first] ?? {}) as Record<string, unknown>;
  return { ...body, [first]: rest.length === 0 ? value : withProperty(inner, rest, value) };
}

/** Values would go out of use: that waits for a confirmation, not for a mend. */
export const isLoss = ({ kind, place, severity }: { kind: string; place: string; severity: string }): boolean =>
  severity === "error" && kind === "object" && /^fields\.[^.]+\.(type|choices\.[^.]+)$/.test(place);

export const fetchPublication = (number: number, signal?: AbortSignal): Promise<Publication> => get<Publication>(`/api/publications/${number}`, undefined, signal);

export const fetchPublications = async (signal?: AbortSignal): Promise<Publication[]> =>
  (await get<{ publications: Publication[] }>("/api/publications", undefined, signal)).publications;

export const isUnderWay = ({ state }: Publication): boolean => state !== "done" && state !== "cancelled";

export type Act = "pause" | "resume" | "cancel";

export const actOn = (number: number, act: Act): Promise<Publication> => post<Publication>(`/api/publications/${number}/${act}`);

export const fetchReleases = async (signal?: AbortSignal): Promise<Release[]> =>
  (await get<{ releases: Release[] }>("/api/releases", undefined, signal)).releases.toSorted((one, other) => other.release - one.release);

/** What both sides changed, when that is why the server refused. */
export function conflictsOf(error: unknown): Conflict[] | null {
  if (!(error instanceof Problem) || error.code !== "merge_conflicts") return null;
  return (error.body.conflicts as Conflict[] | undefined) ?? [];
}

export const keyOf = ({ kind, name, property }: { kind: string; name: string; property: string }): string => `${kind}/${name}/${property}`;

/** What a thing's findings, steps or differences are listed under. */
export function grouped<T extends { kind: string; name: string }>(items: T[]): { kind: string; name: string; items: T[] }[] {
  const groups = new Map<string, { kind: string; name: string; items: T[] }>();
  for (const item of items) {
    const key = `${item.kind}/${item.name}`;
    const group = groups.get(key) ?? { kind: item.kind, name: item.name, items: [] };
    group.items.push(item);
    groups.set(key, group);
  }
  return [...groups.values()];
}
