/** Who acts for whom, and on which days. */
import { useQuery } from "@tanstack/react-query";
import { get } from "../kit/api";
import { todayText } from "../kit/time";

export interface Deputy {
  id: number;
  version: number;
  person: number;
  "person._label": string | null;
  deputy: number;
  "deputy._label": string | null;
  from_on: string;
  until_on: string;
  flows: string[] | null;
}

export const DEPUTY = "flow.deputy";
const FIELDS = "id,version,person,person._label,deputy,deputy._label,from_on,until_on,flows";

/** Those of this year that concern me: who acts for me, and for whom I act. */
export const useDeputies = (me: number | null | undefined) =>
  useQuery({
    queryKey: ["list", DEPUTY, "mine"],
    queryFn: ({ signal }) => get<{ records: Deputy[] }>(`/api/records/${DEPUTY}`, { where: "(person = me or deputy = me) and until_on >= today() - days(180)", sort: "-from_on", fields: FIELDS, limit: 200 }, signal),
    select: ({ records }) => ({ mine: records.filter((each) => each.person === me), others: records.filter((each) => each.deputy === me) }),
    staleTime: 30_000,
    retry: false,
  });

export type Span = "now" | "later" | "over";

export function spanOf({ from_on, until_on }: Deputy, today: string = todayText()): Span {
  if (until_on < today) return "over";
  return from_on > today ? "later" : "now";
}

/** The day before, as a plain day. */
export function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}
