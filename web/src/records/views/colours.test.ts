import { expect, test } from "vitest";
import { evaluate } from "../../rules/formula";
import type { Definitions, ObjectInfo, RecordAnswer } from "../definitions";
import { envOf } from "./colours";

const note = { name: "shop.note", fields: [{ name: "department", type: "link", to: "base.department" }] } as unknown as ObjectInfo;
const definitions = { objects: { "shop.note": note } } as unknown as Definitions;
const isMine = (department: number, departments?: number[]) =>
  evaluate("department in my_departments()", envOf(definitions, note, { id: 1, department } as unknown as RecordAnswer, { me: 7, departments }));

test("a colour tells whether a record belongs to one's own departments, and nothing before they are known", () => {
  expect(isMine(4, [3, 4])).toBe(true);
  expect(isMine(5, [3, 4])).toBe(false);
  expect(isMine(5, [])).toBe(false);
  expect(isMine(4)).toBeUndefined();
});
