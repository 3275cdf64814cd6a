import { get, post } from "../kit/api";
import type { About } from "./asking";

/** What may be wished of a field without knowing definitions. */
export interface Wish {
  label?: string;
  help?: string;
  required?: boolean;
  choice?: string;
}

export interface Suggestion {
  suggestion: number;
  draft: number;
  text: string;
  object: string | null;
  field: string | null;
  page: string | null;
  proposed_by_name: string;
  created_at: string;
  /** How many definitions it changes; 0 when it is words alone. */
  changes: number;
  fate: "open" | "merged" | "published" | "declined";
  release: number | null;
  merged_into: number | null;
  reply: string;
}

export const sendSuggestion = (given: About & { text: string; wish?: Wish }, key: string): Promise<Suggestion> => post<Suggestion>("/api/suggestions", given, key);

export const fetchSuggestions = async (all: boolean, signal?: AbortSignal): Promise<Suggestion[]> =>
  (await get<{ suggestions: Suggestion[] }>("/api/suggestions", { all: all || undefined }, signal)).suggestions;

export const declineSuggestion = (draft: number, reply: string): Promise<Suggestion> => post<Suggestion>(`/api/suggestions/${draft}/decline`, { reply });
