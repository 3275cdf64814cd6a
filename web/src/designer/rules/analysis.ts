/** What is wrong with the rule, cell by cell and row by row: at once what the screen can tell, then the server's word. */
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { createContext, useContext, useMemo } from "react";
import { useLocale } from "../../shell/App";
import { useDesign } from "../context";
import type { Body } from "../draft";
import { useSettled } from "../formula/checking";
import type { NameBook } from "../formula/names";
import { useTypeWords } from "../formula/words";
import { type CellProblem, cellProblem } from "./cell";
import { bandSlotsOf, inputsOf, isSheet, slotsOf, type Slot } from "./model";
import { type CellFinding, checkRule, type RowFinding } from "./server";
import type { Mark } from "./sheet/SheetRow";
import { stampOf, useRule } from "./state";
import { offersOf, typeOf } from "./table/columns";

/** Row → column of the sheet → what is wrong. */
export type CellProblems = Map<number, Map<number, string>>;

export interface Analysis {
  cells: { rows: CellProblems; bands: CellProblems };
  /** What is wrong elsewhere: a column, the default row, a branch, a test. */
  others: CellFinding[];
  /** What is wrong at a place of the definition, such as `rows.0.branches.1.then.desk`. */
  at: (place: string) => string[];
  marks: Map<number, Mark>;
  findings: RowFinding[];
  /** Asked, but not answered yet. */
  isOpen: boolean;
  error: unknown;
}

const Context = createContext<Analysis | null>(null);
export const AnalysisProvider = Context.Provider;

export function useFindings(): Analysis {
  const analysis = useContext(Context);
  if (!analysis) throw new Error("No rule is analysed");
  return analysis;
}

const PAUSE = 500;
const MOST_READERS = 50;

export function useAnalysis(book: NameBook): Analysis {
  const { name, body, folded } = useRule();
  const { number, store } = useDesign();
  const locale = useLocale();
  const words = useCellWords();
  const settled = useSettled(body, PAUSE);
  const { data, error, isFetching } = useQuery({
    queryKey: ["rule-check", number, name, stampOf(settled), locale],
    queryFn: async ({ signal }) => {
      await store.settled();
      return checkRule(number, name, signal);
    },
    staleTime: 5_000,
    retry: false,
  });
  const types = inputsOf(body).map((column) => typeOf(column, book)).join();
  const typed = useMemo(() => typedProblems(body, folded, book, words), [body, folded, book, types, words]);
  const told = settled === body ? data : undefined;
  return useMemo(() => {
    const { cells, others } = placed(typed, told?.problems ?? [], body, folded);
    const at = (place: string) => others.filter((each) => each.place === place).map(({ message }) => message);
    return { cells, others, at, marks: marksOf(told?.findings ?? []), findings: told?.findings ?? [], isOpen: isFetching || settled !== body, error };
  }, [typed, told, body, folded, settled, isFetching, error]);
}

function typedProblems(body: Body, folded: ReadonlySet<string>, book: NameBook, words: (problem: CellProblem) => string): CellProblems {
  const found: CellProblems = new Map();
  if (!isSheet(body)) return found;
  const slots = slotsOf(body, folded);
  for (const column of inputsOf(body)) {
    const { name } = column;
    const read = readerOf(typeOf(column, book), offersOf(column, book).map(({ text }) => text.slice(1, -1)));
    const place = placeOf(slots, "when", name);
    for (const [row, { when }] of ((body.rows ?? []) as { when?: Record<string, string> }[]).entries()) {
      const problem = when?.[name] ? read(when[name]) : null;
      if (problem) put(found, row, place, words(problem));
    }
  }
  return found;
}

/** Each text of a column is read once, however often it is looked at: all but one of 5,000 rows stay as they are. */
const readers = new Map<string, Map<string, CellProblem | null>>();

function readerOf(type: string, choices: string[]): (cell: string) => CellProblem | null {
  const kind = JSON.stringify([type, choices]);
  if (readers.size > MOST_READERS) readers.clear();
  const known = readers.get(kind) ?? new Map<string, CellProblem | null>();
  readers.set(kind, known);
  return (cell) => {
    let problem = known.get(cell);
    if (problem === undefined) known.set(cell, (problem = cellProblem(cell, type, choices)));
    return problem;
  };
}

const placeOf = (slots: Slot[], of: Slot["of"], name: string): number => slots.findIndex((slot) => slot.of === of && slot.name === name);

function put(found: CellProblems, row: number, column: number, text: string): void {
  found.set(row, (found.get(row) ?? new Map<number, string>()).set(Math.max(0, column), text));
}

/** What the server says takes the place of what was told while typing. */
function placed(typed: CellProblems, told: CellFinding[], body: Body, folded: ReadonlySet<string>) {
  const rows: CellProblems = new Map([...typed].map(([row, cells]) => [row, new Map(cells)]));
  const bands: CellProblems = new Map();
  const others: CellFinding[] = [];
  const [rowSlots, bandSlots] = [slotsOf(body, folded), bandSlotsOf(body)];
  for (const problem of told) {
    const isBand = problem.place.startsWith("bands.");
    const slots = isBand ? bandSlots : rowSlots;
    const of = problem.side === "output" ? "then" : "when";
    const row = isBand ? Number(problem.place.split(".")[1]) : problem.row;
    if (row < 0 || !isSheet(body)) others.push(problem);
    else put(isBand ? bands : rows, row, Math.max(placeOf(slots, of, problem.column), placeOf(slots, "row", problem.column)), problem.message);
  }
  return { cells: { rows, bands }, others };
}

/** The rows that a finding is about; of one that never fires not those that take its cases. */
export const concerned = ({ kind, rows }: RowFinding): (number | string)[] => (kind === "never" ? rows.slice(0, 1) : rows);

function marksOf(findings: RowFinding[]): Map<number, Mark> {
  const marks = new Map<number, Mark>();
  for (const finding of findings) for (const row of concerned(finding)) if (typeof row === "number") marks.set(row, { tone: finding.kind === "never" ? "warning" : "bad", text: finding.message });
  return marks;
}

function useCellWords(): (problem: CellProblem) => string {
  const { t } = useLingui();
  const types = useTypeWords();
  return useMemo(
    () => (problem: CellProblem) => {
      switch (problem.kind) {
        case "quote":
          return t`A quotation mark is never closed.`;
        case "bracket":
          return t`“${problem.sign}” has no partner.`;
        case "value_missing":
          return t`After “${problem.after}” a value is missing.`;
        case "range_backwards":
          return t`The range begins behind its end.`;
        case "unreadable":
          return t`This can't be read from character ${problem.at + 1} on.`;
        case "not_a":
          return t`${problem.text} does not fit this column (${types(problem.type)}).`;
        case "no_choice":
          return problem.nearest ? t`“${problem.text}” is not a choice. Did you mean “${problem.nearest}”?` : t`“${problem.text}” is not a choice of this column.`;
      }
    },
    [t],
  );
}
