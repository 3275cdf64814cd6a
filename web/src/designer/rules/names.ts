/** What a rule's formulas may name, for choosing fields; and what the field at a path is. */
import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useReducer } from "react";
import { useFormulaDraft } from "../formula/draft";
import { fetchNames, type Name, NameBook } from "../formula/names";
import { readFormula } from "../formula/reading";

export function useNames(object: string): NameBook {
  const client = useQueryClient();
  const draft = useFormulaDraft();
  const [, again] = useReducer((count: number) => count + 1, 0);
  return useMemo(() => {
    const load = (asked: string) => client.fetchQuery({ queryKey: ["formula-names", asked, undefined, draft], queryFn: () => fetchNames(asked, undefined, draft), staleTime: 2_000 });
    return new NameBook(object, load, again);
  }, [client, object, draft]);
}

/** The names that a path of fields leads through, as far as they are known; none for what is more than a path. */
export function namesOf(book: NameBook, path: string): Name[] | undefined {
  if (!/^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*$/u.test(path.trim())) return undefined;
  const found: Name[] = [];
  let object: string | null = book.root;
  for (const step of path.trim().split(".")) {
    const name: Name | undefined = object ? book.find(object, step) : undefined;
    if (!name) return undefined;
    found.push(name);
    object = name.target;
  }
  return found;
}

/** A formula with fields and choices as people call them. */
export const readable = (formula: string, book: NameBook): string =>
  readFormula(formula, book)
    .pieces.filter(({ kind }) => kind === "path" || kind === "choice")
    .toSorted((one, other) => other.from - one.from)
    .reduce((text, { from, to, label }) => text.slice(0, from) + label + text.slice(to), formula);
