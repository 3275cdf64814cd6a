import { describe, expect, it } from "vitest";
import type { Field, RecordAnswer } from "../records/definitions";
import { differing, fullest, sourceOf, takenFrom } from "./choosing";

const fields = ["name", "phone", "email"].map((name) => ({ name, type: "text", label: name })) as Field[];
const [name, phone, email] = fields as [Field, Field, Field];
const old: RecordAnswer = { id: 3, version: 1, name: "Peace Hotel", phone: "6321", email: null };
const young: RecordAnswer = { id: 7, version: 2, name: "peace hotel", phone: "6321", email: "desk@peace.example" };
const blank: RecordAnswer = { id: 9, version: 1, name: "Peace", phone: null, email: null };

describe("what differs", () => {
  it("is shown; what is equal isn't", () => expect(differing(fields, [old, young])).toEqual([name, email]));
});

describe("what stays", () => {
  it("is by itself the fullest record, of equals the oldest", () => {
    expect(fullest(fields, [old, young, blank])).toBe(7);
    expect(fullest(fields, [{ ...old, id: 8 }, old])).toBe(3);
  });

  it("keeps its own values and fills its blanks from the others", () => {
    expect(takenFrom(fields, [old, young, blank], 3, {})).toEqual({ email: 7 });
    expect(sourceOf(name, [old, young], 3, {})).toBe(3);
  });

  it("takes what the person chose, as long as that record is among them", () => {
    expect(takenFrom(fields, [old, young, blank], 3, { name: 9 })).toEqual({ name: 9, email: 7 });
    expect(takenFrom([name, phone, email], [old, young], 3, { name: 9 })).toEqual({ email: 7 });
  });
});
