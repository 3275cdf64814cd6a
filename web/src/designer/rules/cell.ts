/** What is wrong with a cell of conditions, told while it is typed. The server reads it again and has the last word.
 *
 * A cell holds values apart by commas, each of them bare (`"VIP"`), compared (`> 5000`) or a range (`[100..200)`);
 * `not` before them turns them round; nothing in it: any. */

import { CellError, cellFormula } from "../../rules/cells";

export type CellProblem =
  | { kind: "quote" }
  | { kind: "bracket"; sign: string }
  | { kind: "value_missing"; after: string }
  | { kind: "range_backwards" }
  | { kind: "not_a"; type: string; text: string }
  | { kind: "unreadable"; at: number }
  | { kind: "no_choice"; text: string; nearest: string | null };

const COMPARED = /^(<=|>=|!=|<>|=|<|>)\s*/;
const RANGE = /^([[(])(.*)\.\.(.*)([\])])$/s;
const NUMBER = /^-?\d+(\.\d+)?$/;

export function cellProblem(text: string, type: string, choices: readonly string[] = []): CellProblem | null {
  const bare = text.trim().replace(/^not\b\s*/i, "");
  if (text.trim() === "" || text.trim() === "-") return null;
  if (bare === "") return { kind: "value_missing", after: "not" };
  const items = apart(bare);
  if (typeof items === "string") return items === '"' ? { kind: "quote" } : { kind: "bracket", sign: items };
  for (const item of items) {
    const problem = itemProblem(item.trim(), type, choices);
    if (problem) return problem;
  }
  return unreadable(text, type);
}

function unreadable(text: string, type: string): CellProblem | null {
  try {
    cellFormula(text, "value", type);
    return null;
  } catch (error) {
    return error instanceof CellError ? { kind: "unreadable", at: error.position } : null;
  }
}

function itemProblem(item: string, type: string, choices: readonly string[]): CellProblem | null {
  if (item === "") return { kind: "value_missing", after: "," };
  const range = RANGE.exec(item);
  if (range) return rangeProblem(range[2]!.trim(), range[3]!.trim(), type);
  const operator = COMPARED.exec(item)?.[1] ?? "";
  const value = item.slice(operator.length).trim();
  return value === "" ? { kind: "value_missing", after: operator } : valueProblem(value, type, choices);
}

function rangeProblem(from: string, to: string, type: string): CellProblem | null {
  if (from === "" || to === "") return { kind: "value_missing", after: ".." };
  if (NUMBER.test(from) && NUMBER.test(to) && Number.parseFloat(from) > Number.parseFloat(to)) return { kind: "range_backwards" };
  return valueProblem(from, type, []) ?? valueProblem(to, type, []);
}

/** Only what is plainly a value of another kind; a formula may come to anything. */
function valueProblem(value: string, type: string, choices: readonly string[]): CellProblem | null {
  const quoted = /^"((?:[^"\\]|\\.|"")*)"$/.exec(value)?.[1];
  if (quoted !== undefined && choices.length > 0 && !choices.includes(quoted)) return { kind: "no_choice", text: quoted, nearest: nearest(quoted, choices) };
  const isNumber = NUMBER.test(value);
  if (quoted !== undefined && (type === "number" || type === "money" || type === "boolean")) return { kind: "not_a", type, text: value };
  if (isNumber && (type === "text" || type === "choice" || type === "boolean" || type === "date")) return { kind: "not_a", type, text: value };
  return null;
}

/** Between commas that stand in no quotes and no brackets; else the sign that is never closed. */
function apart(text: string): string[] | string {
  const items = [""];
  const open: string[] = [];
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at]!;
    if (isQuoted && letter === "\\") {
      items[items.length - 1] += letter + (text[(at += 1)] ?? "");
      continue;
    }
    if (letter === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (letter === "(" || letter === "[")) open.push(letter);
    else if (!isQuoted && (letter === ")" || letter === "]") && !open.pop()) return letter;
    if (letter === "," && !isQuoted && open.length === 0) items.push("");
    else items[items.length - 1] += letter;
  }
  return isQuoted ? '"' : (open.at(-1) ?? items);
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
