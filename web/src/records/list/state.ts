/** The address holds all of a list's state, so that a link shows another person the same. */
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { useDefs } from "../context";
import { fieldAt, type ObjectInfo, type ViewInfo, type ViewKind } from "../definitions";
import { type Condition, formulaOf, joinWhere, readCondition, writeCondition } from "../filters";
import { defaultColumns } from "../query";
import { type Kept, useFirstView, useKeptViews } from "../views/kept";
import { kindsOf, PLACES, type Place, type Shape, shapeOf } from "../views/shape";

export interface ListState {
  view?: ViewInfo | Kept;
  /** The kept view that the address names isn't known yet. */
  isPending: boolean;
  conditions: Condition[];
  where: string;
  named: string;
  search: string;
  sort: string;
  columns: string[];
  open: string | null;
  as: ViewKind;
  shape: Shape;
  /** Calendar: the day that is looked at. */
  on: string;
  /** Calendar, Gantt: how much is seen at once. */
  zoom: string;
  trash: boolean;
  /** Everything that filters, as one formula. */
  formula: string;
}

export type ListChange = Partial<{
  view: string;
  conditions: Condition[];
  where: string;
  named: string;
  search: string;
  sort: string;
  columns: string[];
  open: string | null;
  as: string;
  trash: boolean;
  on: string;
  zoom: string;
  totals: string;
  colours: string;
}> &
  Partial<Record<Place, string>>;

const NAMES: Record<string, string> = { search: "q", columns: "cols", conditions: "f" };

export function useListState(object: ObjectInfo): [ListState, (change: ListChange) => void] {
  const definitions = useDefs();
  const kept = useKeptViews(object.name);
  const [asked, setSearch] = useSearchParams();
  const first = useFirstView(object.name);
  const search = useMemo(() => (asked.size === 0 && first ? new URLSearchParams({ view: first }) : asked), [asked, first]);
  const isFirstUnknown = asked.size === 0 && first === null && kept.isPending;
  const known = useMemo(() => read(object, definitions, kept.data, search), [object, definitions, kept.data, search]);
  const state = isFirstUnknown ? { ...known, isPending: true } : known;

  function change(changes: ListChange): void {
    const onlyOpens = Object.keys(changes).every((name) => name === "open");
    setSearch((now) => write(now.size === 0 ? search : now, changes), { replace: !("view" in changes) && !onlyOpens, preventScrollReset: true });
  }

  return [state, change];
}

function read(object: ObjectInfo, definitions: ReturnType<typeof useDefs>, kept: Kept[] | undefined, search: URLSearchParams): ListState {
  const name = search.get("view") ?? "";
  const isKept = name.startsWith("kept:");
  const found = isKept ? kept?.find((each) => each.name === name) : definitions.views[name];
  const view = found?.object === object.name ? found : undefined;
  const conditions = search.getAll("f").map(readCondition).filter((condition) => condition !== null);
  const where = search.get("where") ?? "";
  const columns = search.get("cols")?.split(",") ?? (view?.fields?.length ? view.fields : defaultColumns(object));
  const as = (search.get("as") ?? view?.kind ?? "list") as ViewKind;
  const kind = as === view?.kind || kindsOf(object).includes(as) ? as : "list";
  return {
    view,
    isPending: isKept && kept === undefined,
    conditions,
    where,
    named: search.get("named") ?? "",
    search: search.get("q") ?? "",
    sort: search.get("sort") ?? view?.sort ?? object.sort ?? "",
    columns: columns.filter((path) => fieldAt(definitions, object, path)),
    open: search.get("open"),
    as: kind,
    shape: shapeOf(object, kind, view, search),
    on: search.get("on") ?? "",
    zoom: search.get("zoom") ?? "",
    trash: search.get("trash") === "1",
    formula: joinWhere([view?.where, where, ...conditions.map((condition) => formulaOf(definitions, object, condition))]),
  };
}

const CAN_BE_NONE = new Set<string>(PLACES);

function write(now: URLSearchParams, changes: ListChange): URLSearchParams {
  const next = new URLSearchParams("view" in changes ? undefined : now);
  for (const [name, value] of Object.entries(changes)) {
    const key = NAMES[name] ?? name;
    next.delete(key);
    if (name === "conditions") for (const condition of value as Condition[]) next.append(key, writeCondition(condition));
    else if (Array.isArray(value)) next.set(key, value.join(","));
    else if (value === true) next.set(key, "1");
    else if (value) next.set(key, String(value));
    else if (value === "" && CAN_BE_NONE.has(name)) next.set(key, "-");
  }
  if ("view" in changes && next.size === 0) next.set("view", "");
  return next;
}
