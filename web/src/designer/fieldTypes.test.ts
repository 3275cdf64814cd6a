import { expect, test } from "vitest";
import { FIELD_TYPES, searched } from "./fieldTypes";

const found = (typed: string) => searched(FIELD_TYPES, typed, (type) => ({ number: "Number", serial: "Serial number", id_number: "Chinese ID number", date: "Date", moment: "Date and time" })[type.name] ?? type.name).map(({ name }) => name);

test("what is called so comes before what only mentions it", () => {
  expect(found("number").slice(0, 3)).toEqual(["number", "serial", "id_number"]);
  expect(found("date")[0]).toBe("date");
  expect(found("no such thing")).toEqual([]);
});
