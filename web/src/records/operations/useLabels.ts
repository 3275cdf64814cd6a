/** What the records are called that the address names by their ids. */
import { useQueries } from "@tanstack/react-query";
import { useDefs } from "../context";
import type { Field, Values } from "../definitions";
import { get } from "../../kit/api";

export function useLabels(inputs: Field[], values: Values, known: Record<string, string>): Record<string, string> {
  const definitions = useDefs();
  const unknown = inputs.filter((input) => input.to && definitions.objects[input.to] && typeof values[input.name] === "number" && !known[input.name]);
  const found = useQueries({
    queries: unknown.map((input) => ({
      queryKey: ["label", input.to, values[input.name]],
      queryFn: ({ signal }: { signal: AbortSignal }) => fetchLabel(input.to!, values[input.name] as number, signal),
      staleTime: 60_000,
      retry: false,
    })),
  });
  const labels = { ...known };
  unknown.forEach((input, at) => {
    const label = found[at]?.data;
    if (label) labels[input.name] = label;
  });
  return labels;
}

async function fetchLabel(object: string, id: number, signal: AbortSignal): Promise<string> {
  const page = await get<{ records: Values[] }>(`/api/records/${object}`, { where: `id = ${id}`, fields: "_label", limit: 1 }, signal);
  return String(page.records[0]?._label ?? "");
}
