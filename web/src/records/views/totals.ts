/** Counts and sums from the server, of all that fit and of each group. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { get } from "../../kit/api";
import { wallText } from "../../kit/time";
import type { Aggregate, Field, ObjectInfo, RecordAnswer, Unit } from "../definitions";
import { isLink } from "../definitions";

export interface Figures {
  count: number;
  totals: Record<string, unknown>;
  mixed?: string[];
}

export interface Group extends Figures {
  value: unknown;
  label: string;
}

export interface Totals extends Figures {
  groups: Group[];
  more: boolean;
}

interface Asked {
  formula: string;
  search: string;
  trash?: boolean;
}

export function useTotals(object: ObjectInfo, wanted: Record<string, Aggregate>, { formula, search, trash }: Asked, group = "", unit: Unit = "", enabled = true) {
  const totals = Object.entries(wanted).map(([name, aggregate]) => `${name}:${aggregate}`).join(",");
  const query = { totals, group: unit && group ? `${group}:${unit}` : group, where: formula, search };
  return useQuery({
    queryKey: ["list", object.name, "totals", query],
    queryFn: ({ signal }) => get<Totals>(`/api/totals/${object.name}`, query, signal),
    enabled: enabled && !trash && Boolean(group || totals),
    placeholderData: keepPreviousData,
  });
}

/** What a row's group is called inside; dates stand for the first day of their month, quarter or year. */
export function groupKey(field: Field, unit: Unit, row: RecordAnswer): string {
  const value = row[field.name];
  if (value === null || value === undefined || value === "") return "";
  if (field.type !== "date" && field.type !== "moment") return String(value);
  return periodOf(field.type === "moment" ? wallText(String(value)) : String(value), unit);
}

export function periodOf(text: string, unit: Unit): string {
  const [year, month] = [text.slice(0, 4), Number(text.slice(5, 7))];
  if (unit === "year") return `${year}-01-01`;
  if (unit === "quarter") return `${year}-${String(month - ((month - 1) % 3)).padStart(2, "0")}-01`;
  return unit === "month" ? `${text.slice(0, 7)}-01` : text.slice(0, 10);
}

export const keyOf = (group: Group): string => (group.value === null || group.value === undefined ? "" : String(group.value));

/** The numbers that can be added up in a list. */
export function canTotal(field: Field): boolean {
  return ["number", "integer", "money", "percent", "progress", "rating"].includes(field.result ?? field.type) && !isLink(field);
}
