import { describe, expect, it } from "vitest";
import { momentOf, readDate, setZone, wallText } from "./time";

describe("moments are written on the company's wall clock", () => {
  it("in Shanghai", () => {
    setZone("Asia/Shanghai");
    expect(momentOf("2026-03-01 08:30")).toBe("2026-03-01T00:30:00Z");
    expect(wallText("2026-03-01T00:30:00Z")).toBe("2026-03-01 08:30");
  });
  it("across the change to summer time", () => {
    setZone("Europe/Berlin");
    expect(momentOf("2026-03-29 03:30")).toBe("2026-03-29T01:30:00Z");
    expect(momentOf("2026-10-25 12:00")).toBe("2026-10-25T11:00:00Z");
  });
});

describe("days as people write them", () => {
  it.each([
    ["2026-3-1", "2026-03-01"],
    ["2026/03/01", "2026-03-01"],
    ["2026年3月1日", "2026-03-01"],
    ["2026-02-30", null],
    ["1/2/2026", null],
  ])("%s", (text, expected) => expect(readDate(text)).toBe(expected));
});

describe("moments that there are not", () => {
  it.each(["2026-02-30 08:00", "2026-13-01", "2026-03-01 24:30", "2026-03-01 08:61"])("%s", (text) => {
    setZone("Asia/Shanghai");
    expect(momentOf(text)).toBeNull();
  });
});
