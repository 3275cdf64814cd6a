import { expect, it } from "vitest";
import { tidy, type Values } from "../records/definitions";
import { freshRow, linesShape } from "./lines";
import { lineSight, previewOf, type World } from "./preview";

const definitions = tidy({
  objects: {
    "lab.order": {
      fields: [
        { name: "discount", type: "percent" },
        { name: "total", type: "money", formula: "sum(lines.amount)", computed: true },
        { name: "lines", type: "lines", of: "lab.line" },
      ],
    },
    "lab.product": { fields: [{ name: "price", type: "money" }] },
    "lab.line": {
      lines_of: "lab.order",
      parent_field: "order",
      fields: [
        { name: "product", type: "link", to: "lab.product", may_create: true },
        { name: "quantity", type: "number", default: "1", may_create: true },
        { name: "unit", type: "text", may_create: true },
        { name: "amount", type: "money", formula: "quantity * product.price * (1 - default(order.discount, 0) / 100)", computed: true },
      ],
      linkage: [{ name: "many", label: "Many", when: "quantity > 10", show: [], hide: [], require: [], lock: [], set: { unit: '"box"' }, choices: {}, filter: {} }],
    },
  },
});
const order = definitions.objects["lab.order"]!;
const shape = linesShape(definitions, order.fields[2]!, true);
const products = new Map<number, Values>([[1, { price: "5" }]]);
const world: World = { definitions, company: {}, known: (_, id) => products.get(id) };
const lines = (count: number) => Array.from({ length: count }, () => freshRow({ product: 1, quantity: "2" }));
const totalOf = (values: Values) => previewOf(world, order, { lines: shape }, values).computed.total;

it("computes of a thousand lines only the one that was typed in", () => {
  const rows = lines(1000);
  expect(totalOf({ discount: null, lines: rows })).toBe("10000");
  const typed = rows.map((row, at) => (at === 7 ? { ...row, quantity: "4" } : row));
  expect(totalOf({ discount: null, lines: typed })).toBe("10010");
  const see = lineSight(world, shape, { discount: null });
  expect(see(typed[3]!)).toBe(see(rows[3]!));
});

it("sees the lines anew when the record around them or what they look into changed", () => {
  const rows = lines(3);
  expect(totalOf({ discount: null, lines: rows })).toBe("30");
  expect(totalOf({ discount: "10", lines: rows })).toBe("27");
  products.set(1, { price: "6" });
  expect(totalOf({ discount: null, lines: rows })).toBe("36");
});

it("shows what defaults and linkage give a line, and keeps what was typed", () => {
  const see = lineSight(world, shape, {});
  expect(see(freshRow({ product: 1 })).given).toMatchObject({ quantity: "1" });
  expect(see(freshRow({ quantity: "12" })).given).toMatchObject({ unit: "box" });
  expect(see(freshRow({ quantity: "12", unit: "sack" })).given.unit).toBeUndefined();
});

it("shows what a rule says of the form, by the rule that came with it; of another nothing", () => {
  const fee = { on: "lab.load", inputs: { weight: {} }, outputs: { fee: { type: "number" } }, rows: [{ when: { weight: "> 10" }, then: { fee: "weight * 2" } }], default: { fee: "5" } };
  const asking = (rule: string) => ({ name: rule, type: "number", formula: `decide("lab.${rule}")`, computed: true });
  const told = tidy({ objects: { "lab.load": { fields: [{ name: "weight", type: "number" }, asking("fee"), asking("other")] } }, deciding: { "lab.fee": fee } });
  const see = (weight: string) => previewOf({ ...world, definitions: told }, told.objects["lab.load"]!, {}, { weight }).computed;
  expect(see("12")).toEqual({ fee: "24" });
  expect(see("3")).toEqual({ fee: "5" });
});
