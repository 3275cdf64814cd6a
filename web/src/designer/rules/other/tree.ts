/** A tree: rows with rows inside. The first that holds is taken, and of its branches again the first. */
import type { Hanging } from "../../../flows/tidy";
import type { Body } from "../../draft";

/** The rows with the one at a path put in its place; null takes it away. */
export function changed(rows: readonly Body[], path: readonly number[], news: Body | null): Body[] {
  const [first = 0, ...rest] = path;
  if (rest.length === 0) return news ? rows.map((row, at) => (at === first ? news : row)) : rows.toSpliced(first, 1);
  return rows.map((row, at) => (at === first ? { ...row, branches: changed((row.branches ?? []) as Body[], rest, news) } : row));
}

/** The branches below a path; of the root the rows themselves. */
export const below = (rows: readonly Body[], path: readonly number[]): Body[] => path.reduce<Body[]>((inner, at) => (inner[at]?.branches ?? []) as Body[], [...rows]);

export const rowAt = (rows: readonly Body[], path: readonly number[]): Body | undefined => below(rows, path.slice(0, -1))[path.at(-1) ?? -1];

/** The rows with other branches below a path. */
export const withBelow = (rows: readonly Body[], path: readonly number[], branches: Body[]): Body[] => (path.length === 0 ? branches : changed(rows, path, { ...rowAt(rows, path), branches }));

/** One more branch, before the one that holds for all else. */
export function grown(rows: readonly Body[], path: readonly number[]): { rows: Body[]; path: number[] } {
  const inner = below(rows, path);
  const last = inner.at(-1);
  const at = last && isOtherwise(last) && inner.length > 1 ? inner.length - 1 : inner.length;
  return { rows: withBelow(rows, path, inner.toSpliced(at, 0, { when: "" })), path: [...path, at] };
}

/** Further questions below a row: what it answered stays the answer to all that isn't asked for. */
export function askingFurther({ then, ...row }: Body): Body {
  return { ...row, branches: [{ when: "" }, ...(then ? [{ then }] : [])] };
}

/** The row answers itself again: as the branch did that holds for all else. */
export function answering({ branches, ...row }: Body): Body {
  const otherwise = ((branches ?? []) as Body[]).find((branch) => isOtherwise(branch) && branch.then);
  return { ...row, then: row.then ?? otherwise?.then ?? {} };
}

export const isOtherwise = ({ when }: Body): boolean => !when || (typeof when === "object" && Object.keys(when as object).length === 0);

/** Cells that came from a table: only the server reads them as one formula. */
export const cellsText = (cells: Record<string, string>): string => Object.entries(cells).map(([name, cell]) => `${name} ${cell}`).join(", ");

export const moved = (rows: readonly Body[], from: number, by: number): Body[] => rows.toSpliced(from, 1).toSpliced(from + by, 0, rows[from]!);

// --- as it is drawn -----------------------------------------------------------------------------

export interface Branch extends Hanging {
  kind: "case" | "row" | "add";
  path: number[];
  row?: Body;
  below: Branch[];
}

/** As the server and those who read call a branch: `0.1`, and 1.2. */
export const pathText = (path: readonly number[]): string => path.join(".");
export const called = (path: readonly number[]): string => path.map((at) => at + 1).join(".");

/** Of `rows.0.branches.1.then.desk` the path 0.1. */
export const pathOf = (place: string): number[] => [...place.matchAll(/(?:rows|branches)\.(\d+)/g)].map(([, at]) => Number(at));

const CARD = { width: 216, height: 84 };

/** The rule as cards that hang below each other; each question ends in a place where a branch is added. */
export function hanging(rows: readonly Body[]): Branch {
  const inside = (branches: readonly Body[], path: number[]): Branch[] => [...branches.map((row, at) => of(row, [...path, at])), { id: `add ${pathText(path)}`, kind: "add", path, width: 34, height: 34, below: [] }];
  const of = (row: Body, path: number[]): Branch => ({ id: pathText(path), kind: "row", path, row, ...CARD, below: row.branches ? inside(row.branches as Body[], path) : [] });
  return { id: "", kind: "case", path: [], width: 150, height: 38, below: inside(rows, []) };
}
