/** The address holds all of a list's state, so that a link shows another person the same. */
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { useDefs } from "../context";
import { fieldAt, type ObjectInfo, type ViewInfo } from "../definitions";
import { type Condition, formulaOf, joinWhere, readCondition, writeCondition } from "../filters";
import { defaultColumns } from "../query";

export interface ListState {
  view?: ViewInfo;
  conditions: Condition[];
  where: string;
  named: string;
  search: string;
  sort: string;
  group: string;
  columns: string[];
  open: string | null;
  as: "list" | "board";
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
  group: string;
  columns: string[];
  open: string | null;
  as: string;
  trash: boolean;
}>;

const NAMES: Record<string, string> = { search: "q", columns: "cols", conditions: "f" };

export function useListState(object: ObjectInfo): [ListState, (change: ListChange) => void] {
  const definitions = useDefs();
  const [search, setSearch] = useSearchParams();
  const state = useMemo(() => read(object, definitions, search), [object, definitions, search]);

  function change(changes: ListChange): void {
    const onlyOpens = Object.keys(changes).every((name) => name === "open");
    setSearch((now) => write(now, changes), { replace: !("view" in changes) && !onlyOpens, preventScrollReset: true });
  }

  return [state, change];
}

function read(object: ObjectInfo, definitions: ReturnType<typeof useDefs>, search: URLSearchParams): ListState {
  const view = definitions.views[search.get("view") ?? ""];
  const conditions = search.getAll("f").map(readCondition).filter((condition) => condition !== null);
  const where = search.get("where") ?? "";
  const columns = search.get("cols")?.split(",") ?? (view?.fields?.length ? view.fields : defaultColumns(object));
  const board = Boolean(object.board_by) && (search.get("as") ?? (view?.kind === "board" ? "board" : "list")) === "board";
  return {
    view,
    conditions,
    where,
    named: search.get("named") ?? "",
    search: search.get("q") ?? "",
    sort: search.get("sort") ?? view?.sort ?? object.sort ?? "",
    group: search.get("group") ?? (view?.kind === "list" ? view.group : "") ?? "",
    columns: columns.filter((path) => fieldAt(definitions, object, path)),
    open: search.get("open"),
    as: board ? "board" : "list",
    trash: search.get("trash") === "1",
    formula: joinWhere([view?.where, where, ...conditions.map((condition) => formulaOf(definitions, object, condition))]),
  };
}

function write(now: URLSearchParams, changes: ListChange): URLSearchParams {
  const next = new URLSearchParams("view" in changes ? undefined : now);
  for (const [name, value] of Object.entries(changes)) {
    const key = NAMES[name] ?? name;
    next.delete(key);
    if (name === "conditions") for (const condition of value as Condition[]) next.append(key, writeCondition(condition));
    else if (Array.isArray(value)) next.set(key, value.join(","));
    else if (value === true) next.set(key, "1");
    else if (value) next.set(key, String(value));
  }
  return next;
}
