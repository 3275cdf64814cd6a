import { describe, expect, test } from "vitest";
import type { Field, OperationInfo } from "../definitions";
import { drillPath, givenTo, groupRows, isOfRows, isOfWhole, readInputs, spanInputs, spansAround, writeInputs } from "./reports";

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

describe("what a report offers", () => {
  const columns = [{ name: "supplier", type: "link", label: "Supplier" }, { name: "sku", type: "text", label: "SKU" }] as Field[];
  const list = { name: "purchase.reorder_list", label: "To reorder", inputs: [{ name: "supplier", type: "link", label: "Supplier" }], columns } as OperationInfo;
  const rows = [{ supplier: 4, sku: "A" }, { supplier: 4, sku: "B" }, { supplier: null, sku: "C" }];

  test("stands by what it takes: the report's inputs, its rows, or both", () => {
    const offer = (takes: Record<string, string>) => ({ operation: "purchase.propose_orders", takes });
    expect([isOfWhole(list, offer({ supplier: "supplier" })), isOfRows(list, offer({ supplier: "supplier" }))]).toEqual([true, true]);
    expect([isOfWhole(list, offer({ code: "sku" })), isOfRows(list, offer({ code: "sku" }))]).toEqual([false, true]);
    expect([isOfWhole(list, offer({})), isOfRows(list, offer({}))]).toEqual([true, false]);
  });

  test("is given what the row holds, and nothing of what is blank", () => {
    const offer = { operation: "purchase.propose_orders", takes: { supplier: "supplier" } };
    expect(rows.map((row) => givenTo(offer, row))).toEqual([{ supplier: 4 }, { supplier: 4 }, {}]);
  });

  test("stands once for rows that are one", () => {
    expect(groupRows(rows, ["supplier"]).map((group) => group.map((row) => row.sku))).toEqual([["A", "B"], ["C"]]);
    expect(groupRows(rows, [])).toHaveLength(1);
    expect(groupRows([], ["supplier"])).toEqual([]);
  });
});
