import { describe, expect, test } from "vitest";
import { cellProblem } from "./cell";

const CHOICES = ["vip", "gold", "silver"];

describe("A cell that is sound", () => {
  test.each([
    ["", "number"], ["-", "text"], ["> 5000", "money"], ["<= 3.5", "number"], ["[100..200)", "number"], ["(100..200]", "number"],
    ['"vip", "gold"', "choice"], ['not "CN"', "text"], ["total * 2", "money"], ['"a, b"', "text"], ["max(1, 2), 5", "number"], ["true", "boolean"],
    ['>= "2026-01-01"', "date"], ["< today() - days(30)", "date"], ['"say \\"x\\""', "text"], ["2026-01-01", "date"],
  ])("%s of a %s says nothing", (text, type) => {
    expect(cellProblem(text, type, type === "choice" ? CHOICES : [])).toBeNull();
  });
});

describe("A cell that is not", () => {
  test.each([
    ['"vip', "text", { kind: "quote" }],
    ["[100..200", "number", { kind: "bracket", sign: "[" }],
    ["max(1, 2", "number", { kind: "bracket", sign: "(" }],
    ["5)", "number", { kind: "bracket", sign: ")" }],
    [">", "number", { kind: "value_missing", after: ">" }],
    ["not", "text", { kind: "value_missing", after: "not" }],
    ['"a",', "text", { kind: "value_missing", after: "," }],
    ["[100..]", "number", { kind: "value_missing", after: ".." }],
    ["[200..100]", "number", { kind: "range_backwards" }],
    ["[1..2] 5", "number", { kind: "unreadable", at: 7 }],
    ['"many"', "number", { kind: "not_a", type: "number", text: '"many"' }],
    ["> 5", "text", { kind: "not_a", type: "text", text: "5" }],
  ])("%s of a %s says what is missing", (text, type, problem) => {
    expect(cellProblem(text, type)).toEqual(problem);
  });

  test("a choice that doesn't exist offers the nearest that does", () => {
    expect(cellProblem('"vip", "glod"', "choice", CHOICES)).toEqual({ kind: "no_choice", text: "glod", nearest: "gold" });
    expect(cellProblem('"platinum"', "choice", CHOICES)).toEqual({ kind: "no_choice", text: "platinum", nearest: null });
  });
});
