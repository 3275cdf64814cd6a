import { describe, expect, it } from "vitest";
import { readDecimal, showDecimal, showMoney, sumDecimals } from "./decimal";

describe("reading what a person types", () => {
  it.each([
    ["1,234.50", "1234.5"],
    ["１２３．４", "123.4"],
    ["¥ 12", "12"],
    ["12 %", "12"],
    ["(5)", "-5"],
    ["−3", "-3"],
    [".5", "0.5"],
    ["12345678901234567890.123456", "12345678901234567890.123456"],
    ["1e5", null],
    ["twelve", null],
    ["", null],
    ["1.2.3", null],
    ["1,5", null],
    ["1.234,50", null],
    ["12,34,567", null],
  ])("%s", (typed, expected) => expect(readDecimal(typed)).toBe(expected));
});

describe("showing", () => {
  it("groups and keeps every digit", () => expect(showDecimal("12345678901234567890.05")).toBe("12,345,678,901,234,567,890.05"));
  it("rounds half away from zero", () => {
    expect(showDecimal("0.125", 2)).toBe("0.13");
    expect(showDecimal("-0.125", 2)).toBe("-0.13");
  });
  it.each([
    ["120.0000", 4, "120.00"],
    ["120.5050", 4, "120.505"],
    ["1200", 2, "1,200.00"],
  ])("money %s with %i decimals", (value, decimals, expected) => expect(showMoney(value, decimals)).toBe(expected));
});

it("sums without losing a cent", () => expect(sumDecimals(["0.1", "0.2", null, "", "1000000000000000.3"])).toBe("1000000000000000.6"));
