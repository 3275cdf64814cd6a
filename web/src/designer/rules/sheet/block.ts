/** What a spreadsheet does with rows of cells: write, fill, clear, insert, remove, move, copy, paste. Nothing here draws. */

export interface Row {
  cells: readonly string[];
}

export interface Spot {
  row: number;
  column: number;
}

/** Both ends belong to it. */
export interface Area {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

export const areaOf = (one: Spot, other: Spot): Area => ({
  top: Math.min(one.row, other.row),
  left: Math.min(one.column, other.column),
  bottom: Math.max(one.row, other.row),
  right: Math.max(one.column, other.column),
});

/** A block at its place; a table too short for it gets more rows. What would stand beyond the last column is left out. */
export function written<R extends Row>(rows: readonly R[], at: Spot, block: readonly (readonly string[])[], width: number, blank: () => R): R[] {
  const missing = Math.max(0, at.row + block.length - rows.length);
  const grown = [...rows, ...Array.from({ length: missing }, blank)];
  return grown.map((row, index) => {
    const news = block[index - at.row];
    return news ? withCells(row, Array.from({ length: width }, (_, column) => news[column - at.column] ?? row.cells[column] ?? "")) : row;
  });
}

/** A block pasted over an area: repeated as often as it fits, at least once. */
export function pasted<R extends Row>(rows: readonly R[], area: Area, block: readonly (readonly string[])[], width: number, blank: () => R): R[] {
  const tall = block.length;
  const wide = Math.max(...block.map((line) => line.length));
  const height = (area.bottom - area.top + 1) % tall === 0 ? area.bottom - area.top + 1 : tall;
  const breadth = (area.right - area.left + 1) % wide === 0 ? area.right - area.left + 1 : wide;
  const whole = Array.from({ length: height }, (_, row) => Array.from({ length: breadth }, (__, column) => block[row % tall]?.[column % wide] ?? ""));
  return written(rows, { row: area.top, column: area.left }, whole, width, blank);
}

export const cleared = <R extends Row>(rows: readonly R[], area: Area): R[] => overwritten(rows, area, () => "");

/** What stands in the first row of the area stands in all of them; of a single row, what stands above it. */
export function filledDown<R extends Row>(rows: readonly R[], area: Area): R[] {
  const from = rows[area.top === area.bottom ? area.top - 1 : area.top];
  return from ? overwritten(rows, area, (column) => from.cells[column] ?? "") : [...rows];
}

function overwritten<R extends Row>(rows: readonly R[], area: Area, text: (column: number) => string): R[] {
  return rows.map((row, index) =>
    index < area.top || index > area.bottom ? row : withCells(row, row.cells.map((cell, column) => (column < area.left || column > area.right ? cell : text(column)))),
  );
}

const withCells = <R extends Row>(row: R, cells: string[]): R => (cells.every((cell, column) => cell === row.cells[column]) && cells.length === row.cells.length ? row : { ...row, cells });

export const inserted = <R extends Row>(rows: readonly R[], at: number, news: readonly R[]): R[] => rows.toSpliced(at, 0, ...news);

export const removed = <R extends Row>(rows: readonly R[], { top, bottom }: Area): R[] => rows.toSpliced(top, bottom - top + 1);

/** The rows of the area stand before what stood at `place`. */
export function moved<R extends Row>(rows: readonly R[], { top, bottom }: Area, place: number): R[] {
  const count = bottom - top + 1;
  const to = Math.max(0, Math.min(rows.length, place));
  if (to >= top && to <= bottom + 1) return [...rows];
  return rows.toSpliced(top, count).toSpliced(to > bottom ? to - count : to, 0, ...rows.slice(top, bottom + 1));
}

/** As a spreadsheet puts it on the clipboard: tabs between cells; a cell with tabs, breaks or quotes around it in quotes. */
export const writeBlock = (lines: readonly (readonly string[])[]): string => lines.map((line) => line.map(quoted).join("\t")).join("\n");

const quoted = (cell: string): string => (/[\t\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

const CELL = /(?:"((?:[^"]|"")*)"(?=\t|\r?\n|\r|$)|([^\t\r\n]*))(\t|\r?\n|\r|$)/gy;

/** What a spreadsheet put on the clipboard. A cell that begins with a quote is one of ours (`"VIP", "Gold"`) unless its quotes hold a tab or a break. */
export function readBlock(text: string): string[][] {
  const lines: string[][] = [[]];
  const source = text.replace(/(\r?\n|\r)$/, "");
  CELL.lastIndex = 0;
  while (CELL.lastIndex <= source.length) {
    const found = CELL.exec(source);
    if (!found) break;
    const [whole, inQuotes, plain = "", end] = found;
    lines.at(-1)!.push(inQuotes === undefined ? plain.trim() : cellOf(inQuotes, whole.slice(0, whole.length - end!.length)));
    if (end === "") break;
    if (end !== "\t") lines.push([]);
  }
  return lines;
}

const cellOf = (inQuotes: string, whole: string): string => (/[\t\n\r]|""/.test(inQuotes) ? inQuotes.replaceAll('""', '"') : whole).trim();

/** Where Ctrl and an arrow lead: to the end of what is filled, or over what is blank to the next that is. */
export function edge(isFilled: (at: number) => boolean, from: number, step: 1 | -1, count: number): number {
  const last = step > 0 ? count - 1 : 0;
  if (from === last) return from;
  const isRun = isFilled(from) && isFilled(from + step);
  for (let at = from + step; at !== last; at += step) if (isRun ? !isFilled(at + step) : isFilled(at)) return at;
  return last;
}
