import { get } from "../../kit/api";

export interface Option {
  id: number;
  label: string;
  subtitle?: string;
}

/** What a link may be set to, best hits first. */
export async function fetchOptions(object: string, q: string, filter?: string | null, signal?: AbortSignal): Promise<Option[]> {
  const { options } = await get<{ options: Option[] }>(`/api/options/${object}`, { q, filter, limit: 30 }, signal);
  return options;
}
