/** The draft, for everything in the designer. */
import { createContext, useContext } from "react";
import type { Body, Change, Drafting } from "./draft";
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

/** Is this field already in the published release? Then its name is fixed and removing it retires data. */
export function useIsPublished(): (object: string, field: string) => boolean {
  const { objects } = useDefs();
  return (object, field) => objects[object]?.fields.some((each) => each.name === field) ?? false;
}
