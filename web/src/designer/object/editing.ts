/** What is open in the object's designer: the form, the selection, and the acts on it. */
import { useLingui } from "@lingui/react/macro";
import { createContext, type Dispatch, type SetStateAction, useContext } from "react";
import { addField, bodyOf, listed, moved, movedField, relaid, renameField, setField, setObject, wholeObject, type Whole } from "../acts";
import { useDesign, useIsPublished } from "../context";
import type { Body, Renamed } from "../draft";
import { fieldTypeOf } from "../fieldTypes";
import { findItem, layoutOf, moveSection, newSection, nudgeItem, REST, type Item, type Section } from "../layout";
import { identifier, spelled, unused } from "../names";
import { released } from "../released";
import { removeField } from "../removing";
import { say, type Words } from "../words";
import type { Unfinished } from "./unfinished";

export type Selection = { what: "field"; object: string; field: string } | { what: "item"; item: string } | { what: "section"; section: string } | null;

export interface Editing {
  whole: Whole;
  form: string | null;
  sections: Section[];
  selection: Selection;
  select: Dispatch<SetStateAction<Selection>>;
  /** The field that was just added: its name is asked first. */
  fresh: string | null;
  setFresh: (field: string | null) => void;
  chooseForm: (form: string | null) => void;
  /** Object → its rules that aren't whole yet, by name: they are no part of the draft. */
  unfinished: Unfinished;
  setUnfinished: (unfinished: Unfinished) => void;
}

export const EditingContext = createContext<Editing | null>(null);

export function useEditing(): Editing {
  const editing = useContext(EditingContext);
  if (!editing) throw new Error("No form is open");
  return editing;
}

export function useFieldActs() {
  const { t, i18n } = useLingui();
  const { definitions, act, store } = useDesign();
  const { whole, form, sections, selection, select, setFresh } = useEditing();
  const isPublished = useIsPublished();
  const label = (object: string, field: string) => say(wholeObject(definitions, object)?.body.fields[field]?.label, field);

  /** Where a click on the palette puts it: behind what is selected, else at the end. */
  function here(): { section: string; at: number } {
    const found = selection?.what === "field" && selection.object === whole.name ? findItem(sections, selection.field) : selection?.what === "item" ? findItem(sections, selection.item) : undefined;
    if (found && found.section.name !== REST) return { section: found.section.name, at: found.at + 1 };
    const chosen = selection?.what === "section" ? sections.find((section) => section.name === selection.section) : undefined;
    const last = chosen ?? sections.filter((section) => section.name !== REST).at(-1);
    return { section: last?.name ?? "main", at: last?.items.length ?? 0 };
  }

  function add(type: string, object = whole.name, place = here()): void {
    const kind = fieldTypeOf(type);
    if (!kind) return;
    const words = i18n._(kind.label);
    const title = { [i18n.locale]: words } as Words;
    const added = addField(definitions, object, type, title, identifier(type === "role" ? "role_name" : type, "field"), { form, ...place });
    act(t`Add ${words}`, added.changes);
    setFresh(added.field);
    select({ what: "field", object, field: added.field });
  }

  function remove(object: string, field: string): void {
    act(t`Remove ${label(object, field)}`, removeField(definitions, object, field));
    select(null);
  }

  function patch(object: string, field: string, news: Body, typing = ""): void {
    const now = store.nameNow(object, field);
    act(t`Change ${label(object, now)}`, setField(store.read().definitions, object, now, news), typing && `${object} ${now} ${typing}`);
  }

  /** A field that nobody has yet takes the name that its label says. */
  async function settleName(object: string, field: string): Promise<void> {
    const body = store.body("object", object)?.fields?.[field] as Body | undefined;
    if (!body || isPublished(object, field)) return;
    await released();
    const lines = body.of ? store.body("object", body.of) : undefined;
    if (lines) act(t`Name ${say(body.label)}`, [{ kind: "object", name: body.of, body: { ...lines, label: body.label, plural: body.label } }], `${object} ${field} name`);
    const wanted = identifier(await spelled(say(body.label)), "field");
    const renamed = renameField(store.read().definitions, object, field, wanted);
    if (renamed.field === field) return;
    store.called(object, field, renamed.field);
    act(t`Name ${say(body.label)}`, renamed.changes, `${object} ${field} name`);
    // Who has gone on to something else meanwhile stays there.
    select((now) => (now?.what === "field" && now.object === object && now.field === field ? { ...now, field: renamed.field } : now));
  }

  /** Throws the refusal. What is published goes on under the new name, wherever it is spoken of. */
  async function rename(place: Renamed): Promise<void> {
    await store.renamePlace(t`Rename ${label(place.object, place.field)}`, place);
    if (place.choice === undefined) select({ what: "field", object: place.object, field: place.to });
  }

  const relay = (words: string, change: (sections: Section[]) => Section[], typing = "") => act(words, relaid(definitions, whole, form, change), typing && `${form ?? whole.name} ${typing}`);

  return {
    add,
    remove,
    patch,
    settleName,
    rename,
    isPublished,
    setObject: (words: string, news: Body, typing = "") => act(words, setObject(definitions, whole.name, news), typing && `${whole.name} ${typing}`),
    move: (item: string, into: string, at: number) => act(t`Move ${labelOfItem(whole, sections, item)}`, moved(definitions, whole, form, item, into, at)),
    nudge: (item: string, step: 1 | -1) => relay(t`Move ${labelOfItem(whole, sections, item)}`, (now) => nudgeItem(now, item, step)),
    setListed: (names: string[]) => act(t`Change the columns of the list`, listed(definitions, whole.name, names)),
    moveColumn: (child: string, from: number, to: number) => act(t`Move a column`, movedField(definitions, child, from, to)),
    moveSection: (from: number, to: number) => relay(t`Move a section`, (now) => moveSection(now, from, to)),
    setSection: (name: string, news: Partial<Section>, typing = "") => relay(t`Change a section`, (now) => now.map((section) => (section.name === name ? { ...section, ...news } : section)), typing && `${name} ${typing}`),
    setItem: (name: string, news: Partial<Item>, typing = "") =>
      relay(t`Change the form`, (now) => now.map((section) => ({ ...section, items: section.items.map((item) => (item.name === name ? { ...item, ...news } : item)) })), typing && `${name} ${typing}`),
    dropItem: (name: string) => relay(t`Take off the form`, (now) => now.map((section) => ({ ...section, items: section.items.filter((item) => item.name !== name) }))),
    dropSection: (name: string) => {
      relay(t`Remove a section`, (now) => joined(now, name));
      select(null);
    },
    addSection: (kind: Section["kind"], label: Words) => {
      const name = unused(kind, sections.map((section) => section.name));
      relay(t`Add a section`, (now) => now.toSpliced(now.filter((section) => section.name !== REST).length, 0, newSection(name, kind, label)));
      select({ what: "section", section: name });
    },
    addItem: (item: Omit<Item, "name" | "width"> & { width?: number }, stem: string) => {
      const name = unused(stem, [...Object.keys(whole.body.fields), ...sections.flatMap((section) => section.items.map((each) => each.name))]);
      const { section, at } = here();
      relay(t`Add to the form`, (now) => now.map((each) => (each.name === section ? { ...each, items: each.items.toSpliced(at, 0, { width: 1, ...item, name }) } : each)));
      select({ what: "item", item: name });
    },
  };
}

/** The items of a removed section move to the one before it, or behind it. */
function joined(sections: Section[], name: string): Section[] {
  const at = sections.findIndex((section) => section.name === name);
  const gone = sections[at];
  if (!gone || sections.filter((section) => section.name !== REST).length < 2) return sections;
  const heir = at > 0 ? at - 1 : 1;
  return sections.flatMap((section, place) => (place === at ? [] : place === heir ? [{ ...section, items: [...section.items, ...gone.items] }] : [section]));
}

export function labelOfItem(whole: Whole, sections: Section[], name: string): string {
  const item = findItem(sections, name)?.item;
  return item?.field ? say(whole.body.fields[item.field]?.label, item.field) : say(item?.note, item?.operation ?? name);
}

export const layoutFor = (definitions: Parameters<typeof bodyOf>[0], whole: Whole, form: string | null): Section[] => layoutOf(whole.body, form ? bodyOf(definitions, "form", form) : undefined);
