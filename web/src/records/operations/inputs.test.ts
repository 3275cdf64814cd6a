import { describe, expect, it } from "vitest";
import { type RecordAnswer, tidy } from "../definitions";
import { askedInputs, bodyOf, borrowedBy, linePickOf, startOf, subjectOf } from "./inputs";

const definitions = tidy({
  objects: {
    "base.party": { title: "name", fields: [{ name: "name", type: "text" }] },
    "finance.receivable": {
      title: "number",
      fields: [
        { name: "number", type: "serial" },
        { name: "party", type: "link", to: "base.party" },
        { name: "amount", type: "money" },
        { name: "open_amount", type: "money" },
      ],
    },
    "purchase.purchase_order": { title: "number", fields: [{ name: "number", type: "serial" }, { name: "supplier", type: "link", to: "base.party" }] },
    "oms.sales_order": { title: "number", fields: [{ name: "number", type: "serial" }, { name: "lines", type: "lines", of: "oms.sales_order_line" }] },
    "oms.sales_order_line": { lines_of: "oms.sales_order", fields: [] },
  },
  operations: {
    "finance.record_payment": {
      on: "base.party",
      inputs: [
        { name: "party", type: "link", to: "base.party" },
        { name: "amount", type: "money" },
        { name: "settle", type: "lines", inner: [{ name: "receivable", type: "link", to: "finance.receivable" }, { name: "amount", type: "money" }] },
      ],
    },
    "purchase.record_bill": {
      on: "base.party",
      inputs: [
        { name: "supplier", type: "link", to: "base.party" },
        { name: "bill_number", type: "text" },
        { name: "order", type: "link", to: "purchase.purchase_order" },
      ],
    },
    "oms.ship_order": {
      on: "oms.sales_order",
      inputs: [
        { name: "order", type: "link", to: "oms.sales_order", many: true },
        { name: "tracking_number", type: "text" },
        { name: "lines", type: "lines", inner: [{ name: "line", type: "link", to: "oms.sales_order_line" }, { name: "quantity", type: "number" }] },
      ],
    },
  },
});
const pay = definitions.operations["finance.record_payment"]!;
const ship = definitions.operations["oms.ship_order"]!;
const receivable: RecordAnswer = { id: 9, number: "AR-9", party: 3, amount: "120.00", open_amount: "45.00", _labels: { party: "Grand Hotel" } };

describe("an operation on a record", () => {
  it("takes the record itself and asks for the rest", () => {
    expect(subjectOf(ship)?.name).toBe("order");
    expect(askedInputs(ship).map((input) => input.name)).toEqual(["tracking_number", "lines"]);
  });

  it("chooses among the record's own lines", () => {
    const pick = linePickOf(definitions, definitions.objects["oms.sales_order"], ship.inputs[2]!);
    expect(pick?.from.name).toBe("lines");
    expect(pick?.link.name).toBe("line");
  });

  it("says that a default was taken away", () => {
    const shipped_on = { name: "shipped_on", type: "date", label: "", default: "today()" };
    expect(bodyOf([shipped_on], { shipped_on: null })).toEqual({ shipped_on: null });
    expect(bodyOf([shipped_on], {})).toEqual({});
  });

  it("sends nothing that was left blank", () => {
    expect(bodyOf(ship.inputs, { tracking_number: "", lines: [{ line: 1, quantity: null }, {}] })).toEqual({ lines: [{ line: 1 }] });
  });
});

describe("a payment from the receivable's page", () => {
  const object = definitions.objects["finance.receivable"]!;

  it("is for its customer and begins with what is open", () => {
    const [borrowed] = borrowedBy(definitions, object, receivable);
    expect(borrowed).toEqual({ operation: pay, subject: 3 });
    expect(startOf(pay, object, receivable).values).toEqual({
      amount: "45.00",
      settle: [{ receivable: 9, amount: "45.00", _labels: { receivable: "AR-9" } }],
    });
  });

  it("is also offered on the order that a supplier's bill may be narrowed to", () => {
    const bill = definitions.operations["purchase.record_bill"]!;
    const order = definitions.objects["purchase.purchase_order"]!;
    const bought = { id: 5, version: 1, number: "PO-5", supplier: 3 } as unknown as RecordAnswer;
    expect(borrowedBy(definitions, order, bought)).toEqual([{ operation: bill, subject: 3 }]);
    expect(startOf(bill, order, bought)).toEqual({ values: { order: 5 }, labels: { order: "PO-5" } });
  });

  it("is not offered once nothing is open", () => expect(borrowedBy(definitions, object, { ...receivable, open_amount: "0.00" })).toEqual([]));
});
