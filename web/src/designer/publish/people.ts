import { useQuery } from "@tanstack/react-query";
import { get } from "../../kit/api";

interface Named {
  id: number;
  name: string;
}

function useNamed(): Named[] {
  const { data } = useQuery({
    queryKey: ["list", "base.user", "names"],
    queryFn: async ({ signal }) => (await get<{ records: Named[] }>("/api/records/base.user", { fields: "name", limit: 1000, sort: "name" }, signal)).records,
    staleTime: 5 * 60_000,
    retry: false,
  });
  return data ?? [];
}

export const usePeopleOptions = (): { value: string; label: string }[] => useNamed().map((each) => ({ value: `user:${each.id}`, label: each.name }));
