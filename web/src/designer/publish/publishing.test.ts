import { describe, expect, it } from "vitest";
import { Problem } from "../../kit/api";
import { conflictsOf, grouped, isLoss, withProperty } from "./publishing";

describe("publishing", () => {
  it("applies a fix at its place and leaves the rest", () => {
    const body = { label: { en: "Order" }, fields: { state: { type: "choice", choices: { open: {} } } } };
    expect(withProperty(body, ["fields", "state", "choices", "held"], { retired: true })).toEqual({
      label: { en: "Order" },
      fields: { state: { type: "choice", choices: { open: {}, held: { retired: true } } } },
    });
    expect(body.fields.state.choices).toEqual({ open: {} });
  });

  it("lets somebody agree to values that go out of use, and to nothing else", () => {
    const found = (place: string, severity = "error") => isLoss({ kind: "object", place, severity });
    expect([found("fields.size.type"), found("fields.state.choices.held")]).toEqual([true, true]);
    expect([found("fields.total.formula"), found("fields.size.type", "warning"), found("rules.short.require")]).toEqual([false, false, false]);
  });

  it("knows conflicts from other refusals", () => {
    const conflict = { kind: "object", name: "oms.sales_order", property: "label.en", base: "a", ours: "b", theirs: "c" };
    expect(conflictsOf(new Problem(409, { code: "merge_conflicts", conflicts: [conflict] }))).toEqual([conflict]);
    expect(conflictsOf(new Problem(409, { code: "draft_published" }))).toBeNull();
  });

  it("lists what belongs to one thing together, in the order it came", () => {
    const items = ["b", "a", "b"].map((name, at) => ({ kind: "object", name, at }));
    expect(grouped(items).map(({ name, items }) => [name, items.map(({ at }) => at)])).toEqual([["b", [0, 2]], ["a", [1]]]);
  });
});
