import { describe, expect, it } from "vitest";
import type { Field } from "../records/definitions";
import { type PickedAll, readPicked, writePicked } from "./conditions";

const fields: Field[] = [
  { name: "result", type: "choice", label: "Result", choices: [{ name: "good", label: "Good" }, { name: "bad", label: "Bad" }] },
  { name: "note", type: "text", label: "Note" },
  { name: "score", type: "number", label: "Score" },
  { name: "done", type: "boolean", label: "Done" },
  { name: "checked_on", type: "date", label: "Checked on" },
  { name: "customer", type: "link", label: "Customer", to: "base.party" },
];

const one = (path: string, operator: string, ...values: string[]): PickedAll => ({ joined: "and", parts: [{ path, operator, values }] });

describe("what is picked", () => {
  it.each([
    one("result", "any_of", "bad"),
    one("result", "any_of", "good", "bad"),
    one("result", "none_of", "bad"),
    one("note", "contains", 'a "quoted" word'),
    one("note", "blank"),
    one("note", "filled"),
    one("score", "more", "-2.5"),
    one("done", "yes"),
    one("done", "no"),
    one("checked_on", "before", "2026-03-04"),
    one("customer", "filled"),
    { joined: "or", parts: [...one("result", "any_of", "bad").parts, ...one("score", "less", "3").parts] } as PickedAll,
    { joined: "and", parts: [...one("note", "contains", "x and y").parts, ...one("done", "yes").parts, ...one("score", "more", "1").parts] } as PickedAll,
  ])("is read back from its formula: %o", (picked) => {
    const text = writePicked(picked, fields);
    expect(text).not.toBeNull();
    expect(readPicked(text!, fields)).toEqual(picked);
  });

  it("is nothing yet while a value is missing", () => expect(writePicked(one("score", "more"), fields)).toBeNull());

  it.each(["sum(lines.amount) > 3", "score > 2 * 3", "customer.credit > 5", "(done and score > 1) or note = \"x\""])("what says more stays a formula: %s", (text) => expect(readPicked(text, fields)).toBeNull());

  it("a blank formula is nothing picked", () => expect(readPicked("", fields)).toEqual({ joined: "and", parts: [] }));
});
