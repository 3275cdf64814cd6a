/** A tree: rows with rows inside. The first that holds is taken, and of its branches again the first. */
import type { Body } from "../../draft";

/** The rows with the one at a path put in its place; null takes it away. */
export function changed(rows: readonly Body[], path: readonly number[], news: Body | null): Body[] {
  const [first = 0, ...rest] = path;
  if (rest.length === 0) return news ? rows.map((row, at) => (at === first ? news : row)) : rows.toSpliced(first, 1);
  return rows.map((row, at) => (at === first ? { ...row, branches: changed((row.branches ?? []) as Body[], rest, news) } : row));
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

export const moved = (rows: readonly Body[], from: number, by: number): Body[] => rows.toSpliced(from, 1).toSpliced(from + by, 0, rows[from]!);
