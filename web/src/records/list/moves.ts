export interface Cell {
  row: number;
  column: number;
}

/** Where an arrow, Home, End or page key leads from a cell; undefined for other keys. */
export function moveCell(
  event: { key: string; ctrlKey: boolean; metaKey: boolean },
  { row, column }: Cell,
  rows: number,
  columns: number,
  page: number,
): Cell | undefined {
  const far = event.ctrlKey || event.metaKey;
  const within = (wanted: number, count: number) => Math.max(0, Math.min(count - 1, wanted));
  const to = (nextRow: number, nextColumn: number) => ({ row: within(nextRow, rows), column: within(nextColumn, columns) });
  switch (event.key) {
    case "ArrowDown":
      return to(far ? rows : row + 1, column);
    case "ArrowUp":
      return to(far ? 0 : row - 1, column);
    case "ArrowRight":
      return to(row, far ? columns : column + 1);
    case "ArrowLeft":
      return to(row, far ? 0 : column - 1);
    case "Home":
      return to(far ? 0 : row, 0);
    case "End":
      return to(far ? rows : row, columns);
    case "PageDown":
      return to(row + page, column);
    case "PageUp":
      return to(row - page, column);
    default:
      return undefined;
  }
}
