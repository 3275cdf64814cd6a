/** What stands where on a form: sections with items, read from the form's definition or from the object alone. */
import { isWritten, SYSTEM } from "./fieldTypes";
import type { Body } from "./draft";
import type { Words } from "./words";

export interface Item {
  name: string;
  field?: string;
  operation?: string;
  note?: Words;
  width: number;
}

export interface Section {
  name: string;
  label?: Words;
  kind: "section" | "tab" | "step";
  columns: number;
  is_side: boolean;
  collapsed: boolean;
  when: string;
  items: Item[];
}

/** Where fields go that stand nowhere. */
export const REST = "_rest";

const inOrder = <T extends { order?: number }>(items: Record<string, T> | undefined): [string, T][] =>
  Object.entries(items ?? {}).toSorted(([a, one], [b, other]) => (one.order ?? 0) - (other.order ?? 0) || a.localeCompare(b));

/** Fields in their order; those that the system keeps are not laid out. */
export const fieldsOf = (object: Body): [string, Body][] => inOrder(object.fields as Record<string, Body>).filter(([name]) => !SYSTEM.has(name) && name !== (object.lines_of ? object.parent_field || "parent" : ""));

export function layoutOf(object: Body, form?: Body): Section[] {
  return form ? writtenLayout(object, form) : plainLayout(object);
}

function writtenLayout(object: Body, form: Body): Section[] {
  const placed = new Set<string>();
  const sections = inOrder(form.sections as Record<string, Body>).map(([name, section]) => ({
    ...sectionFrom(name, section),
    items: inOrder(section.items as Record<string, Body>).flatMap(([key, item]) => {
      if (item.field) placed.add(item.field);
      return [{ name: key, field: item.field, operation: item.operation, note: item.note, width: item.width ?? 1 } as Item];
    }),
  }));
  const rest = form.rest === false ? [] : fieldsOf(object).filter(([name, field]) => !placed.has(name) && !field.hidden);
  if (rest.length === 0) return sections;
  return [...sections, { ...sectionFrom(REST, {}), items: rest.map(([name, field]) => itemOf(name, field)) }];
}

const sectionFrom = (name: string, body: Body): Section => ({
  name,
  label: body.label,
  kind: body.kind ?? "section",
  columns: body.columns ?? 2,
  is_side: body.is_side ?? false,
  collapsed: body.collapsed ?? false,
  when: body.when ?? "",
  items: [],
});

export const isWide = (field: Body | undefined): boolean => ["lines", "long_text", "rich_text", "json"].includes(field?.type ?? "");

const itemOf = (name: string, field: Body): Item => ({ name, field: name, width: isWide(field) ? 2 : 1 });

/** Fields without a heading, then lines, then each heading: as a form without a layout shows them. */
function plainLayout(object: Body): Section[] {
  const fields = fieldsOf(object).filter(([, field]) => !field.hidden);
  const groups = Object.entries((object.groups ?? {}) as Record<string, Words>);
  const known = new Set(groups.map(([name]) => name));
  const of = (group: string) => fields.filter(([, field]) => !isLines(field) && (known.has(field.group ?? "") ? field.group : "") === group);
  const made = (name: string, label: Words | undefined, members: [string, Body][]): Section => ({
    ...sectionFrom(name, { label }),
    items: members.map(([field, body]) => itemOf(field, body)),
  });
  const lines = fields.filter(([, field]) => isLines(field));
  return [
    made("main", undefined, of("")),
    ...(lines.length ? [made("lines", undefined, lines)] : []),
    ...groups.map(([name, label]) => made(name, label, of(name))).filter((section) => section.items.length > 0),
  ];
}

const isLines = (field: Body): boolean => field.type === "lines";

/** The layout as a form's definition: what is at its default is left out, orders are explicit. */
export function formFrom(form: Body, sections: Section[]): Body {
  const written = sections.filter((section) => section.name !== REST);
  return {
    ...form,
    sections: Object.fromEntries(
      written.map((section, at) => [
        section.name,
        {
          ...(section.label && Object.keys(section.label).length ? { label: section.label } : {}),
          ...(section.kind !== "section" ? { kind: section.kind } : {}),
          ...(section.columns !== 2 ? { columns: section.columns } : {}),
          ...(section.is_side ? { is_side: true } : {}),
          ...(section.collapsed ? { collapsed: true } : {}),
          ...(section.when ? { when: section.when } : {}),
          order: 10 * (at + 1),
          items: Object.fromEntries(
            section.items.map((item, place) => [
              item.name,
              {
                ...(item.field ? { field: item.field } : {}),
                ...(item.operation ? { operation: item.operation } : {}),
                ...(item.note ? { note: item.note } : {}),
                ...(item.width !== 1 ? { width: item.width } : {}),
                order: 10 * (place + 1),
              },
            ]),
          ),
        },
      ]),
    ),
  };
}

export const findItem = (sections: Section[], name: string): { section: Section; at: number; item: Item } | undefined => {
  for (const section of sections) {
    const at = section.items.findIndex((item) => item.name === name);
    if (at >= 0) return { section, at, item: section.items[at]! };
  }
  return undefined;
};

export function insertItem(sections: Section[], into: string, at: number, item: Item): Section[] {
  const target = sections.some((section) => section.name === into && into !== REST) ? into : (sections.filter((section) => section.name !== REST).at(-1)?.name ?? "main");
  const whole = sections.some((section) => section.name === target) ? sections : [{ ...sectionFrom(target, {}) }, ...sections];
  return whole.map((section) => (section.name === target ? { ...section, items: section.items.toSpliced(into === target ? at : section.items.length, 0, item) } : section));
}

export const dropItem = (sections: Section[], name: string): Section[] =>
  sections.map((section) => ({ ...section, items: section.items.filter((item) => item.name !== name) }));

export function moveItem(sections: Section[], name: string, into: string, at: number): Section[] {
  const found = findItem(sections, name);
  return found ? insertItem(dropItem(sections, name), into, at, found.item) : sections;
}

/** One place up or down; over the edge of a section into the next one. */
export function nudgeItem(sections: Section[], name: string, step: 1 | -1): Section[] {
  const found = findItem(sections, name);
  if (!found) return sections;
  const at = found.at + step;
  if (at >= 0 && at < found.section.items.length) return moveItem(sections, name, found.section.name, at);
  const place = sections.indexOf(found.section) + step;
  const next = sections[place];
  return next && next.name !== REST ? moveItem(sections, name, next.name, step === 1 ? 0 : next.items.length) : sections;
}

export function moveSection(sections: Section[], from: number, to: number): Section[] {
  const moved = sections[from];
  return moved ? sections.toSpliced(from, 1).toSpliced(to, 0, moved) : sections;
}

export const newSection = (name: string, kind: Section["kind"], label: Words): Section => ({ ...sectionFrom(name, { kind, label }) });

/** The form that the designer opens first: what everybody gets on every device. */
export function formsOf(forms: Record<string, { body: Body | null }> | undefined, object: string): [string, Body][] {
  return Object.entries(forms ?? {})
    .flatMap(([name, entry]) => (entry.body?.object === object ? [[name, entry.body] as [string, Body]] : []))
    .toSorted(([, one], [, other]) => (one.order ?? 0) - (other.order ?? 0));
}

export const isGeneral = (form: Body): boolean => !form.roles?.length && (form.device ?? "any") === "any" && (form.use ?? "any") === "any";

export { isWritten };
