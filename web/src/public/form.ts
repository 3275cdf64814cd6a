/** A public form in the shapes of the screen: one object, its lines, and links as choices of what is offered. */
import { get } from "../kit/api";
import { type Definitions, type Field, tidy, type Values } from "../records/definitions";

interface Asked {
  name: string;
  label: string;
  fields: Field[];
  linkage: unknown[];
  lines?: Record<string, Asked>;
}

export interface PublicForm {
  kind: "form";
  title: string;
  intro: string;
  stamp: string;
  honeypot: string;
  object: Asked;
  /** Paths of links, which are asked as choices. */
  links: string[];
}

export interface PublicRecord {
  kind: "record";
  title: string;
  fields: (Field & { value: unknown })[];
}

/** Links become choices: a stranger sees the labels that the form offers, and no record. */
export async function withChoices(secret: string, shown: PublicForm | PublicRecord, signal: AbortSignal): Promise<PublicForm | PublicRecord> {
  if (shown.kind === "record") return { ...shown, fields: shown.fields.map((field) => (field.type === "link" ? { ...field, type: "text" } : field)) };
  const links: string[] = [];
  const offered = async (field: Field, path: string): Promise<Field> => {
    if (field.type !== "link") return field;
    links.push(path);
    const { options } = await get<{ options: { id: number; label: string }[] }>(`/api/public/${secret}/options/${path}`, undefined, signal);
    return { ...field, type: "choice", choices: options.map(({ id, label }) => ({ name: String(id), label })) };
  };
  const fields = await Promise.all(shown.object.fields.map((field) => offered(field, field.name)));
  const lines: Record<string, Asked> = {};
  for (const [name, part] of Object.entries(shown.object.lines ?? {}))
    lines[name] = { ...part, fields: await Promise.all(part.fields.map((field) => offered(field, `${name}.${field.name}`))) };
  return { ...shown, links, object: { ...shown.object, fields, lines } };
}

export function definitionsOf(form: PublicForm, language: string): Definitions {
  const lines = form.object.lines ?? {};
  const own = form.object.fields.map((field) => (lines[field.name] ? { ...field, of: `form.${field.name}` } : field));
  const objects: Record<string, unknown> = { form: whole({ ...form.object, fields: own }) };
  for (const [name, part] of Object.entries(lines)) objects[`form.${name}`] = { ...whole(part), lines_of: "form" };
  return tidy({ release: 0, language, objects, operations: {}, views: {}, forms: {}, prints: {}, imports: {}, apps: [], roles: [] });
}

const whole = (part: Asked) => ({ ...part, may: { create: true }, related: [], groups: [], forms: [], rules: [] });

/** Choices of links back into the ids that the server takes. */
export function ids(form: PublicForm, values: Values): Values {
  const isLink = new Set(form.links);
  const read = (path: string, value: unknown): unknown => {
    if (Array.isArray(value) && form.object.lines?.[path])
      return value.map((row: Values) => Object.fromEntries(Object.entries(row).map(([name, inner]) => [name, read(`${path}.${name}`, inner)])));
    return isLink.has(path) && typeof value === "string" ? Number(value) : value;
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, read(name, value)]));
}
