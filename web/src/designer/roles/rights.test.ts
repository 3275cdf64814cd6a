import { describe, expect, it } from "vitest";
import { applied, type Definitions } from "../draft";
import { choicesFor, grantOf, kindOfScope, listRoles, mayField, mayPerform, newRole, partsOf, reorderRoles, setFields, setOperation, setScopes } from "./rights";

const entry = (body: Record<string, unknown>, shipped = true) => ({ body, app: String(body.app ?? ""), shipped, changed: false, is_new: false });

const start: Definitions = {
  app: { base: entry({ app: "base", order: 1 }), oms: entry({ app: "oms", order: 2 }) },
  object: {
    "oms.order": entry({ object: "oms.order", fields: { owner: { type: "link", to: "base.user" }, department: { type: "department" }, number: { type: "text" }, total: { type: "money" } } }),
    "base.unit": entry({ object: "base.unit", fields: { name: { type: "text" } } }),
  },
  role: {
    "base:sales": entry({ role: "sales", app: "base", label: { en: "Sales" }, order: 20, objects: { "oms.order": { see: "owner = me", hide: ["total"] } } }),
    "oms:sales": entry({ role: "sales", app: "oms", objects: { "oms.order": { see: "department = me.department", change: true, only: ["number"] } }, operations: ["oms.*"] }),
    "base:owner": entry({ role: "owner", app: "base", label: { en: "Owner" }, order: 10, administers: true, objects: {} }),
  },
};

const grant = (definitions: Definitions, object = "oms.order", role = "sales") => grantOf(partsOf(definitions, role), object);

describe("the range of records", () => {
  it("joins what the parts give, and choosing one takes the others back", () => {
    expect(grant(start).see).toBe("(owner = me) or (department = me.department)");
    const changed = applied(start, setScopes(start, "sales", [{ object: "oms.order", verb: "see" }], () => true));
    expect(grant(changed).see).toBe(true);
    expect(changed.role!["base:sales"]!.body!.objects["oms.order"].see).toBeUndefined();
    expect(changed.role!["base:sales"]!.body!.objects["oms.order"].hide).toEqual(["total"]);
    const none = applied(changed, setScopes(changed, "sales", [{ object: "oms.order", verb: "see" }], () => false));
    expect(grant(none).see).toBe(false);
    expect(grant(none).change).toBe(true);
  });

  it("is offered by the object's own links and read back from the formula", () => {
    const choices = choicesFor(start, "oms.order");
    expect(choices.map(({ scope }) => scope)).toEqual([true, "owner = me", "created_by = me", "department = me.department", "department in my_departments()"]);
    expect(kindOfScope("department  in my_departments()", choices)).toBe("below");
    expect(kindOfScope("total > 5", choices)).toBe("formula");
    expect(kindOfScope(false, choices)).toBe("none");
    const looking = { ...start, object: { ...start.object, "base.user": entry({ object: "base.user", fields: { team: { type: "link", to: "base.department" } } }), "oms.note": entry({ object: "oms.note", owner_field: "writer", fields: { reader: { type: "user" }, writer: { type: "user" }, team: { type: "lookup", path: "writer.team" } } }) } };
    expect(choicesFor(looking, "oms.note").map(({ scope }) => scope)).toEqual([true, "writer = me", "reader = me", "created_by = me", "team = me.department", "team in my_departments()"]);
    expect(choicesFor(start, "base.unit").some(({ kind, field }) => kind === "department" && field === "created_by.department")).toBe(true);
  });

  it("goes to the workspace's own part where no app speaks of the object, and what is changed is seen", () => {
    const changed = applied(start, setScopes(start, "owner", [{ object: "oms.order", verb: "change" }], () => "owner = me"));
    expect(changed.role!.owner!.body).toEqual({ role: "owner", objects: { "oms.order": { change: "owner = me", see: "owner = me" } } });
    expect(changed.role!["base:owner"]!.changed).toBe(false);
  });
});

describe("fields", () => {
  it("are hidden and shown through both kinds of list", () => {
    expect(mayField(grant(start), "total", "see")).toBe(false);
    const shown = applied(start, setFields(start, "sales", "oms.order", ["total"], "see", true));
    expect([mayField(grant(shown), "total", "see"), mayField(grant(shown), "number", "see")]).toEqual([true, true]);
    const hidden = applied(shown, setFields(shown, "sales", "oms.order", ["number"], "see", false));
    expect([mayField(grant(hidden), "total", "see"), mayField(grant(hidden), "number", "see")]).toEqual([true, false]);
    const nothing = applied(hidden, setFields(hidden, "sales", "oms.order", ["total"], "see", false));
    expect(["total", "number", "owner"].map((field) => mayField(grant(nothing), field, "see"))).toEqual([false, false, false]);
  });

  it("that are written are seen", () => {
    const locked = applied(start, setFields(start, "sales", "oms.order", ["number"], "write", false));
    expect([mayField(grant(locked), "number", "see"), mayField(grant(locked), "number", "write")]).toEqual([true, false]);
    const written = applied(locked, setFields(locked, "sales", "oms.order", ["number", "total"], "write", true));
    expect([mayField(grant(written), "number", "write"), mayField(grant(written), "total", "see")]).toEqual([true, true]);
  });
});

describe("operations and roles", () => {
  it("one taken from all of an app leaves the others by name", () => {
    const ofApp = ["oms.place", "oms.ship", "oms.cancel"];
    const changed = applied(start, setOperation(start, "sales", "oms.ship", false, ofApp));
    expect(changed.role!["oms:sales"]!.body!.operations).toEqual(["oms.place", "oms.cancel"]);
    expect(mayPerform(partsOf(changed, "sales"), "oms.ship")).toBe(false);
    const again = applied(changed, setOperation(changed, "sales", "oms.*", true, ofApp));
    expect(again.role!["oms:sales"]!.body!.operations).toEqual(["oms.*"]);
  });

  it("a copy can do what the first can, in one part of the workspace's own", () => {
    const copied = applied(start, newRole(start, "trainee", { en: "Trainee" }, "sales"));
    expect(partsOf(copied, "trainee").map((part) => part.key)).toEqual(["trainee"]);
    expect(grant(copied, "oms.order", "trainee")).toEqual(grant(start));
    expect(listRoles(copied).map((role) => role.name)).toEqual(["owner", "sales", "trainee"]);
    const moved = applied(copied, reorderRoles(copied, 2, 0));
    expect(listRoles(moved).map((role) => role.name)).toEqual(["trainee", "owner", "sales"]);
  });
});
