/** A cell as a business user types it → the formula that it is, over its column: as the server reads it. cells.json
 * holds both to one grammar: `[not] item, item, …`, an item being a value, `> value`, `[a..b)` or a formula. */

export class CellError extends Error {
  constructor(
    readonly position: number,
    readonly length: number,
    readonly kind: "value_missing" | "bracket" | "range_backwards" | "unreadable",
    /** What stands before a value that is missing; the bracket that is never closed. */
    readonly sign = "",
  ) {
    super(`cell, character ${position + 1}`);
  }
}

const NOT = /^\s*not(?=[\s"'([<>=!])/i;
const SIGN = /^\s*(<=|>=|!=|<>|=|<|>)/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const TEST = /[=<>]|\b(and|or|in|not)\b/;
const ASKS = /^(contains|starts_with|ends_with|any|all|blank|overlaps)\(\)$/;

export const isAny = (cell: string): boolean => cell.trim() === "" || cell.trim() === "-";

/** null where any value will do; CellError at the character of a mistake. */
export function cellFormula(cell: string, column: string, type: string): string | null {
  return isAny(cell) ? null : joined(readItems(cell, column, type), column);
}

/** The values that a cell names or compares with, as they are written. */
export const valuesOf = (cell: string, type: string): string[] => (isAny(cell) ? [] : readItems(cell, "value", type).items.flatMap(({ operands }) => operands));

interface Items {
  turned: number;
  items: Item[];
}

function readItems(cell: string, column: string, type: string): Items {
  const turned = NOT.exec(cell)?.[0].length ?? 0;
  return { turned, items: itemsOf(cell, column, type, turned) };
}

function joined({ turned, items }: Items, column: string): string {
  const values = items.map((item) => item.value);
  const isNamed = values.every((value) => value !== undefined);
  const found = isNamed && items.length > 1 ? `${column} in (${values.join(", ")})` : items.map((item) => item.formula).join(" or ");
  if (!turned) return found;
  return isNamed ? `not ${found}` : `not (${found})`;
}

interface Item {
  formula: string;
  /** What the column is to equal. */
  value?: string;
  operands: string[];
}

function itemsOf(cell: string, column: string, type: string, from: number): Item[] {
  const items: Item[] = [];
  for (let start = from; ; start += 1) {
    const opening = start + (cell.slice(start).length - cell.slice(start).trimStart().length);
    const ranged = range(cell, column, type, opening);
    const end = ranged?.end ?? until(cell, start, ",");
    items.push(ranged ?? itemOf(cell.slice(start, end), start, column, type, items.length > 0 ? "," : from > 0 ? "not" : ""));
    start = end;
    if (start >= cell.length) return items;
  }
}

function range(cell: string, column: string, type: string, opening: number): (Item & { end: number }) | undefined {
  if (cell[opening] !== "[" && cell[opening] !== "(") return undefined;
  const dots = until(cell, opening + 1, "..", ")", "]");
  if (!cell.startsWith("..", dots)) return undefined;
  const closing = until(cell, dots + 2, ")", "]", ",");
  if (cell[closing] !== "]" && cell[closing] !== ")") throw new CellError(closing, 0, "bracket", cell[opening]);
  const after = closing + 1 + (cell.slice(closing + 1).length - cell.slice(closing + 1).trimStart().length);
  if (after < cell.length && cell[after] !== ",") throw new CellError(after, 1, "unreadable");
  const low = valueOf(cell.slice(opening + 1, dots), opening + 1, type, "..");
  const high = valueOf(cell.slice(dots + 2, closing), dots + 2, type, "..");
  if (isBehind(low, high)) throw new CellError(opening + 1, low.length, "range_backwards");
  return { formula: `${column} ${cell[opening] === "[" ? ">=" : ">"} ${low} and ${column} ${cell[closing] === "]" ? "<=" : "<"} ${high}`, operands: [low, high], end: after };
}

const isBehind = (low: string, high: string): boolean => (low.startsWith('"') ? high.startsWith('"') && low > high : /^[\d.]+$/.test(low) && /^[\d.]+$/.test(high) && Number(low) > Number(high));

function itemOf(part: string, start: number, column: string, type: string, before: string): Item {
  const sign = SIGN.exec(part);
  if (sign) {
    const value = operand(valueOf(part.slice(sign[0].length), start + sign[0].length, type, sign[1]!));
    const operands = [value];
    return sign[1] === "=" ? { formula: `${column} = ${value}`, value, operands } : { formula: `${column} ${sign[1] === "<>" ? "!=" : sign[1]} ${value}`, operands };
  }
  const value = valueOf(part, start, type, before);
  const bones = skeleton(value);
  if (type !== "boolean" && (TEST.test(bones) || ASKS.test(bones))) return { formula: value, operands: [] };
  return { formula: `${column} = ${operand(value)}`, value: operand(value), operands: [value] };
}

const operand = (value: string): string => (TEST.test(skeleton(value)) ? `(${value})` : value);

function valueOf(part: string, start: number, type: string, before: string): string {
  const value = part.trim();
  if (value === "") throw new CellError(start, Math.max(1, part.length), "value_missing", before);
  if (!DAY.test(value)) return value;
  if (type === "number" || type === "money") throw new CellError(start + part.indexOf(value), value.length, "unreadable");
  return type === "date" || type === "moment" ? `"${value}"` : value;
}

/** The signs outside quotes and brackets. */
function skeleton(text: string): string {
  let bones = text.replaceAll(/"(?:[^"\\]|\\.|"")*"|'(?:[^'\\]|\\.|'')*'/g, '""');
  for (let before = ""; before !== bones; ) [before, bones] = [bones, bones.replaceAll(/\([^()]+\)/g, "()")];
  return bones;
}

function until(text: string, start: number, ...stops: string[]): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const letter = text[at]!;
    if (letter === '"' || letter === "'") at = quoteEnd(text, at);
    else if (depth === 0 && stops.some((stop) => text.startsWith(stop, at))) return at;
    else if (letter === "(" || letter === "[") depth += 1;
    else if (letter === ")" || letter === "]") depth = Math.max(0, depth - 1);
  }
  return text.length;
}

function quoteEnd(text: string, opening: number): number {
  let at = opening + 1;
  while (at < text.length && text[at] !== text[opening]) at += text[at] === "\\" ? 2 : 1;
  return at;
}
