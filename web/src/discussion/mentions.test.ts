import { describe, expect, it } from "vitest";
import { askedAt, mentionedIn, partsOf, withName } from "./mentions";

const mei = { id: 1, name: "Mei" };
const lin = { id: 2, name: "Mei Lin" };
const zhang = { id: 3, name: "张三" };

describe("who is asked for at the caret", () => {
  it.each([
    ["@", 1, { from: 0, query: "" }],
    ["Ask @me", 7, { from: 4, query: "me" }],
    ["请@张", 3, { from: 1, query: "张" }],
    ["（@李", 3, { from: 1, query: "李" }],
    ["Ask @me now", 7, { from: 4, query: "me" }],
    ["desk@peace", 10, null],
    ["@Mei ", 5, null],
    ["nobody", 6, null],
  ])("%s", (text, caret, asked) => expect(askedAt(text, caret)).toEqual(asked));

  it("the chosen name takes the place of what was typed", () => {
    const asked = askedAt("Ask @me now", 7)!;
    expect(withName("Ask @me now", asked, 7, "Mei Lin")).toEqual({ text: "Ask @Mei Lin now", caret: 13 });
  });
});

describe("who is mentioned", () => {
  it("is whose name still stands in the text, once", () => {
    expect(mentionedIn("@Mei Lin and 请@张三看", [mei, lin, lin, zhang])).toEqual([lin, zhang]);
    expect(mentionedIn("nobody any more", [mei])).toEqual([]);
  });

  it("is marked within the text, and so are links", () => {
    expect(partsOf("@Mei see https://a.example/b?c=1，好", [mei])).toEqual([
      { kind: "mention", text: "@Mei" },
      { kind: "text", text: " see " },
      { kind: "link", text: "https://a.example/b?c=1" },
      { kind: "text", text: "，好" },
    ]);
  });

  it("whatever signs a name holds", () => {
    const odd = { id: 4, name: "A. (B) [C] O'Neil-Łuk" };
    expect(mentionedIn("Hi @A. (B) [C] O'Neil-Łuk!", [odd])).toEqual([odd]);
  });
});
