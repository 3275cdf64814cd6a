import { expect, it } from "vitest";
import { tidy } from "../records/definitions";
import { freshRow, linesBody, linesShape, mergeLines } from "./lines";

const definitions = tidy({
  objects: {
    "oms.sales_order": { fields: [{ name: "lines", type: "lines", of: "oms.sales_order_line" }] },
    "oms.sales_order_line": {
      lines_of: "oms.sales_order",
      parent_field: "order",
      fields: [
        { name: "order", type: "link" },
        { name: "product", type: "link", in_list: true },
        { name: "quantity", type: "number" },
        { name: "amount", type: "money", formula: "quantity * 2", computed: true, in_list: true },
        { name: "shipped", type: "number", read_only: true },
        { name: "position", type: "number" },
      ],
    },
  },
});
const shape = linesShape(definitions, definitions.objects["oms.sales_order"]!.fields[0]!, true);

it("shows what may be written, and the computed columns of the list", () => {
  expect(shape.columns.map(({ field, editable }) => [field.name, editable])).toEqual([["product", true], ["quantity", true], ["amount", false]]);
});

it("sends kept rows by id, new rows without, and no blank ones", () => {
  const rows = [{ id: 4, product: 1, quantity: "2", amount: "4", _labels: {} }, freshRow({ product: 2, quantity: null }), freshRow(), { id: 5, quantity: null }];
  expect(linesBody(shape, rows)).toEqual([{ id: 4, product: 1, quantity: "2" }, { product: 2 }, { id: 5, quantity: null }]);
});

it("empties a cell of a kept row", () => {
  expect(linesBody(shape, [{ id: 4, product: 1, quantity: "" }])).toEqual([{ id: 4, product: 1, quantity: null }]);
});

it("puts one's own changes of lines upon somebody else's", () => {
  const before = [{ id: 1, quantity: "1" }, { id: 2, quantity: "2" }, { id: 3, quantity: "3" }];
  const mine = [{ id: 1, quantity: "10" }, { id: 3, quantity: "30" }, freshRow({ quantity: "7" })];
  const theirs = [{ id: 1, quantity: "1", product: 4 }, { id: 2, quantity: "2" }, { id: 9, quantity: "9" }];
  const sent = linesBody(shape, mergeLines(before, mine, theirs));
  expect(sent).toEqual([{ id: 1, product: 4, quantity: "10" }, { quantity: "30" }, { quantity: "7" }, { id: 9, quantity: "9" }]);
  expect(mergeLines(before, [], [...before, { id: 9 }])).toEqual([{ id: 9 }]);
});
