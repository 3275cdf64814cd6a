/** What is wrong with a cell of conditions, told while it is typed. The server reads it again and has the last word. */
import { CellError, isAny, valuesOf } from "../../rules/cells";

export type CellProblem =
  | { kind: "quote" }
  | { kind: "bracket"; sign: string }
  | { kind: "value_missing"; after: string }
  | { kind: "range_backwards" }
  | { kind: "not_a"; type: string; text: string }
  | { kind: "unreadable"; at: number }
  | { kind: "no_choice"; text: string; nearest: string | null };

const NUMBER = /^-?\d+(\.\d+)?$/;
const QUOTED = /^"((?:[^"\\]|\\.|"")*)"$/;
const NO_TEXT: readonly string[] = ["number", "money", "boolean"];
const NO_NUMBER: readonly string[] = ["text", "choice", "boolean", "date"];

export function cellProblem(cell: string, type: string, choices: readonly string[] = []): CellProblem | null {
  if (isAny(cell)) return null;
  if (/^\s*not\s*$/i.test(cell)) return { kind: "value_missing", after: "not" };
  const sign = unclosed(cell);
  if (sign) return sign === '"' || sign === "'" ? { kind: "quote" } : { kind: "bracket", sign };
  try {
    const values = valuesOf(cell, type);
    return values.map((value) => valueProblem(value, type, choices)).find((problem) => problem !== null) ?? null;
  } catch (error) {
    if (error instanceof CellError) return mistake(error);
    throw error;
  }
}

function mistake({ kind, position, sign }: CellError): CellProblem {
  switch (kind) {
    case "value_missing":
      return { kind, after: sign || "," };
    case "bracket":
      return { kind, sign };
    case "range_backwards":
      return { kind };
    case "unreadable":
      return { kind, at: position };
  }
}

/** Only what is plainly a value of another kind; a formula may come to anything. */
function valueProblem(value: string, type: string, choices: readonly string[]): CellProblem | null {
  const quoted = QUOTED.exec(value)?.[1];
  if (quoted !== undefined && choices.length > 0 && !choices.includes(quoted)) return { kind: "no_choice", text: quoted, nearest: nearest(quoted, choices) };
  const isAnother = quoted !== undefined ? NO_TEXT.includes(type) : NUMBER.test(value) && NO_NUMBER.includes(type);
  return isAnother ? { kind: "not_a", type, text: value } : null;
}

/** The quote or bracket that has no partner; of a range the brackets need not be alike. */
function unclosed(text: string): string | undefined {
  const open: string[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at]!;
    if (letter === '"' || letter === "'") {
      const end = quoteEnd(text, at);
      if (end < 0) return letter;
      at = end;
    } else if (letter === "(" || letter === "[") open.push(letter);
    else if ((letter === ")" || letter === "]") && !open.pop()) return letter;
  }
  return open.at(-1);
}

function quoteEnd(text: string, opening: number): number {
  for (let at = opening + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === text[opening]) return at;
  }
  return -1;
}

/** The one that is fewest changes away, if not too many. */
export function nearest(text: string, known: readonly string[]): string | null {
  const ranked = known.map((each) => [changes(text.toLowerCase(), each.toLowerCase()), each] as const).toSorted(([one], [other]) => one - other);
  const [best] = ranked;
  return best && best[0] <= Math.max(2, Math.floor(text.length / 3)) ? best[1] : null;
}

function changes(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...one].entries()) row = [...other].reduce<number[]>((next, theirs, place) => [...next, Math.min(next[place]! + 1, row[place + 1]! + 1, row[place]! + Number(letter !== theirs))], [at + 1]);
  return row[other.length]!;
}
