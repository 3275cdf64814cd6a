import { describe, expect, test } from "vitest";
import type { Field, OperationInfo } from "../definitions";
import { drillPath, readInputs, reportCsv, spanInputs, spansAround, writeInputs } from "./reports";

const inputs = [
  { name: "account", type: "link", label: "Account", to: "finance.account" },
  { name: "from", type: "date", label: "From" },
  { name: "to", type: "date", label: "To" },
] as Field[];
const ledger = { name: "finance.ledger", label: "Ledger", inputs } as OperationInfo;

describe("the inputs of a report stand in its address", () => {
  test("what differs from the beginning is written and read again", () => {
    const start = { from: "2026-11-01", to: "2026-11-22" };
    const address = writeInputs({ account: 7, from: "2026-10-01", to: "2026-11-22" }, start);
    expect(address.toString()).toBe("account=7&from=2026-10-01");
    expect(readInputs(inputs, address, start)).toEqual({ account: 7, from: "2026-10-01", to: "2026-11-22" });
  });

  test("an emptied input stays empty", () => {
    const address = writeInputs({ to: null }, { to: "2026-11-22" });
    expect(readInputs(inputs, address, { to: "2026-11-22" })).toEqual({});
  });

  test("a row leads to another report", () => {
    expect(drillPath({ operation: "finance.ledger", inputs: { account: 7, to: "2026-11-22" } })).toBe("/do/finance/ledger?account=7&to=2026-11-22");
  });
});

describe("periods", () => {
  test.each([
    ["2026-11-22", "last_month", "2026-10-01", "2026-10-31"],
    ["2026-01-05", "last_month", "2025-12-01", "2025-12-31"],
    ["2028-02-10", "this_month", "2028-02-01", "2028-02-29"],
    ["2026-11-22", "this_quarter", "2026-10-01", "2026-12-31"],
    ["2026-11-22", "last_year", "2025-01-01", "2025-12-31"],
  ])("on %s %s is %s to %s", (today, name, from, to) => {
    expect(spansAround(today).find((span) => span.name === name)).toEqual({ name, from, to });
  });

  test("a report of one day takes the last of a period", () => {
    const [month] = spansAround("2026-11-22");
    expect(spanInputs(ledger, month!)).toEqual({ from: "2026-11-01", to: "2026-11-30" });
    expect(spanInputs({ ...ledger, inputs: [{ name: "on", type: "date", label: "On" }] }, month!)).toEqual({ on: "2026-11-30" });
    expect(spanInputs({ ...ledger, inputs: [] }, month!)).toBeNull();
  });
});

test("a formula in a cell is quoted, a negative amount is not", () => {
  const columns = [{ name: "label", type: "text", label: "Line" }, { name: "amount", type: "money", label: "Amount" }] as Field[];
  const text = reportCsv(columns, [{ label: "=1+1", amount: "-3.00" }], (value) => String(value));
  expect(text).toBe('"Line","Amount"\r\n"\'=1+1","-3.00"');
});
