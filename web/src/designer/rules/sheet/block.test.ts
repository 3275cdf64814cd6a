import { describe, expect, test } from "vitest";
import { areaOf, cleared, edge, filledDown, inserted, moved, pasted, readBlock, removed, writeBlock, written } from "./block";

const rows = (...lines: string[]) => lines.map((line) => ({ cells: line.split("|") }));
const shown = (table: readonly { cells: readonly string[] }[]) => table.map(({ cells }) => cells.join("|"));
const blank = () => ({ cells: ["", ""] });
const area = (top: number, left: number, bottom: number, right: number) => ({ top, left, bottom, right });

describe("A block from a spreadsheet", () => {
  test("makes the table longer where it is too short, and never wider", () => {
    const table = pasted(rows("a|b"), area(0, 1, 0, 1), [["1", "2"], ["3", "4"]], 2, blank);
    expect(shown(table)).toEqual(["a|1", "|3"]);
  });

  test("of one cell fills all that is chosen", () => {
    expect(shown(pasted(rows("a|b", "c|d"), area(0, 0, 1, 1), [["x"]], 2, blank))).toEqual(["x|x", "x|x"]);
  });

  test("is repeated where the chosen area is a multiple of it, and taken once where it isn't", () => {
    expect(shown(pasted(rows("|", "|", "|", "|"), area(0, 0, 3, 0), [["1"], ["2"]], 2, blank))).toEqual(["1|", "2|", "1|", "2|"]);
    expect(shown(pasted(rows("|", "|", "|"), area(0, 0, 2, 0), [["1"], ["2"]], 2, blank))).toEqual(["1|", "2|", "|"]);
  });

  test("is read as Excel writes it: breaks and tabs inside quotes, one end of line too many", () => {
    expect(readBlock('a\t"b\nc"\r\nd\t\r\n')).toEqual([["a", "b\nc"], ["d", ""]]);
    expect(readBlock("x")).toEqual([["x"]]);
  });

  test("keeps the quotes that a cell of ours has", () => {
    expect(readBlock('"VIP", "Gold"\t> 5\n"VIP"\t')).toEqual([['"VIP", "Gold"', "> 5"], ['"VIP"', ""]]);
  });

  test("comes back as it was copied", () => {
    const lines = [['"VIP", "Gold"', "one\ntwo"], ["> 5", ""]];
    expect(readBlock(writeBlock(lines))).toEqual(lines);
  });

  test("leaves the rows that it doesn't touch as they are", () => {
    const table = rows("a|b", "c|d");
    expect(written(table, { row: 1, column: 0 }, [["x"]], 2, blank)[0]).toBe(table[0]);
  });
});

describe("Rows", () => {
  const table = rows("a|1", "b|2", "c|3", "d|4");

  test("are filled from the first of the area, a single one from above", () => {
    expect(shown(filledDown(table, area(1, 1, 3, 1)))).toEqual(["a|1", "b|2", "c|2", "d|2"]);
    expect(shown(filledDown(table, area(1, 0, 1, 1)))[1]).toBe("a|1");
    expect(shown(filledDown(table, area(0, 0, 0, 0)))).toEqual(shown(table));
  });

  test("are cleared, inserted and removed", () => {
    expect(shown(cleared(table, area(0, 0, 1, 0)))).toEqual(["|1", "|2", "c|3", "d|4"]);
    expect(shown(inserted(table, 1, [blank()]))[1]).toBe("|");
    expect(shown(removed(table, area(1, 0, 2, 0)))).toEqual(["a|1", "d|4"]);
  });

  test("are moved together, up and down; onto themselves nothing moves", () => {
    const order = (to: number) => moved(table, area(1, 0, 2, 0), to).map(({ cells }) => cells[0]).join("");
    expect([0, 1, 2, 3, 4].map(order)).toEqual(["bcad", "abcd", "abcd", "abcd", "adbc"]);
  });

  test("areas read the same from either corner", () => {
    expect(areaOf({ row: 3, column: 0 }, { row: 1, column: 2 })).toEqual(area(1, 0, 3, 2));
  });
});

test("Ctrl and an arrow lead to the end of what is filled, then over the gap", () => {
  const filled = [true, true, false, false, true];
  const from = (at: number, step: 1 | -1) => edge((index) => filled[index]!, at, step, filled.length);
  expect([from(0, 1), from(1, 1), from(4, -1), from(1, -1)]).toEqual([1, 4, 1, 0]);
});
