/** The draft that a builder works in: shown at once, written in the background, undone step by step. */
import { useSyncExternalStore } from "react";
import { call, get, post, Problem } from "../kit/api";

/** A definition as its YAML's JSON form; which properties it has depends on its kind. */
export type Body = Record<string, any>;

export interface Entry {
  /** Null: removed in this draft. */
  body: Body | null;
  app: string;
  shipped: boolean;
  changed: boolean;
  is_new: boolean;
  /** What the app came with, where the body was another when the draft was loaded. */
  shipped_body?: Body | null;
}

export type Definitions = Record<string, Record<string, Entry>>;

export interface Change {
  kind: string;
  name: string;
  body: Body | null;
}

interface Answer {
  draft: number;
  base: number;
  version: number;
  title?: string;
  note?: string;
  release_is_newer?: boolean;
  definitions: Definitions;
}

interface Step {
  words: string;
  typing: string;
  back: Change[];
  forth: Change[];
}

export type Saved = "saved" | "saving" | "failed";

export interface DraftState {
  number: number;
  base: number;
  version: number;
  title: string;
  note: string;
  releaseIsNewer: boolean;
  definitions: Definitions;
  saved: Saved;
  error: unknown;
  /** Definitions that the server doesn't take as they are; all others are stored. */
  refused: Refused[];
  /** What Ctrl-Z would take back, and Ctrl-Shift-Z bring again. */
  undoes: string | null;
  redoes: string | null;
  isLoaded: boolean;
}

export interface Refused {
  change: Change;
  problem: Problem;
}

/** The answer of a server that has stored the changes, or refused them. */
export interface DraftDoor {
  read: (draft: number) => Promise<Answer>;
  write: (draft: number, version: number, changes: Change[]) => Promise<{ version: number }>;
  describe: (draft: number, words: { title: string }) => Promise<unknown>;
  rename: (draft: number, version: number, place: Renamed) => Promise<unknown>;
}

/** A field, or one of its choices, and the name that it shall have wherever it is spoken of. */
export interface Renamed {
  object: string;
  field: string;
  choice?: string;
  to: string;
}

const door: DraftDoor = {
  read: (draft) => get<Answer>(`/api/drafts/${draft}/definitions`),
  write: (draft, version, changes) => post<{ version: number }>(`/api/drafts/${draft}/changes`, { version, changes }),
  describe: (draft, words) => call("PATCH", `/api/drafts/${draft}`, { body: words }),
  rename: (draft, version, place) => post(`/api/drafts/${draft}/rename`, { ...place, version }),
};

const keyOf = ({ kind, name }: Change): string => `${kind} ${name}`;

/** Later changes of the same definition take the place of earlier ones. */
export const merged = (changes: Change[]): Change[] => [...new Map(changes.map((change) => [keyOf(change), change])).values()];

export function applied(definitions: Definitions, changes: Change[]): Definitions {
  const result = { ...definitions };
  for (const { kind, name, body } of changes) {
    const known = result[kind]?.[name];
    const fresh: Entry = { ...(known ?? { app: appOf(kind, name), shipped: false, is_new: true }), body, changed: true };
    result[kind] = { ...result[kind], [name]: fresh };
  }
  return result;
}

const appOf = (kind: string, name: string): string => (kind === "app" ? name : (name.split(":")[0] ?? name).split(".")[0] ?? "");

export class DraftStore {
  private state: DraftState;
  private readonly listeners = new Set<() => void>();
  private readonly past: Step[] = [];
  private readonly future: Step[] = [];
  private waiting: Change[] = [];
  /** As the server has them, as far as this screen knows. */
  private stored: Definitions = {};
  private readonly refused = new Map<string, Refused>();
  private readonly names = new Map<string, string>();
  private writing: Promise<void> | null = null;
  private readonly door: DraftDoor;

  constructor(number: number, through: DraftDoor = door) {
    this.door = through;
    this.state = {
      number, base: 0, version: 0, title: "", note: "", releaseIsNewer: false, definitions: {}, saved: "saved", error: null, refused: [], undoes: null, redoes: null, isLoaded: false,
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly read = (): DraftState => this.state;

  /** What the server has now; changes of this screen that it hasn't taken yet are laid over it. */
  async load(): Promise<void> {
    try {
      await this.fetch();
    } catch (error) {
      this.show({ error });
    }
  }

  private async fetch(): Promise<void> {
    const answer = await this.door.read(this.state.number);
    this.stored = answer.definitions;
    this.show({
      base: answer.base,
      version: answer.version,
      title: answer.title ?? "",
      note: answer.note ?? "",
      releaseIsNewer: answer.release_is_newer ?? false,
      definitions: applied(answer.definitions, this.unstored()),
      error: null,
      isLoaded: true,
    });
  }

  private unstored(): Change[] {
    return merged([...[...this.refused.values()].map(({ change }) => change), ...this.waiting]);
  }

  /** A field got another name: who still speaks of the old one means it. */
  called(object: string, from: string, to: string): void {
    this.names.set(`${object} ${from}`, to);
  }

  nameNow(object: string, field: string): string {
    const isThere = Object.values(this.state.definitions.object ?? {}).some(({ body }) => body?.object === object && field in ((body.fields as Body | undefined) ?? {}));
    return isThere ? field : (this.names.get(`${object} ${field}`) ?? field);
  }

  body(kind: string, name: string): Body | undefined {
    return this.state.definitions[kind]?.[name]?.body ?? undefined;
  }

  /** One act of the person: any number of definitions, one step of undo. `words` name it; acts with the same `typing` are one. */
  change(words: string, changes: Change[], typing = ""): void {
    const real = changes.filter(({ kind, name, body }) => JSON.stringify(body) !== JSON.stringify(this.body(kind, name) ?? null));
    if (real.length === 0) return;
    const back = real.map(({ kind, name }) => ({ kind, name, body: this.body(kind, name) ?? null }));
    const last = this.past.at(-1);
    if (last && typing && last.typing === typing && isSame(last.forth, real)) last.forth = real;
    else this.past.push({ words, typing, back, forth: real });
    this.future.length = 0;
    this.put(real);
  }

  readonly undo = (): void => this.turn(this.past, this.future, (step) => step.back);
  readonly redo = (): void => this.turn(this.future, this.past, (step) => step.forth);

  /** Resolves when everything shown is stored: before checking, trying and publishing. */
  async settled(): Promise<void> {
    while (this.writing) await this.writing;
    if (this.state.saved === "failed") throw this.state.error;
  }

  /** The server rewrites all that speaks of it; one act like any other. Throws its refusal. */
  async renamePlace(words: string, place: Renamed): Promise<void> {
    await this.settled();
    const before = this.state.definitions;
    await this.door.rename(this.state.number, this.state.version, place);
    await this.load();
    const forth = differing(before, this.state.definitions);
    this.past.push({ words, typing: "", back: differing(this.state.definitions, before), forth });
    this.future.length = 0;
    this.show({});
  }

  /** What the draft is about, for oneself and the others. */
  async rename(title: string): Promise<void> {
    const before = this.state.title;
    this.show({ title });
    try {
      await this.door.describe(this.state.number, { title });
    } catch (error) {
      this.show({ title: before, error });
    }
  }

  /** Tries again what could not be stored. */
  readonly retry = (): void => {
    this.waiting = this.unstored();
    this.refused.clear();
    this.show({ saved: "saving", error: null });
    this.flush();
  };

  private turn(from: Step[], to: Step[], changes: (step: Step) => Change[]): void {
    const step = from.pop();
    if (!step) return;
    to.push(step);
    this.put(changes(step));
  }

  private put(changes: Change[]): void {
    for (const change of changes) this.refused.delete(keyOf(change));
    this.waiting = merged([...this.waiting, ...changes]);
    this.show({ definitions: applied(this.state.definitions, changes), saved: "saving", error: null });
    this.flush();
  }

  private flush(): void {
    this.writing ??= this.drain().finally(() => {
      this.writing = null;
      if (this.waiting.length > 0 && this.state.saved === "saving") this.flush();
    });
  }

  /** One request at a time; what gathers meanwhile goes with the next. */
  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const sent = this.waiting;
      this.waiting = [];
      try {
        await this.send(sent);
        if (this.waiting.length === 0) this.rest();
      } catch (error) {
        this.waiting = merged([...sent, ...this.waiting]);
        if (!(error instanceof Problem && error.status === 409)) return this.fail(error);
        if (!(await this.yieldTo(error))) return;
      }
    }
  }

  /** What the server refuses is set aside, definition by definition; it keeps nothing else back. */
  private async send(changes: Change[]): Promise<void> {
    try {
      const { version } = await this.door.write(this.state.number, this.state.version, changes);
      this.stored = applied(this.stored, changes);
      this.show({ version });
    } catch (error) {
      if (!(error instanceof Problem && error.status === 422)) throw error;
      const [change, ...others] = changes;
      if (change && others.length === 0) this.refused.set(keyOf(change), { change, problem: error });
      else for (const each of changes) await this.send([each]);
    }
  }

  private rest(): void {
    const [refused] = this.refused.values();
    if (refused) this.fail(refused.problem);
    else this.show({ saved: "saved" });
  }

  private fail(error: unknown): void {
    this.show({ saved: "failed", error });
  }

  /** Somebody else changed this draft: of what they wrote, ours is given up and that is said; the rest is sent again. True: go on. */
  private async yieldTo(problem: Problem): Promise<boolean> {
    const { stored } = this;
    const { version } = this.state;
    try {
      await this.fetch();
    } catch (error) {
      this.fail(error);
      return false;
    }
    const isTheirs = (change: Change) => this.state.version === version || !isSameEntry(entryOf(stored, change), entryOf(this.stored, change));
    const lost = this.unstored().filter(isTheirs);
    this.waiting = this.waiting.filter((change) => !isTheirs(change));
    for (const change of lost) this.refused.delete(keyOf(change));
    for (const steps of [this.past, this.future]) steps.splice(0, steps.length, ...steps.filter(({ forth }) => !forth.some(isTheirs)));
    this.show({ definitions: applied(this.stored, this.unstored()) });
    if (lost.length > 0) this.show({ error: problem });
    if (this.waiting.length === 0) this.show({ saved: this.refused.size > 0 ? "failed" : "saved" });
    return this.waiting.length > 0;
  }

  private show(news: Partial<DraftState>): void {
    this.state = { ...this.state, ...news, refused: [...this.refused.values()], undoes: this.past.at(-1)?.words ?? null, redoes: this.future.at(-1)?.words ?? null };
    for (const listener of this.listeners) listener();
  }
}

/** What `after` says otherwise than `before`. */
const differing = (before: Definitions, after: Definitions): Change[] =>
  Object.entries(after).flatMap(([kind, entries]) => Object.entries(entries).flatMap(([name, { body }]) => (JSON.stringify(body) === JSON.stringify(before[kind]?.[name]?.body ?? null) ? [] : [{ kind, name, body }])));

const entryOf = (definitions: Definitions, { kind, name }: Change): Body | null => definitions[kind]?.[name]?.body ?? null;
const isSameEntry = (one: Body | null, other: Body | null): boolean => JSON.stringify(one) === JSON.stringify(other);
const isSame = (one: Change[], other: Change[]): boolean => one.map(keyOf).join() === other.map(keyOf).join();

const stores = new Map<number, DraftStore>();

/** The one store of that draft in this tab. */
export function draftStore(number: number): DraftStore {
  let store = stores.get(number);
  if (!store) {
    store = new DraftStore(number);
    stores.set(number, store);
    void store.load();
  }
  return store;
}

export function forgetDraft(number: number): void {
  stores.delete(number);
}

export interface Drafting extends DraftState {
  store: DraftStore;
}

export function useDraftState(number: number): Drafting {
  const store = draftStore(number);
  return { ...useSyncExternalStore(store.subscribe, store.read), store };
}

export interface DraftInfo {
  draft: number;
  base: number;
  title: string;
  note: string;
  is_shared: boolean;
  /** The suggestion that it came from. */
  suggestion: number | null;
  created_by: number | null;
  created_by_name: string;
  created_at: string;
  version: number;
  changes: Record<string, Body | null>;
}

export const listDrafts = async (signal?: AbortSignal): Promise<DraftInfo[]> => (await get<{ drafts: DraftInfo[] }>("/api/drafts", undefined, signal)).drafts;
export const createDraft = (title: string): Promise<DraftInfo> => call<DraftInfo>("POST", "/api/drafts", { body: { title } });
