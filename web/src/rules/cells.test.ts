import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CellError, cellFormula } from "./cells";

const CASES = JSON.parse(readFileSync("../tests/kernel/rules/cells.json", "utf-8")) as { cell: string; type: string; formula?: string | null; error?: number }[];

describe("cells, as the server reads them", () => {
  it.each(CASES.map((one) => [one.cell, one] as const))("%s", (cell, { type, formula, error }) => {
    const read = () => cellFormula(cell, "amount", type);
    if (error === undefined) expect(read()).toBe(formula);
    else expect(at(read)).toBe(error);
  });
});

function at(read: () => unknown): number | undefined {
  try {
    read();
  } catch (error) {
    if (error instanceof CellError) return error.position;
    throw error;
  }
  return undefined;
}
