import { useQuery } from "@tanstack/react-query";
import { get } from "../kit/api";
import { placeOf } from "./talk";

export interface Person {
  id: number;
  name: string;
  login: string;
}

/** Who sees the record and is called so; nobody while nobody is asked for. */
export function useMentionable(object: string, id: number, query: string | null): Person[] {
  const { data } = useQuery({
    queryKey: ["mentionable", object, id, query],
    queryFn: ({ signal }) => get<{ people: Person[] }>(`${placeOf(object, id)}/mentionable`, { q: query }, signal),
    enabled: query !== null,
    staleTime: 60_000,
    placeholderData: (previous) => previous,
  });
  return query === null ? [] : (data?.people ?? []);
}
