/** The server's word on a formula, asked when the person pauses; and its value on a record. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { call, get } from "../../kit/api";
import { useLocale } from "../../shell/App";
import { useFormulaDraft } from "./draft";
import type { Functions } from "./names";
import { filled, pathsOfThis } from "../../rules/linkage";
import type { Expect } from "./props";

export interface CheckProblem {
  problem: string;
  reason: string;
  /** In characters, not in units of UTF-16. */
  position: number;
  length: number;
  nearest: string[];
}

export interface Checked {
  formula: string;
  ok: boolean;
  type?: string;
  target?: string | null;
  live?: boolean;
  uses?: string[];
  warnings?: { position: number; length: number; detail: string }[];
  error?: CheckProblem;
}

interface Asked {
  object: string;
  scope?: string;
  expect?: Expect;
  formula: string;
}

const PAUSE = 300;

/** What was last said; its `formula` tells of which text. */
export function useCheck({ object, scope, expect, formula }: Asked): Checked | undefined {
  const draft = useFormulaDraft();
  const locale = useLocale();
  const settled = useSettled(formula, PAUSE);
  const { data } = useQuery({
    queryKey: ["formula-check", object, scope, expect, settled, draft, locale],
    queryFn: async ({ signal }) => ({ ...(await check({ object, scope, expect, formula: settled }, draft, signal)), formula: settled }),
    enabled: settled.trim() !== "",
    placeholderData: keepPreviousData,
    staleTime: 2_000,
    retry: false,
  });
  return settled.trim() ? data : undefined;
}

const check = ({ object, scope, expect, formula }: Asked, draft: number | null, signal: AbortSignal): Promise<Checked> =>
  call<Checked>("POST", "/api/formulas/check", { body: { object, this: scope, expect, formula }, signal, draft });

export function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

export function useFunctions(): Functions | undefined {
  const locale = useLocale();
  const { data } = useQuery({
    queryKey: ["formula-functions", locale],
    queryFn: ({ signal }) => get<Functions>("/api/formulas/functions", undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}

export interface Evaluated {
  value: unknown;
  type: string;
}

export function useValue(object: string, formula: string, record: number | undefined, isSound: boolean) {
  const draft = useFormulaDraft();
  return useQuery({
    queryKey: ["formula-value", object, formula, record, draft],
    queryFn: ({ signal }) => call<Evaluated>("POST", "/api/formulas/evaluate", { body: { object, formula, id: record }, signal, draft }),
    enabled: isSound && record !== undefined,
    staleTime: 10_000,
    retry: false,
  });
}

/** A link's filter with a record's values in the place of `this.…`. */
export function useFilterOf(scope: string, formula: string, record: number | undefined) {
  const draft = useFormulaDraft();
  const valueOf = async (path: string): Promise<string> => {
    const { value, type } = await call<Evaluated>("POST", "/api/formulas/evaluate", { body: { object: scope, formula: path, id: record }, draft });
    return literalOf(value, type);
  };
  return useQuery({
    queryKey: ["formula-filter", scope, formula, record, draft],
    queryFn: async () => {
      const paths = [...new Set(pathsOfThis(formula))];
      const values = new Map(await Promise.all(paths.map(async (path) => [path, await valueOf(path)] as const)));
      return filled(formula, (path) => values.get(path));
    },
    enabled: record !== undefined,
    staleTime: 10_000,
    retry: false,
  });
}

const QUOTED = new Set(["text", "date", "moment", "choice"]);

/** As it is written in a formula. */
function literalOf(value: unknown, type: string): string {
  if (value === null || value === undefined || value === "") return "blank";
  return QUOTED.has(type) ? `"${String(value).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"` : String(value);
}

/** The server counts characters, the editor UTF-16 units. */
export function unitsAt(text: string, characters: number): number {
  let units = 0;
  let left = characters;
  for (const character of text) {
    if (left === 0) break;
    units += character.length;
    left -= 1;
  }
  return units;
}
