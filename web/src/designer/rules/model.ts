/** A rule's body and what a builder does to it. Nothing here draws or asks. */
import { tidy } from "../acts";
import type { Body } from "../draft";
import { unused } from "../names";
import { say, type Words } from "../words";
import type { RuleKind } from "./kinds";
import type { Row } from "./sheet/block";

export type Side = "input" | "output";

/** What is asked, or what follows. */
export interface Column {
  name: string;
  side: Side;
  label: string;
  body: Body;
}

/** A row as the sheet has it; `cells` in the order of the slots. */
export interface TableRow extends Row {
  body: Body;
}

const PLACE: Record<Side, string> = { input: "inputs", output: "outputs" };
const CELLS: Record<Side, "when" | "then"> = { input: "when", output: "then" };

export const partsOf = (parts: unknown): [string, Body][] =>
  Object.entries((parts ?? {}) as Record<string, Body>).toSorted(([, one], [, other]) => (one.order ?? 0) - (other.order ?? 0));

export const ordered = (parts: [string, Body][]): Record<string, Body> => Object.fromEntries(parts.map(([name, part], at) => [name, { ...part, order: 10 * (at + 1) }]));

export const inputsOf = (body: Body): Column[] => sideOf(body, "input");
export const outputsOf = (body: Body): Column[] => sideOf(body, "output");
export const columnsOf = (body: Body): Column[] => [...inputsOf(body), ...outputsOf(body)];

const sideOf = (body: Body, side: Side): Column[] => partsOf(body[PLACE[side]]).map(([name, part]) => ({ name, side, label: say(part.label as Words, name), body: part }));

/** The rows of a sheet hold cells of conditions; what a tree or a set asks are formulas. */
export const isSheet = (body: Body): boolean => ["table", "scorecard", "rates"].includes((body.kind as string | undefined) ?? "table");

// --- rows of a sheet ----------------------------------------------------------------------------

/** What a column of the sheet holds of a row: a cell of an input or output, or one of the row's own settings. */
export interface Slot {
  of: "when" | "then" | "row";
  name: string;
  column?: Column;
}

export function slotsOf(body: Body, folded: ReadonlySet<string> = NONE): Slot[] {
  const cells = (side: Side) => sideOf(body, side).flatMap((column): Slot[] => (side === "input" && folded.has(column.name) ? [] : [{ of: CELLS[side], name: column.name, column }]));
  const own = (...names: string[]) => names.map((name): Slot => ({ of: "row", name }));
  return [...(body.kind === "rates" ? own("from", "until") : []), ...cells("input"), ...cells("output"), ...(body.hit === "priority" ? own("priority") : []), ...own("note")];
}

const NONE: ReadonlySet<string> = new Set();

/** Conditions that no row of a sheet asks. */
export function unasked(body: Body): string[] {
  const asked = new Set(((body.rows ?? []) as Body[]).flatMap(({ when }) => (when && typeof when === "object" ? Object.keys(when) : [])));
  return isSheet(body) && body.rows ? inputsOf(body).flatMap(({ name }) => (asked.has(name) ? [] : [name])) : [];
}

/** The bands of a scorecard: which points, then what follows but the points. */
export function bandSlotsOf(body: Body): Slot[] {
  const [score, ...others] = outputsOf(body).toSorted((one, other) => Number(other.name === SCORE) - Number(one.name === SCORE));
  return score ? [{ of: "when", name: SCORE, column: { ...score, side: "input" } }, ...others.map((column): Slot => ({ of: "then", name: column.name, column })), { of: "row", name: "note" }] : [];
}

export const SCORE = "score";

export const readRows = (rows: unknown, slots: Slot[]): TableRow[] =>
  ((rows ?? []) as Body[]).map((row) => {
    const cells = slots.map(({ of, name }) => String((of === "row" ? row[name] : row[of]?.[name]) ?? ""));
    untouched.set(cells, row);
    return { body: row, cells };
  });

/** Cells as they were read → the row that they were read from: rows that nobody touched stay the same objects. */
const untouched = new WeakMap<readonly string[], Body>();

export const writeRows = (rows: readonly TableRow[], slots: Slot[]): Body[] => rows.map(({ body, cells }) => untouched.get(cells) ?? rowOf(body, cells, slots));

function rowOf(body: Body, cells: readonly string[], slots: Slot[]): Body {
  const at = (wanted: Slot["of"]) => Object.fromEntries(slots.flatMap(({ of, name }, place) => (of === wanted ? [[name, cells[place] || undefined]] : [])));
  const { priority, ...own } = at("row");
  return tidy({ ...body, ...own, priority: priority && numberOf(priority), when: tidy(at("when")), then: tidy(at("then")) });
}

/** What is no number stays as it was written, for the server to say so. */
const numberOf = (text: string): number | string => (Number.isNaN(Number(text)) ? text : Number(text));

export const blankRow = (width: number) => (): TableRow => ({ body: {}, cells: Array.from({ length: width }, () => "") });

// --- columns ------------------------------------------------------------------------------------

export function withColumn(body: Body, side: Side, wanted: string, column: Body): Body {
  const name = unused(wanted, columnsOf(body).map((each) => each.name));
  return { [PLACE[side]]: ordered([...partsOf(body[PLACE[side]]), [name, column]]) };
}

export const columnChanged = (body: Body, { side, name, body: column }: Column, patch: Body): Body => ({ [PLACE[side]]: { ...body[PLACE[side]], [name]: tidy({ ...column, ...patch }) } });

export function withoutColumn(body: Body, { side, name }: Column): Body {
  const { [name]: _, ...rest } = body[PLACE[side]] as Record<string, Body>;
  const without = (row: Body): Body => {
    const { [name]: __, ...cells } = (typeof row[CELLS[side]] === "string" ? {} : (row[CELLS[side]] ?? {})) as Body;
    const isFormula = typeof row[CELLS[side]] === "string";
    return tidy({ ...row, ...(isFormula ? {} : { [CELLS[side]]: cells }), branches: ((row.branches ?? []) as Body[]).map(without) });
  };
  return { [PLACE[side]]: rest, rows: ((body.rows ?? []) as Body[]).map(without) };
}

export function columnMoved(body: Body, { side, name }: Column, by: number): Body {
  const parts = partsOf(body[PLACE[side]]);
  const from = parts.findIndex(([each]) => each === name);
  const part = parts[from];
  return part && from + by >= 0 && from + by < parts.length ? { [PLACE[side]]: ordered(parts.toSpliced(from, 1).toSpliced(from + by, 0, part)) } : {};
}

// --- new ----------------------------------------------------------------------------------------

export function newRule(rule: string, kind: RuleKind, label: Words, on: string): Body {
  return tidy({ rule, kind, label, on, ...(kind === "scorecard" ? { outputs: { [SCORE]: { type: "number", label: { en: "Points", zh: "得分" }, order: 10 } } } : {}) });
}

// --- tests --------------------------------------------------------------------------------------

/** A test that holds what the rule answers now: of the values that it was asked with, so that the record may change. */
export function withTest(body: Body, called: string, given: Record<string, unknown>, expected: unknown): Body {
  const tests = (body.tests ?? {}) as Record<string, Body>;
  const name = unused("case", Object.keys(tests));
  return { tests: ordered([...partsOf(tests), [name, { label: { en: called, zh: called }, given, expected }]]) };
}

export const testChanged = (body: Body, name: string, patch: Body): Body => ({ tests: { ...body.tests, [name]: { ...body.tests[name], ...patch } } });

export const withoutTest = (body: Body, name: string): Body => ({ tests: ordered(partsOf(body.tests).filter(([each]) => each !== name)) });
