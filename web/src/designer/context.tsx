/** The draft, for everything in the designer. */
import { createContext, useContext } from "react";
import { wholeObject } from "./acts";
import type { Body, Change, Definitions, Drafting } from "./draft";
import { say } from "./words";
import { useDefs } from "../records/context";

export interface Designing extends Drafting {
  /** One act: named for undo. With `typing`, acts at the same place are one. */
  act: (words: string, changes: Change[], typing?: string) => void;
}

const Context = createContext<Designing | null>(null);
export const DesignProvider = Context.Provider;

export function useDesign(): Designing {
  const design = useContext(Context);
  if (!design) throw new Error("No draft is open");
  return design;
}

export const labelOf = (body: Body | undefined, name: string): string => say(body?.label, name.split(/[.:]/).at(-1));

/** Is the field, or that choice of it, in the published release? Then records may hold it: its name is fixed and removing it retires data. */
export function useIsPublished(): (object: string, field: string, choice?: string) => boolean {
  const { objects } = useDefs();
  const { definitions } = useDesign();
  return (object, field, choice) => {
    const drafted = wholeObject(definitions, object)?.body.fields[field] as Body | undefined;
    const known = objects[object]?.fields.find((each) => each.name === field || each.name === drafted?.formerly);
    if (!known || choice === undefined) return known !== undefined;
    const formerly = (drafted?.choices?.[choice]?.formerly ?? []) as string[];
    return known.choices?.some((each) => each.name === choice || formerly.includes(each.name)) ?? false;
  };
}

/** Does an app come with it? Its code may know it by its name. */
export function isShipped(definitions: Definitions, object: string, field: string, choice?: string): boolean {
  const entry = definitions.object?.[wholeObject(definitions, object)?.places[field] ?? object];
  const shipped = entry?.shipped ? (entry.shipped_body ?? entry.body)?.fields?.[field] : undefined;
  return shipped !== undefined && (choice === undefined || shipped.choices?.[choice] !== undefined);
}
