/** What the go-live page knows: the opening under way, and how its parts stand beside their accounts. */
import { useQuery } from "@tanstack/react-query";
import { post } from "../kit/api";
import { type Definitions, type Values } from "../records/definitions";
import type { Performed } from "../records/operations/perform";
import { useRecordList } from "../records/query";

export interface Side extends Values {
  label: string;
  object: string;
  rows: number;
  sub_ledger: string;
  books: string;
  difference: string;
}

export interface Check {
  agrees: boolean;
  rows: Side[];
  /** Somebody has posted already: then it is too late for an opening. */
  notice: { text: string } | null;
}

/** Read anew whenever the page comes into sight: the rows change on other pages. */
export function useCheck(on: string, enabled: boolean) {
  return useQuery({
    queryKey: ["report", "finance.check_opening", { on }],
    queryFn: async () => (await post<Performed>("/api/operations/finance.check_opening", { on })).result as Check,
    enabled: enabled && on !== "",
    refetchOnMount: "always",
  });
}

/** The opening that the books stand on, if they are open. */
export function useLive() {
  const list = useRecordList({ object: "finance.opening", where: "blank(taken_back_at)", fields: ["id", "number", "opened_on", "state", "opened_by"], pageSize: 1 });
  return { isKnown: list.isSuccess, error: list.error, opening: list.rows[0] };
}

/** What the rows name, and must be there before them. */
export const namedFirst = (definitions: Definitions): string[] =>
  ["base.product", "base.party", "stock.location", "finance.account"].filter((name) => definitions.objects[name]);

/** The parts in the order in which a person fills them in; the accounts last, which all others are measured by. */
export const isBalance = (side: Side): boolean => side.object === "finance.opening_balance";

export const isReady = (check: Check | undefined): boolean => !!check?.agrees && !check.notice && check.rows.some((side) => isBalance(side) && side.rows > 0);

/** The last day of the month before a day: books begin with a month. */
export function monthEndBefore(today: string): string {
  const day = new Date(`${today.slice(0, 7)}-01T00:00:00Z`);
  day.setUTCDate(0);
  return day.toISOString().slice(0, 10);
}
