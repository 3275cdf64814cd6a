import { describe, expect, it } from "vitest";
import { byDepartment, type Department, isWithin, managersOf, upFrom, type User } from "./people";

const department = (id: number, parent: number | null, head: number | null): Department => ({ id, version: 1, code: String(id), name: `D${id}`, parent, head, roles: [] });
const user = (id: number, of: number | null, more: Partial<User> = {}): User => ({ id, version: 1, name: `U${id}`, login: `u${id}`, roles: [], all_roles: [], department: of, account: null, ...more });

const all = [department(1, null, 10), department(2, 1, 20), department(3, 2, null), department(4, 3, 40)];

describe("the line of managers", () => {
  it("goes up the heads and passes over places without one and the person", () => {
    expect(managersOf(all, user(7, 4)).map(({ head }) => head)).toEqual([40, 20, 10]);
    expect(managersOf(all, user(20, 2)).map(({ head }) => head)).toEqual([10]);
    expect(managersOf(all, user(7, null))).toEqual([]);
  });

  it("ends though departments be parts of each other", () => {
    const ring = [department(1, 2, 10), department(2, 1, 20)];
    expect(upFrom(ring, 1).map(({ id }) => id)).toEqual([1, 2]);
  });
});

it("a department can't go below itself", () => {
  expect([isWithin(all, 4, 2), isWithin(all, 2, 2), isWithin(all, 1, 2)]).toEqual([true, true, false]);
});

it("roles by department are those that aren't the person's own", () => {
  expect(byDepartment(user(1, 1, { roles: ["sales"], all_roles: ["sales", "viewer"] }))).toEqual(["viewer"]);
});
