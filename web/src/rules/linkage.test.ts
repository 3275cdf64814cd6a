import { describe, expect, it } from "vitest";
import { lift } from "./formula";
import { behaviourOf, type Linkage, settingsOf, type Values } from "./linkage";

const TYPES: Record<string, string> = { result: "choice", inspected_on: "date", due_on: "date", remind_on: "date", signed_by: "text", department: "link", reason: "text" };
const env = (values: Values) => ({ read: ([name = ""]: string[]) => (TYPES[name] ? lift(values[name], TYPES[name]) : undefined) });
const linkage = (parts: Partial<Linkage>): Linkage => ({ name: "", label: "", when: "true", show: [], hide: [], require: [], lock: [], set: {}, choices: {}, filter: {}, ...parts });

const failed = linkage({ label: "it failed", when: "result = 'failed'", require: ["reason"], hide: ["certificate"], set: { due_on: "inspected_on + days(14)" }, choices: { severity: ["high", "low"] } });
const remind = linkage({ when: "not blank(due_on)", set: { remind_on: "due_on - days(7)" } });
const signed = linkage({ label: "it is signed", when: "not blank(signed_by)", lock: ["result"] });

describe("a report in the form", () => {
  it("asks, hides and offers by its result", () => {
    const now = behaviourOf([failed, linkage({ when: "result = 'failed'", choices: { severity: ["high"] } })], env({ result: "failed" }));
    expect([...now.required]).toEqual([["reason", "it failed"]]);
    expect([...now.hidden]).toEqual(["certificate"]);
    expect(now.choices.get("severity")).toEqual(["high"]);
    expect(behaviourOf([failed], env({ result: "passed" })).hidden.size).toBe(0);
  });

  it("shows what waits for a condition, and what can't be told", () => {
    const late = linkage({ when: "result = 'failed'", show: ["reason"] });
    expect(behaviourOf([late], env({ result: null })).hidden.has("reason")).toBe(true);
    expect(behaviourOf([late], env({ result: "failed" })).hidden.has("reason")).toBe(false);
    expect(behaviourOf([linkage({ when: "unknown_field", show: ["reason"] })], env({})).hidden.has("reason")).toBe(false);
  });

  it("is locked by how it stood, not by what is being typed", () => {
    expect(behaviourOf([signed], env({ signed_by: "Mei" }), env({})).locked.size).toBe(0);
    expect(behaviourOf([signed], env({}), env({ signed_by: "Mei" })).locked.get("result")).toBe("it is signed");
  });

  it("sets in chains, and leaves alone what the person wrote", () => {
    const values = { result: "failed", inspected_on: "2026-11-22" };
    expect(settingsOf([remind, failed], values, new Set(), env)).toEqual({ due_on: "2026-12-06", remind_on: "2026-11-29" });
    expect(settingsOf([failed], values, new Set(["due_on"]), env)).toEqual({});
  });

  it("sets again only when its answer changes", () => {
    const before = { result: "failed", inspected_on: "2026-11-22", due_on: "2026-12-24" };
    expect(settingsOf([failed], before, new Set(), env, env(before))).toEqual({});
    expect(settingsOf([failed], { ...before, inspected_on: "2026-11-23" }, new Set(), env, env(before))).toEqual({ due_on: "2026-12-07" });
  });

  it("writes this record's values into a link's filter", () => {
    const narrow = linkage({ filter: { inspector: "department = this.department or name = 'this.department'" } });
    expect(behaviourOf([narrow], env({ department: 3 })).filters.get("inspector")).toBe("department = 3 or name = 'this.department'");
    expect(behaviourOf([linkage({ filter: { inspector: "x = this.unknown" } })], env({})).filters.size).toBe(0);
  });
});
