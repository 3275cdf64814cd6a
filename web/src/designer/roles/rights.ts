/** What a role may do, as changes of its parts. An app's part is `app:role`, the workspace's own is `role`. Nothing here draws. */
import { alive, tidy, wholeObject } from "../acts";
import type { Body, Change, Definitions } from "../draft";
import { fieldsOf } from "../layout";
import type { Words } from "../words";

export const VERBS = ["see", "create", "change", "remove", "export"] as const;
export type Verb = (typeof VERBS)[number];
/** A formula over the record; `true`: every record, `false`: none. */
export type Scope = string | boolean;
export type ScopeKind = "none" | "all" | "own" | "department" | "below" | "formula";

export interface Part {
  key: string;
  app: string;
  body: Body;
  /** What the app came with, where that is another. */
  shipped: Body | null;
  isShipped: boolean;
  isChanged: boolean;
}

export interface Grant {
  see: Scope;
  create: Scope;
  change: Scope;
  remove: Scope;
  export: Scope;
  hide: string[];
  only: string[];
  locked: string[];
  writes: string[];
}

const LISTS = ["hide", "only", "locked", "writes"] as const;
type List = (typeof LISTS)[number];

export function partsOf(definitions: Definitions, role: string): Part[] {
  return Object.entries(definitions.role ?? {}).flatMap(([key, entry]) => {
    const { body } = entry;
    if (!body || body.role !== role) return [];
    return [{ key, app: body.app ?? "", body, shipped: entry.shipped_body ?? null, isShipped: entry.shipped, isChanged: entry.changed || Boolean(entry.shipped_body) }];
  });
}

export const grantIn = (part: Part, object: string): Body | undefined => part.body.objects?.[object];

/** What all parts together allow, as the server puts them together. */
export function grantOf(parts: Part[], object: string): Grant {
  const grants = parts.flatMap((part) => grantIn(part, object) ?? []);
  const either = (verb: Verb): Scope => grants.map((grant) => (grant[verb] ?? false) as Scope).reduce(joined, false);
  const all = (list: List): string[] => [...new Set(grants.flatMap((grant) => (grant[list] ?? []) as string[]))];
  return {
    see: either("see"), create: either("create"), change: either("change"), remove: either("remove"), export: either("export"),
    hide: all("hide"), only: all("only"), locked: all("locked"), writes: all("writes"),
  };
}

function joined(one: Scope, other: Scope): Scope {
  if (isAll(one) || isAll(other)) return true;
  if (!one || !other || one === other) return one || other;
  return `(${one}) or (${other})`;
}

const isAll = (scope: Scope): boolean => scope === true || scope === "true";

// --- scopes as choices ---------------------------------------------------------------------------

export interface ScopeChoice {
  kind: ScopeKind;
  scope: Scope;
  /** The field that it goes by. */
  field?: string;
}

const PEOPLE = ["owner", "responsible", "person", "assignee"];

/** The ranges of records that can be chosen for the object, by its own links to people and departments. */
export function choicesFor(definitions: Definitions, object: string): ScopeChoice[] {
  const body = wholeObject(definitions, object)?.body;
  const fields = body ? fieldsOf(body) : [];
  const linking = (to: string) => fields.filter(([, field]) => !field.many && targetOf(definitions, object, field) === to).map(([name]) => name);
  const own = (name: string): number => (name === body?.owner_field ? -1 : PEOPLE.includes(name) ? PEOPLE.indexOf(name) : PEOPLE.length);
  const people = [...linking("base.user").toSorted((one, other) => own(one) - own(other)), ...(body?.lines_of ? [] : ["created_by"])];
  const departments = linking("base.department");
  const through = departments.length ? departments : people.slice(0, 1).map((person) => `${person}.department`);
  return [
    { kind: "all", scope: true },
    ...people.map((field) => ({ kind: "own" as const, scope: `${field} = me`, field })),
    ...through.map((field) => ({ kind: "department" as const, scope: `${field} = me.department`, field })),
    ...through.map((field) => ({ kind: "below" as const, scope: `${field} in my_departments()`, field })),
  ];
}

const TARGETS: Record<string, string> = { user: "base.user", department: "base.department" };

/** Where the field leads, for lookups through the links of their path. */
function targetOf(definitions: Definitions, object: string, field: Body, deep = 0): string | undefined {
  if (field.type !== "lookup") return TARGETS[field.type] ?? (field.type === "link" ? field.to : undefined);
  let at: string | undefined = object;
  for (const name of String(field.path ?? "").split(".")) {
    const next: Body | undefined = at && deep < 5 ? wholeObject(definitions, at)?.body.fields[name] : undefined;
    at = at && next ? targetOf(definitions, at, next, deep + 1) : undefined;
  }
  return at;
}

const plain = (scope: Scope): string => String(scope).replace(/\s+/g, " ").trim();

export function kindOfScope(scope: Scope, choices: ScopeChoice[]): ScopeKind {
  if (!scope) return "none";
  if (isAll(scope)) return "all";
  return choices.find((choice) => plain(choice.scope) === plain(scope))?.kind ?? "formula";
}

/** The first choice of that kind; undefined where the object has nothing to go by. */
export function scopeOfKind(kind: ScopeKind, choices: ScopeChoice[]): Scope | undefined {
  return kind === "none" ? false : choices.find((choice) => choice.kind === kind)?.scope;
}

// --- acts ----------------------------------------------------------------------------------------

export interface Cell {
  object: string;
  verb: Verb;
}

/** Parts under work: several cells change in one act. */
class Writing {
  private readonly bodies = new Map<string, Body>();
  private readonly definitions: Definitions;
  readonly role: string;

  constructor(definitions: Definitions, role: string) {
    this.definitions = definitions;
    this.role = role;
    for (const part of partsOf(definitions, role)) this.bodies.set(part.key, part.body);
  }

  keys(): string[] {
    return [...this.bodies.keys()];
  }

  grant(key: string, object: string): Body | undefined {
    return this.bodies.get(key)?.objects?.[object];
  }

  body(key: string): Body {
    return this.bodies.get(key) ?? { role: this.role, ...(key.includes(":") ? { app: key.split(":")[0] } : {}), objects: {} };
  }

  put(key: string, body: Body): void {
    this.bodies.set(key, body);
  }

  putGrant(key: string, object: string, grant: Body): void {
    const body = this.body(key);
    const { [object]: _, ...others } = (body.objects ?? {}) as Record<string, Body>;
    const news = tidy(grant);
    this.put(key, { ...body, objects: Object.keys(news).length ? { ...body.objects, [object]: news } : others });
  }

  /** Where a right on the object belongs that no part gives yet: with the object's app, else with the workspace's own part. */
  home(object: string): string {
    const app = `${object.split(".")[0]}:${this.role}`;
    const giving = this.keys().filter((key) => this.grant(key, object));
    return giving.find((key) => key === app) ?? giving[0] ?? (this.bodies.has(app) ? app : this.role);
  }

  changes(): Change[] {
    return [...this.bodies].flatMap(([name, body]) => (body === this.definitions.role?.[name]?.body ? [] : [{ kind: "role", name, body }]));
  }
}

/** These cells get this range of records; where an object has nothing to go by, they stay. Export has no range. */
export function setScopes(definitions: Definitions, role: string, cells: Cell[], wanted: (object: string) => Scope | undefined): Change[] {
  const writing = new Writing(definitions, role);
  for (const { object, verb } of cells) {
    const scope = wanted(object);
    if (scope !== undefined) setScope(writing, object, verb, verb === "export" ? Boolean(scope) : scope);
  }
  return writing.changes();
}

/** One part gives it, the others give it no more: what is chosen is what holds. */
function setScope(writing: Writing, object: string, verb: Verb, scope: Scope): void {
  const giving = writing.keys().filter((key) => writing.grant(key, object)?.[verb]);
  const home = giving.find((key) => key.startsWith(`${object.split(".")[0]}:`)) ?? giving[0] ?? writing.home(object);
  for (const key of giving) if (key !== home) writing.putGrant(key, object, { ...writing.grant(key, object), [verb]: false });
  const needsSight = scope && verb !== "see" && !writing.keys().some((key) => writing.grant(key, object)?.see);
  writing.putGrant(home, object, { ...writing.grant(home, object), [verb]: scope, ...(needsSight ? { see: verb === "create" ? true : scope } : {}) });
}

export const mayField = (grant: Grant, field: string, act: "see" | "write"): boolean => {
  const isSeen = !grant.hide.includes(field) && (grant.only.length === 0 || grant.only.includes(field));
  return act === "see" ? isSeen : isSeen && !grant.locked.includes(field) && (grant.writes.length === 0 || grant.writes.includes(field));
};

/** Fields that the role sees, or may write, of the object's records. What is written must be seen. */
export function setFields(definitions: Definitions, role: string, object: string, fields: string[], act: "see" | "write", may: boolean): Change[] {
  const writing = new Writing(definitions, role);
  for (const field of fields) {
    if (act === "see" || may) letOrKeep(writing, object, field, "hide", "only", act === "see" ? may : true);
    if (act === "write" || !may) letOrKeep(writing, object, field, "locked", "writes", act === "write" ? may : true);
  }
  return writing.changes();
}

/** `without` names what is kept away, `only` is, where it says anything, all that is let. */
function letOrKeep(writing: Writing, object: string, field: string, without: List, only: List, isLet: boolean): void {
  const giving = writing.keys().filter((key) => writing.grant(key, object));
  const listing = giving.filter((key) => writing.grant(key, object)?.[only]?.length);
  const listed = new Set(listing.flatMap((key) => writing.grant(key, object)![only] as string[]));
  const canLeave = listed.size > 1 || !listed.has(field);
  for (const key of giving) {
    const grant = writing.grant(key, object)!;
    const kept = ((grant[without] ?? []) as string[]).filter((name) => name !== field);
    const named = ((grant[only] ?? []) as string[]).filter((name) => isLet || name !== field || !canLeave);
    const isNamed = isLet && key === listing[0] && !listed.has(field);
    const isKept = !isLet && (listed.size === 0 || !canLeave);
    writing.putGrant(key, object, { ...grant, [without]: isKept ? [...kept, field] : kept, [only]: isNamed ? [...named, field] : named });
  }
}

// --- operations ----------------------------------------------------------------------------------

export const mayPerform = (parts: Part[], operation: string): boolean =>
  parts.some((part) => (part.body.operations ?? []).some((entry: string) => entry === operation || entry === `${operation.split(".")[0]}.*`));

/** `operation` may be `app.*`: all of the app, those to come included. */
export function setOperation(definitions: Definitions, role: string, operation: string, may: boolean, ofApp: string[]): Change[] {
  const writing = new Writing(definitions, role);
  const app = operation.split(".")[0]!;
  const whole = `${app}.*`;
  const hadAll = writing.keys().some((key) => entriesOf(writing, key).includes(whole));
  const gone = new Set(operation === whole ? [whole, ...(may ? ofApp : [])] : may ? [] : [whole, operation]);
  for (const key of writing.keys()) {
    const rest = entriesOf(writing, key).filter((entry) => !gone.has(entry));
    if (rest.length !== entriesOf(writing, key).length) writing.put(key, { ...writing.body(key), operations: rest });
  }
  const added = may ? [operation] : hadAll && operation !== whole ? ofApp.filter((each) => each !== operation) : [];
  const home = writing.keys().includes(`${app}:${role}`) ? `${app}:${role}` : (writing.keys().find((key) => key === role) ?? role);
  if (added.length) writing.put(home, { ...writing.body(home), operations: [...new Set([...entriesOf(writing, home), ...added])] });
  return writing.changes();
}

const entriesOf = (writing: Writing, key: string): string[] => writing.body(key).operations ?? [];

// --- roles, whole --------------------------------------------------------------------------------

export interface RoleInfo {
  name: string;
  label: Words;
  help: Words;
  administers: boolean;
  order: number;
  isOwn: boolean;
}

export function listRoles(definitions: Definitions): RoleInfo[] {
  const names = [...new Set(alive(definitions, "role").map(([, body]) => body.role as string))];
  return names.map((name) => infoOf(name, partsOf(definitions, name))).toSorted((one, other) => one.order - other.order || one.name.localeCompare(other.name));
}

function infoOf(name: string, parts: Part[]): RoleInfo {
  const first = (property: string): Words => parts.map((part) => part.body[property] as Words | undefined).find((words) => words && Object.keys(words).length) ?? {};
  const orders = parts.map((part) => part.body.order as number | undefined).filter((order): order is number => Boolean(order));
  return {
    name,
    label: first("label"),
    help: first("help"),
    administers: parts.some((part) => part.body.administers),
    order: orders.length ? Math.min(...orders) : 0,
    isOwn: parts.every((part) => !part.isShipped),
  };
}

/** What the role is called and where it stands is said by the first part that says anything. */
export function setRole(definitions: Definitions, role: string, patch: Body): Change[] {
  const parts = partsOf(definitions, role);
  return Object.entries(patch).reduce<Change[]>((changes, [property, value]) => {
    const saying = parts.filter((part) => part.body[property]);
    const asked = property === "label" || property === "help" ? saying.slice(0, 1) : saying;
    const targets = asked.length ? asked : parts.slice(0, 1);
    return [...changes, ...targets.map((part) => ({ kind: "role", name: part.key, body: { ...bodyIn(changes, part), [property]: value } }))];
  }, []);
}

const bodyIn = (changes: Change[], part: Part): Body => changes.findLast((change) => change.name === part.key)?.body ?? part.body;

export function newRole(definitions: Definitions, name: string, label: Words, like?: string): Change[] {
  const order = Math.max(0, ...listRoles(definitions).map((role) => role.order)) + 10;
  const body = { role: name, label, order, objects: {}, operations: [], ...(like ? everythingOf(definitions, like) : {}) };
  return [{ kind: "role", name, body }];
}

function everythingOf(definitions: Definitions, role: string): Body {
  const parts = partsOf(definitions, role);
  const objects = [...new Set(parts.flatMap((part) => Object.keys(part.body.objects ?? {})))];
  return {
    objects: Object.fromEntries(objects.map((object) => [object, tidy({ ...grantOf(parts, object) })])),
    operations: [...new Set(parts.flatMap((part) => (part.body.operations ?? []) as string[]))],
    ...(parts.some((part) => part.body.administers) ? { administers: true } : {}),
  };
}

export const removeRole = (definitions: Definitions, role: string): Change[] => partsOf(definitions, role).map((part) => ({ kind: "role", name: part.key, body: null }));

export function reorderRoles(definitions: Definitions, from: number, to: number): Change[] {
  const roles = listRoles(definitions);
  const moving = roles[from];
  if (!moving) return [];
  return roles
    .toSpliced(from, 1)
    .toSpliced(to, 0, moving)
    .flatMap((role, at) => (role.order === 10 * (at + 1) ? [] : setRole(definitions, role.name, { order: 10 * (at + 1) })));
}

/** An app and its objects in their order. */
export type ObjectsOfApp = [app: string, objects: [string, Body][]];

/** Objects with rights of their own, by app; lines follow their record. */
export function objectsByApp(definitions: Definitions): ObjectsOfApp[] {
  const apps = alive(definitions, "app").toSorted(([, one], [, other]) => (one.order ?? 0) - (other.order ?? 0)).map(([name]) => name);
  const objects = alive(definitions, "object").filter(([, body]) => !body.extend && !body.lines_of);
  const known = [...apps, ...new Set(objects.map(([name]) => name.split(".")[0]!).filter((app) => !apps.includes(app)))];
  return known.flatMap((app) => {
    const own = objects.filter(([name]) => name.split(".")[0] === app).toSorted(([a, one], [b, other]) => (one.order ?? 0) - (other.order ?? 0) || a.localeCompare(b));
    return own.length ? [[app, own] as ObjectsOfApp] : [];
  });
}
