/** How a record is laid out: the form that fits, in blocks of sections, tabs and steps. */
import type { Definitions, Field, FormInfo, FormItem, FormSection, ObjectInfo } from "../records/definitions";
import { type Env, evaluate } from "../rules/formula";

export interface Block {
  kind: FormSection["kind"];
  sections: FormSection[];
}

export interface Layout {
  main: Block[];
  side: FormSection[];
}

/** The first by order that fits use and device; the server left out those for other roles. */
export function formFor(definitions: Definitions, object: ObjectInfo, use: "create" | "record", isPhone: boolean): FormInfo | undefined {
  const device = isPhone ? "phone" : "desktop";
  return object.forms
    .flatMap((name) => definitions.forms[name] ?? [])
    .find((form) => [use, "any"].includes(form.use) && [device, "any"].includes(form.device));
}

/** Sections that show now; fields that stand nowhere follow in a last one. */
export function layoutOf(form: FormInfo, fields: Field[], env: Env, also: (item: FormItem) => boolean = () => true): Layout {
  const known = new Map(fields.map((field) => [field.name, field]));
  const placed = new Set(form.sections.flatMap((section) => section.items.map((item) => item.field)));
  const sections = form.sections
    .filter((section) => !section.when || evaluate(section.when, env) !== false)
    .map((section) => ({ ...section, items: section.items.filter((item) => (item.field && known.has(item.field)) || also(item)) }));
  const rest = form.rest ? fields.filter((field) => !placed.has(field.name)).map(itemOf) : [];
  const shown = [...sections, ...(rest.length > 0 ? [{ ...REST, items: rest }] : [])].filter((section) => section.items.length > 0);
  return { main: blocksOf(shown.filter((section) => !section.is_side)), side: shown.filter((section) => section.is_side) };
}

const REST: FormSection = { name: "_rest", label: "", help: "", kind: "section", columns: 2, is_side: false, collapsed: false, when: "", items: [] };
const itemOf = ({ name }: Field): FormItem => ({ name, field: name, operation: "", note: "", label: "", help: "", width: 1 });

/** Where there is no room beside: what stood there follows. */
export const inOneColumn = ({ main, side }: Layout): Layout => ({ main: [...main, ...blocksOf(side.map((section) => ({ ...section, kind: "section" })))], side: [] });

/** Neighbouring tabs make one bar, neighbouring steps one sequence. */
function blocksOf(sections: FormSection[]): Block[] {
  const blocks: Block[] = [];
  for (const section of sections) {
    const last = blocks.at(-1);
    if (last && last.kind === section.kind && section.kind !== "section") last.sections.push(section);
    else blocks.push({ kind: section.kind, sections: [section] });
  }
  return blocks;
}

/** How many of the problems lie inside: `lines[2].quantity` is inside the section that holds the lines. */
export function problemsIn(section: FormSection, problems: Record<string, string>): number {
  const names = new Set(section.items.map((item) => item.field));
  return Object.keys(problems).filter((path) => names.has(path.split(/[.[]/)[0] ?? "")).length;
}
