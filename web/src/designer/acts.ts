/** What a builder does, as changes of definitions. Nothing here draws or asks. */
import type { Body, Change, Definitions } from "./draft";
import { fieldTypeOf } from "./fieldTypes";
import { fieldsOf, formFrom, formsOf, insertItem, isGeneral, isWide, layoutOf, moveItem, dropItem, type Section } from "./layout";
import { unused } from "./names";
import type { Words } from "./words";

export const bodyOf = (definitions: Definitions, kind: string, name: string): Body | undefined => definitions[kind]?.[name]?.body ?? undefined;

export const alive = (definitions: Definitions, kind: string): [string, Body][] =>
  Object.entries(definitions[kind] ?? {}).flatMap(([name, entry]) => (entry.body ? [[name, entry.body] as [string, Body]] : []));

const put = (kind: string, name: string, body: Body | null): Change => ({ kind, name, body });

// --- objects, whole ------------------------------------------------------------------------------

/** An object with what other apps add to it; `places` says which definition each field is written in. */
export interface Whole {
  name: string;
  body: Body;
  places: Record<string, string>;
}

export function wholeObject(definitions: Definitions, name: string): Whole | undefined {
  const own = bodyOf(definitions, "object", name);
  if (!own) return undefined;
  const whole: Whole = { name, body: { ...own, fields: { ...own.fields } }, places: {} };
  for (const field of Object.keys(own.fields ?? {})) whole.places[field] = name;
  for (const [key, body] of alive(definitions, "object")) {
    if (!body.extend || body.object !== name) continue;
    for (const [field, made] of Object.entries((body.fields ?? {}) as Record<string, Body>)) {
      if (whole.places[field]) continue;
      whole.places[field] = key;
      whole.body.fields[field] = made;
    }
    for (const part of ["groups", "keys", "rules", "linkage"]) whole.body[part] = { ...body[part], ...whole.body[part] };
  }
  return whole;
}

export function setField(definitions: Definitions, object: string, field: string, patch: Body): Change[] {
  const key = wholeObject(definitions, object)?.places[field] ?? object;
  const body = bodyOf(definitions, "object", key);
  const known = body?.fields?.[field];
  if (!body || !known) return [];
  return [put("object", key, { ...body, fields: { ...body.fields, [field]: tidy({ ...known, ...patch }) } })];
}

/** Settings that are blank are left out, as definitions have them. */
export function tidy(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined && value !== null && value !== false && value !== "" && !isEmpty(value)));
}

const isEmpty = (value: unknown): boolean => (Array.isArray(value) ? value.length === 0 : typeof value === "object" && value !== null && Object.keys(value).length === 0);

export function setObject(definitions: Definitions, object: string, patch: Body): Change[] {
  const body = bodyOf(definitions, "object", object);
  if (!body) return [];
  const news = { ...body, ...patch };
  return [put("object", object, Object.fromEntries(Object.entries(news).filter(([key, value]) => !(key in patch) || (value !== "" && value !== undefined && !isEmpty(value)))))];
}

// --- apps and objects, new -----------------------------------------------------------------------

export interface NewApp {
  name: string;
  label: Words;
  icon: string;
  roles: string[];
}

export function newApp(definitions: Definitions, { name, label, icon, roles }: NewApp): Change[] {
  const last = Math.max(0, ...alive(definitions, "app").map(([, body]) => body.order ?? 0));
  return [
    put("app", name, { app: name, label, icon, version: "1.0.0", needs: ["base"], order: last + 10, menu: {} }),
    ...roles.map((role) => put("role", `${name}:${role}`, { role, app: name, objects: {} })),
  ];
}

export const ALL = { see: true, create: true, change: true, remove: true, export: true };
const SEE = { see: true };

export interface NewObject {
  app: string;
  /** Short name. */
  name: string;
  label: Words;
  icon: string;
  fields: Record<string, Body>;
  title: string;
  roles: string[];
}

/** The object, its form, its place in the app's menu, and the rights of those who work with it. */
export function newObject(definitions: Definitions, made: NewObject): Change[] {
  const name = `${made.app}.${made.name}`;
  const object = { object: name, app: made.app, label: made.label, plural: made.label, icon: made.icon, title: made.title, sort: "-created_at", fields: made.fields };
  return [
    put("object", name, tidy(object)),
    put("form", name, formFrom({ form: name, object: name, label: made.label }, layoutOf(object))),
    ...menuWith(definitions, made.app, name, made.icon),
    ...made.roles.flatMap((role) => granted(definitions, made.app, role, name)),
  ];
}

function menuWith(definitions: Definitions, app: string, object: string, icon: string): Change[] {
  const body = bodyOf(definitions, "app", app);
  if (!body) return [];
  const short = object.split(".")[1] ?? object;
  const last = Math.max(0, ...Object.values((body.menu ?? {}) as Record<string, Body>).map((item) => item.order ?? 0));
  return [put("app", app, { ...body, menu: { ...body.menu, [unused(short, Object.keys(body.menu ?? {}))]: tidy({ object, icon, order: last + 10 }) } })];
}

function granted(definitions: Definitions, app: string, role: string, object: string): Change[] {
  const key = `${app}:${role}`;
  const body = bodyOf(definitions, "role", key) ?? { role, app, objects: {} };
  return [put("role", key, { ...body, objects: { ...body.objects, [object]: readsOnly(definitions, role) ? SEE : ALL } })];
}

/** Whoever may write nothing so far goes on reading only. */
function readsOnly(definitions: Definitions, role: string): boolean {
  const grants = alive(definitions, "role").flatMap(([, body]) => (body.role === role ? Object.values((body.objects ?? {}) as Record<string, Body>) : []));
  return grants.length > 0 && !grants.some((grant) => grant.create || grant.change || grant.remove);
}

/** All the roles of the workspace, whichever app speaks of them: name → what it is called. */
export function rolesOf(definitions: Definitions): Record<string, { label: Words; administers: boolean; order: number }> {
  const roles: Record<string, { label: Words; administers: boolean; order: number }> = {};
  for (const [, body] of alive(definitions, "role")) {
    const known = roles[body.role];
    roles[body.role] = {
      label: known && Object.keys(known.label).length ? known.label : (body.label ?? {}),
      administers: (known?.administers ?? false) || Boolean(body.administers),
      order: known?.order || body.order || 0,
    };
  }
  return roles;
}

/** The same fields, form and rules under another name; lines are copied with it. */
export function copyObject(definitions: Definitions, from: string, made: NewObject): Change[] {
  const whole = wholeObject(definitions, from);
  if (!whole) return [];
  const name = `${made.app}.${made.name}`;
  const lines: Change[] = [];
  const fields = Object.fromEntries(
    Object.entries(whole.body.fields as Record<string, Body>).map(([key, { app: _, ...field }]) => {
      if (field.reverse) return [key, { ...field, reverse: unused(made.name + "_list", []), reverse_label: made.label }];
      if (field.type !== "lines" || !field.of) return [key, field];
      const child = wholeObject(definitions, field.of);
      if (!child) return [key, field];
      const copy = `${name}_${key}`;
      lines.push(put("object", copy, { ...withoutReverses(child.body), object: copy, app: made.app, lines_of: name }));
      return [key, { ...field, of: copy }];
    }),
  );
  const { form: _, ...object } = { ...whole.body, object: name, app: made.app, label: made.label, plural: made.label, icon: made.icon || whole.body.icon, fields } as Body;
  return [
    put("object", name, object),
    ...lines,
    put("form", name, formFrom({ form: name, object: name, label: made.label }, layoutOf(object))),
    ...menuWith(definitions, made.app, name, object.icon),
    ...made.roles.flatMap((role) => granted(definitions, made.app, role, name)),
  ];
}

const withoutReverses = (body: Body): Body => ({
  ...body,
  fields: Object.fromEntries(Object.entries(body.fields as Record<string, Body>).map(([key, { reverse: _, reverse_label: __, app: ___, ...field }]) => [key, field])),
});

// --- fields --------------------------------------------------------------------------------------

export interface Place {
  form: string | null;
  section: string;
  at: number;
}

export interface Added {
  changes: Change[];
  field: string;
}

const MANY = 8;

/** A new field, laid out where it was dropped; lines bring an object of their own. */
export function addField(definitions: Definitions, object: string, type: string, label: Words, wanted: string, place: Place): Added {
  const whole = wholeObject(definitions, object);
  const body = bodyOf(definitions, "object", object);
  if (!whole || !body) return { changes: [], field: "" };
  const name = unused(wanted, [...Object.keys(whole.body.fields), ...takenBy(object, whole)]);
  const last = Math.max(0, ...Object.values(whole.body.fields as Record<string, Body>).map((field) => field.order ?? 0));
  const isListed = showsInList(type) && Object.values(whole.body.fields as Record<string, Body>).filter((field) => field.in_list).length < MANY;
  const field: Body = { type, label, ...fieldTypeOf(type)?.start, order: last + 10, ...(isListed ? { in_list: true } : {}) };
  const changes: Change[] = [];
  if (type === "lines") {
    field.of = unused(`${object}_${name}`, Object.keys(definitions.object ?? {}));
    changes.push(put("object", field.of, childObject(field.of, object, label)));
  }
  const isTitle = !body.title && ["text", "serial"].includes(type);
  const fresh = { ...body, ...(isTitle ? { title: name } : {}), fields: { ...body.fields, [name]: field } };
  const laid = { ...whole.body, fields: { ...whole.body.fields, [name]: field } };
  changes.unshift(put("object", object, fresh));
  if (!body.lines_of) changes.push(...laidOut(definitions, object, laid, place.form, (sections) => placed(sections, name, field, place)));
  return { changes, field: name };
}

/** Names that a field can't have. */
const takenBy = (object: string, whole: Whole): string[] => ["id", "version", "created_at", "created_by", "changed_at", "changed_by", "trashed_at", "search", "parent", "position", "this", "me", "blank", "true", "false", "and", "or", "not", "in", "if", "where", whole.body.parent_field || "parent", object];

const showsInList = (type: string): boolean => !["lines", "long_text", "rich_text", "json", "signature", "files", "encrypted", "capitals", "query"].includes(type);

function placed(sections: Section[], name: string, field: Body, place: Place): Section[] {
  const item = { name, field: name, width: isWide(field) ? 2 : 1 };
  return insertItem(dropItem(sections, name), place.section, place.at, item);
}

function childObject(name: string, parent: string, label: Words): Body {
  return {
    object: name,
    app: parent.split(".")[0],
    label,
    plural: label,
    lines_of: parent,
    title: "item",
    fields: { item: { type: "text", label: { en: "Item", zh: "项目" }, required: true, in_list: true, order: 10 } },
  };
}

/** Changes a layout; an object that has no form yet gets one as it looks now. */
export function laidOut(definitions: Definitions, object: string, body: Body, form: string | null, change: (sections: Section[]) => Section[]): Change[] {
  const key = form ?? object;
  const known = bodyOf(definitions, "form", key);
  const base = known ?? { form: key, object, label: body.label };
  return [put("form", key, formFrom(base, change(layoutOf(body, known))))];
}

export const relaid = (definitions: Definitions, whole: Whole, form: string | null, change: (sections: Section[]) => Section[]): Change[] =>
  laidOut(definitions, whole.name, whole.body, form, change);

export const moved = (definitions: Definitions, whole: Whole, form: string | null, item: string, into: string, at: number): Change[] =>
  relaid(definitions, whole, form, (sections) => moveItem(sections, item, into, at));

/** Another place among the fields, as lists and the columns of lines have them. */
export function movedField(definitions: Definitions, object: string, from: number, to: number): Change[] {
  const whole = wholeObject(definitions, object);
  if (!whole) return [];
  const fields = fieldsOf(whole.body);
  const moving = fields[from];
  if (!moving) return [];
  const order = new Map(fields.toSpliced(from, 1).toSpliced(to, 0, moving).map(([name], at) => [name, 10 * (at + 1)]));
  const keys = new Set(Object.values(whole.places));
  return [...keys].flatMap((key) => {
    const body = bodyOf(definitions, "object", key);
    if (!body) return [];
    const own = Object.entries(body.fields as Record<string, Body>).map(([name, field]) => [name, order.has(name) ? { ...field, order: order.get(name) } : field]);
    return [put("object", key, { ...body, fields: Object.fromEntries(own) })];
  });
}

/** The columns of the plain list: those named, and no others. */
export function listed(definitions: Definitions, object: string, names: string[]): Change[] {
  const whole = wholeObject(definitions, object);
  if (!whole) return [];
  return [...new Set(Object.values(whole.places))].flatMap((key) => {
    const body = bodyOf(definitions, "object", key);
    if (!body) return [];
    const fields = Object.entries(body.fields as Record<string, Body>).map(([name, field]) => [name, tidy({ ...field, in_list: names.includes(name) })]);
    return [put("object", key, { ...body, fields: Object.fromEntries(fields) })];
  });
}

/** A field that nobody has used yet gets the name that its label says. What the draft says of it is rewritten. */
export function renameField(definitions: Definitions, object: string, from: string, wanted: string): Added {
  const whole = wholeObject(definitions, object);
  const key = whole?.places[from];
  const body = key ? bodyOf(definitions, "object", key) : undefined;
  if (!whole || !key || !body) return { changes: [], field: from };
  const others = Object.keys(whole.body.fields).filter((name) => name !== from);
  const to = unused(wanted, [...others, ...takenBy(object, whole)]);
  if (to === from) return { changes: [], field: from };
  const fields = Object.fromEntries(Object.entries(body.fields as Record<string, Body>).map(([name, field]) => [name === from ? to : name, rewrittenField(field, from, to)]));
  const own = rewritten({ ...body, fields: undefined }, from, to);
  const changes = [put("object", key, { ...own, fields })];
  for (const [name, form] of formsOf(definitions.form, object)) changes.push(put("form", name, renamedIn(form, from, to)));
  for (const [name, view] of alive(definitions, "view")) if (view.object === object) changes.push(put("view", name, rewritten(view, from, to)));
  if (whole.body.lines_of) changes.push(...inParent(definitions, whole, from, to));
  return { changes: changes.filter((change) => JSON.stringify(change.body) !== JSON.stringify(bodyOf(definitions, change.kind, change.name))), field: to };
}

/** `sum(lines.price)` of the record that the lines belong to. */
function inParent(definitions: Definitions, child: Whole, from: string, to: string): Change[] {
  const parent = bodyOf(definitions, "object", child.body.lines_of);
  if (!parent) return [];
  const lists = Object.entries(parent.fields as Record<string, Body>).filter(([, field]) => field.of === child.name);
  let text = JSON.stringify(parent);
  for (const [list] of lists) text = text.replace(new RegExp(`\\b${list}\\.${from}\\b`, "g"), `${list}.${to}`);
  return [put("object", child.body.lines_of, JSON.parse(text) as Body)];
}

function renamedIn(form: Body, from: string, to: string): Body {
  const sections = Object.entries((form.sections ?? {}) as Record<string, Body>).map(([name, section]) => [
    name,
    {
      ...section,
      ...(section.when ? { when: inFormula(section.when, from, to) } : {}),
      items: Object.fromEntries(Object.entries((section.items ?? {}) as Record<string, Body>).map(([key, item]) => [key === from ? to : key, item.field === from ? { ...item, field: to } : item])),
    },
  ]);
  return { ...form, sections: Object.fromEntries(sections) };
}

/** Texts that are formulas or names of own fields, wherever they stand; words stay. */
const KEPT = new Set(["label", "help", "plural", "say", "note", "type", "object", "app", "to", "of", "reverse", "reverse_label", "lines_of", "parent_field", "icon", "tone", "form", "view"]);

/** Field → formula. Any other key is a property: a formula called "formula" keeps its formula. */
const BY_FIELD = new Set(["set", "totals"]);

const formulasOf = (formulas: Body, from: string, to: string): Body =>
  Object.fromEntries(Object.entries(formulas).map(([key, text]) => [key === from ? to : key, rewritten(text as unknown, from, to)]));

function rewritten<T>(value: T, from: string, to: string): T {
  if (typeof value === "string") return inFormula(value, from, to) as T;
  if (Array.isArray(value)) return value.map((each: unknown) => rewritten(each, from, to)) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as Body).filter(([, part]) => part !== undefined);
  return Object.fromEntries(
    entries.map(([key, part]) => {
      if (KEPT.has(key)) return [key, part as unknown];
      if (key === "filter" && typeof part === "object") return [key, limitsOfLinks(part as Body, from, to)];
      if (key === "choices") return [key, limitsRenamed(part as Body, from, to)];
      if (BY_FIELD.has(key)) return [key, formulasOf(part as Body, from, to)];
      return [key, rewritten(part as unknown, from, to)];
    }),
  ) as T;
}

/** Linkage names the choices of a field; a field's own choices are nobody's formula. */
const limitsRenamed = (choices: Body, from: string, to: string): Body =>
  Object.fromEntries(Object.entries(choices).map(([key, part]) => [Array.isArray(part) && key === from ? to : key, part as unknown]));

/** Formulas that speak of the records at the other end: there only `this.` leads here. */
const ELSEWHERE = ["filter", "where", "sort", "take"];

function rewrittenField(field: Body, from: string, to: string): Body {
  const there = ELSEWHERE.filter((key) => typeof field[key] === "string").map((key) => [key, fromThere(field[key] as string, from, to)]);
  return { ...rewritten(field, from, to), ...Object.fromEntries(there) };
}

const limitsOfLinks = (filter: Body, from: string, to: string): Body =>
  Object.fromEntries(Object.entries(filter).map(([key, text]) => [key === from ? to : key, fromThere(String(text), from, to)]));

const fromThere = (text: string, from: string, to: string): string => text.replace(new RegExp(`\\bthis\\.${from}\\b`, "g"), `this.${to}`);

/** The name as a word of its own: not behind a point, not inside quotes, and not a function of that name. */
function inFormula(text: string, from: string, to: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*(?:\s*\()?|\.\s*[A-Za-z_]\w*/g, (part) => (part === from ? to : part));
}

// --- words of an object --------------------------------------------------------------------------

export const menuOf = (app: Body): [string, Body][] =>
  Object.entries((app.menu ?? {}) as Record<string, Body>).toSorted(([, one], [, other]) => (one.order ?? 0) - (other.order ?? 0));

export function reorderedMenu(definitions: Definitions, app: string, from: number, to: number): Change[] {
  const body = bodyOf(definitions, "app", app);
  if (!body) return [];
  const items = menuOf(body);
  const item = items[from];
  if (!item) return [];
  const news = items.toSpliced(from, 1).toSpliced(to, 0, item);
  return [put("app", app, { ...body, menu: Object.fromEntries(news.map(([name, each], at) => [name, { ...each, order: 10 * (at + 1) }])) })];
}

/** A form of its own for some roles, a device or a use: as the general one looks now. It is asked before that one. */
export function newVariant(definitions: Definitions, whole: Whole, from: string | null, variant: { roles?: string[]; device?: string; use?: string }, label: Words): { changes: Change[]; form: string } {
  const forms = formsOf(definitions.form, whole.name);
  const general = from ? bodyOf(definitions, "form", from) : undefined;
  const suffix = variant.roles?.[0] ?? (variant.device && variant.device !== "any" ? variant.device : undefined) ?? variant.use ?? "own";
  const name = unused(`${whole.name}_${suffix}`, Object.keys(definitions.form ?? {}));
  const first = Math.min(0, ...forms.filter(([, form]) => !isGeneral(form)).map(([, form]) => form.order ?? 0));
  const body = tidy({ ...general, form: name, object: whole.name, label, ...variant, order: first - 10 });
  return { changes: [put("form", name, formFrom(body, layoutOf(whole.body, general)))], form: name };
}
