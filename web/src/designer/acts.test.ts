import { describe, expect, it } from "vitest";
import { addField, ALL, newObject, renameField } from "./acts";
import { applied, type Body, type Definitions } from "./draft";
import { goesAlong, removeField } from "./removing";

const entry = (body: Body) => ({ body, app: "oms", shipped: true, changed: false, is_new: false });

function orders(): Definitions {
  return {
    object: {
      "oms.order": entry({
        object: "oms.order",
        app: "oms",
        fields: {
          number: { type: "serial", order: 10 },
          customer: { type: "link", to: "base.party", filter: "number != blank and this.number != blank", order: 20 },
          note: { type: "text", order: 30 },
          on_time: { type: "formula", formula: "date(shipped_at) <= ship_by", order: 40 },
        },
        linkage: { rule: { when: "number != blank", require: ["note"], filter: { customer: 'number = this.number' }, order: 10 }, other: { when: "customer != blank", hide: ["note"], order: 20 } },
      }),
    },
    form: { "oms.order": entry({ form: "oms.order", object: "oms.order", sections: { main: { order: 10, items: { number: { field: "number", order: 10 }, note: { field: "note", order: 20 } } } } }) },
    view: { "oms.open": entry({ view: "oms.open", object: "oms.order", fields: ["number", "note"], sort: "note,-number" }) },
    role: { "oms:sales": entry({ role: "sales", objects: { "oms.order": { see: true, hide: ["note"], only: ["note"] } } }) },
    print: { "oms.order": entry({ print: "oms.order", object: "oms.order", header: ["number", "note"] }) },
  };
}

const objectOf = (definitions: Definitions): Body => definitions.object!["oms.order"]!.body!;

describe("A new form", () => {
  it("is written by who writes elsewhere, and only read by who only reads", () => {
    const before = orders();
    before.role!["oms:clerk"] = entry({ role: "clerk", objects: { "oms.order": { see: true, change: "owner = me" } } });
    const made = newObject(before, { app: "rooms", name: "booking", label: { en: "Booking" }, icon: "", title: "name", fields: {}, roles: ["sales", "clerk", "fresh"] });
    const drafted = applied(before, made);
    const rights = (role: string) => drafted.role![`rooms:${role}`]!.body!.objects["rooms.booking"];
    expect([rights("sales"), rights("clerk"), rights("fresh")]).toEqual([{ see: true }, ALL, ALL]);
  });
});

describe("A field is named by its label", () => {
  it("leaves functions of the same name alone", () => {
    const before = orders();
    const added = addField(before, "oms.order", "date", { en: "Date" }, "date", { form: "oms.order", section: "main", at: 0 });
    const drafted = applied(before, added.changes);
    const renamed = applied(drafted, renameField(drafted, "oms.order", "date", "installed_on").changes);
    expect(objectOf(renamed).fields.installed_on.type).toBe("date");
    expect(objectOf(renamed).fields.on_time.formula).toBe("date(shipped_at) <= ship_by");
  });

  it("keeps its properties, whatever it was called before", () => {
    const before = orders();
    const added = addField(before, "oms.order", "formula", { zh: "公式" }, "formula", { form: "oms.order", section: "main", at: 0 });
    const typed = applied(before, [...added.changes]);
    const fields = objectOf(typed).fields as Record<string, Body>;
    const drafted = applied(typed, [{ kind: "object", name: "oms.order", body: { ...objectOf(typed), fields: { ...fields, formula: { ...fields.formula, formula: "number" } }, totals: { formula: "sum(lines.formula)" } } }]);
    const renamed = objectOf(applied(drafted, renameField(drafted, "oms.order", "formula", "rest").changes));
    expect(renamed.fields.rest).toMatchObject({ type: "formula", formula: "number" });
    expect(renamed.fields.rest.rest).toBeUndefined();
    expect(Object.keys(renamed.totals)).toEqual(["rest"]);
  });

  it("is followed by what speaks of it, and not by its namesake at the other end of a link", () => {
    const before = orders();
    const renamed = objectOf(applied(before, renameField(before, "oms.order", "number", "code").changes));
    expect(renamed.fields.customer.filter).toBe("number != blank and this.code != blank");
    expect(renamed.linkage.rule.when).toBe("code != blank");
    expect(renamed.linkage.rule.filter).toEqual({ customer: "number = this.code" });
  });
});

describe("A field is removed", () => {
  const after = applied(orders(), removeField(orders(), "oms.order", "note"));

  it("with its places on forms, lists and prints, and the rules that only spoke of it", () => {
    expect(objectOf(after).fields.note).toBeUndefined();
    expect(Object.keys(objectOf(after).linkage)).toEqual(["rule"]);
    expect(objectOf(after).linkage.rule.require).toBeUndefined();
    expect(Object.keys(after.form!["oms.order"]!.body!.sections.main.items)).toEqual(["number"]);
    expect(after.view!["oms.open"]!.body).toMatchObject({ fields: ["number"], sort: "-number" });
    expect(after.print!["oms.order"]!.body!.header).toEqual(["number"]);
    expect(after.role!["oms:sales"]!.body!.objects["oms.order"].hide).toEqual([]);
  });

  it("unless something is computed by it, or a role's sight hangs on it", () => {
    const ends = (kind: string, name: string, place: string) => goesAlong(orders(), "oms.order", "note", { kind, name, place });
    expect(ends("form", "oms.order", "sections.main.items.note")).toBe(true);
    expect(ends("view", "oms.open", "fields")).toBe(true);
    expect(ends("object", "oms.order", "linkage.rule.require")).toBe(true);
    expect(ends("object", "oms.order", "linkage.rule.when")).toBe(false);
    expect(ends("form", "oms.order", "sections.main.when")).toBe(false);
    expect(ends("view", "oms.open", "where")).toBe(false);
    expect(ends("role", "oms:sales", "objects.oms.order.hide")).toBe(true);
    expect(ends("role", "oms:sales", "objects.oms.order.only")).toBe(false);
    expect(ends("field", "oms.order.on_time", "formula")).toBe(false);
  });
});
