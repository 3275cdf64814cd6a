/** What the server says of a rule in a draft: problems, findings, answers with their reasons, tests, the past. */
import { call } from "../../kit/api";
import type { Body } from "../draft";

export interface CellFinding {
  place: string;
  /** -1: not of a row. */
  row: number;
  column: string;
  side: "input" | "output";
  message: string;
  /** A case of which a check isn't true. */
  example?: Record<string, unknown>;
}

export interface RowFinding {
  kind: "never" | "overlap" | "gap" | "contradiction" | "hole";
  /** By number, or by the path of a tree. Of one that never fires: itself, then those that take its cases. */
  rows: (number | string)[];
  message: string;
  /** A case that nobody covers. */
  example?: Record<string, unknown>;
}

export interface Checked {
  problems: CellFinding[];
  findings: RowFinding[];
}

export interface Explained {
  /** A list of outcomes where all that fit are collected. */
  outcome: unknown;
  /** Which rows fired: by number, or by the path of a tree. */
  rows: (number | string)[];
  values: Record<string, unknown>;
  /** Of a decision of decisions: what each rule that it asked answered. */
  calls?: Record<string, Explained & { rule: string }>;
  explained?: { row: number | string; fires: boolean; cells: Record<string, boolean> }[];
}

/** A record, with what is no field of it; or values alone. */
export interface Case {
  record?: number;
  given: Record<string, unknown>;
}

export interface TestAnswer {
  passes: boolean;
  outcome?: unknown;
  problem?: string | null;
}

export interface Sum {
  output: string;
  before: string;
  after: string;
}

export interface ShadowRun {
  cases: number;
  changed: number;
  counts: { output: string; before: Record<string, number>; after: Record<string, number> }[];
  sums: Sum[];
  /** What was asked to be added up. */
  measures: Sum[];
  records: { object: string; id: number; label: string; before: Record<string, unknown> | null; after: Record<string, unknown> | null }[];
}

export const placeOf = (draft: number, rule: string): string => `/api/drafts/${draft}/rules/${rule}`;

export const checkRule = (draft: number, rule: string, signal?: AbortSignal): Promise<Checked> => call("POST", `${placeOf(draft, rule)}/check`, { body: {}, signal, draft });

/** The rows of a spreadsheet, read but not written. */
export function readSheet(draft: number, rule: string, file: File): Promise<{ rows: Body[] }> {
  const form = new FormData();
  form.set("file", file);
  return call("POST", `${placeOf(draft, rule)}/xlsx`, { body: form, draft });
}

export interface FromGoRules {
  rules: Record<string, Body>;
  /** What doesn't map, node by node. */
  left: { node: string; place: string; message: string }[];
}

/** A decision model of GoRules, read but not written. */
export function readGoRules(draft: number, rule: string, file: File): Promise<FromGoRules> {
  const form = new FormData();
  form.set("file", file);
  return call("POST", `${placeOf(draft, rule)}/jdm`, { body: form, draft });
}

export async function evaluateCase(draft: number, rule: string, one: Case, signal?: AbortSignal): Promise<Explained> {
  const { answers } = await call<{ answers: Explained[] }>("POST", `/api/rules/${rule}/evaluate`, { body: { cases: [one], explain: true }, draft, signal });
  return answers[0]!;
}

export const runTests = async (draft: number, rule: string): Promise<Record<string, TestAnswer>> => (await call<{ tests: Record<string, TestAnswer> }>("POST", `${placeOf(draft, rule)}/tests`, { body: {}, draft })).tests;

export const shadowRun = (draft: number, rule: string, period: { from_on: string; until_on: string; measures?: Record<string, string> }): Promise<ShadowRun> => call("POST", `${placeOf(draft, rule)}/shadow_run`, { body: period, draft });
