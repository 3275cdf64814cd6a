/** The rule that is open, for its editor and its cases. */
import { createContext, useContext, useMemo, useState } from "react";
import { bodyOf, tidy } from "../acts";
import { useDesign } from "../context";
import type { Body } from "../draft";
import { unasked } from "./model";
import type { Explained } from "./server";

/** A cell of the rows or bands, or a place of the definition such as `rows.0.branches.1.when`. */
export interface Wanted {
  of?: "rows" | "bands";
  row?: number;
  column?: number;
  place?: string;
  /** A case to be tried. */
  given?: Record<string, unknown>;
}

const stamps = new WeakMap<Body, number>();
let latest = 0;

/** A body as it stands, for the keys of queries: writing out 5,000 rows for each would be felt while typing. */
export function stampOf(body: Body): number {
  const stamp = stamps.get(body) ?? (latest += 1);
  stamps.set(body, stamp);
  return stamp;
}

export interface OpenRule {
  name: string;
  body: Body;
  /** The object that it decides about; blank where its values are its own. */
  object: string;
  /** Conditions that no row asks, and that nobody has unfolded: they have no column. */
  folded: ReadonlySet<string>;
  unfold: (column: string) => void;
  /** One act, named for undo. With `typing`, acts at the same place are one. */
  put: (words: string, news: Body, typing?: string) => void;
  /** What the case being tried came to, and why. */
  explained: Explained | null;
  explain: (explained: Explained | null) => void;
  /** A place that a finding or a case leads to. */
  wanted: Wanted | null;
  want: (place: Wanted) => void;
}

const Context = createContext<OpenRule | null>(null);
export const RuleProvider = Context.Provider;

export function useRule(): OpenRule {
  const rule = useContext(Context);
  if (!rule) throw new Error("No rule is open");
  return rule;
}

export function useRuleState(name: string): OpenRule {
  const { definitions, act } = useDesign();
  const [explained, explain] = useState<Explained | null>(null);
  const [wanted, want] = useState<Wanted | null>(null);
  const body = bodyOf(definitions, "rule", name)!;
  const [foldable, setFoldable] = useState(() => manyOf(unasked(body)));
  const folded = useMemo(() => stillFolded(body, foldable), [body.rows, body.inputs, foldable]);
  return useMemo(
    () => ({
      name,
      body,
      object: (body.on as string | undefined) ?? "",
      put: (words: string, news: Body, typing = "") => act(words, [{ kind: "rule", name, body: { ...tidy({ ...body, ...news }), rule: name, kind: body.kind } }], typing && `${name} ${typing}`),
      folded,
      unfold: (column: string) => setFoldable(foldable.filter((each) => each !== column)),
      explained,
      explain,
      wanted,
      want,
    }),
    [name, body, act, folded, foldable, explained, wanted],
  );
}

const FEW = 3;

/** A few don't stand in the way. */
const manyOf = (names: string[]): string[] => (names.length > FEW ? names : []);

/** Of those that were folded at first; what is blanked or added since keeps its column. */
function stillFolded(body: Body, foldable: string[]): ReadonlySet<string> {
  const now = foldable.length > 0 ? new Set(unasked(body)) : undefined;
  return new Set(foldable.filter((name) => now?.has(name)));
}
