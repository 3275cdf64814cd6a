import { describe, expect, it } from "vitest";
import { tidy } from "../records/definitions";
import { sayScope } from "./scope";

const definitions = tidy({
  objects: {
    "oms.order": {
      label: "Order",
      fields: {
        owner: { type: "link", to: "base.user", label: "Owner" },
        customer: { type: "link", to: "base.party", label: "Customer" },
        state: { type: "choice", label: "State", choices: [{ name: "draft", label: "Draft" }] },
      },
    },
    "base.user": { label: "Person", fields: { department: { type: "link", to: "base.department", label: "Department" } } },
    "base.party": { label: "Party", fields: { region: { type: "text", label: "Region" } } },
  },
});
const order = definitions.objects["oms.order"]!;
const words = { me: "the person", departments: "the person's departments", and: "and", or: "or", not: "not", in: "is one of", blank: (field: string) => `${field} is blank`, own: (field: string) => `the person's ${field}` };

describe("scopes in words", () => {
  it.each([
    ["owner = me", "Owner = the person"],
    ["owner = me or customer.region in my departments", "Owner = the person or Customer · Region is one of the person's departments"],
    ["state = 'draft' and not owner = me", "State = “Draft” and not Owner = the person"],
    ["customer.region = 'Shanghai'", "Customer · Region = “Shanghai”"],
    ["owner = me.department or blank(owner)", "Owner = the person's Department or Owner is blank"],
    ["unheard_of > 3", "unheard_of > 3"],
  ])("%s", (scope, said) => expect(sayScope(scope, definitions, order, words)).toBe(said));
});
