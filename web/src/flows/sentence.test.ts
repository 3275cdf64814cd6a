import { expect, test } from "vitest";
import type { Step } from "./model";
import { type Named, sentence } from "./sentence";

const called: Record<string, { en: string; zh: string }> = { "finance.manager": { en: "Finance manager", zh: "财务经理" }, amount: { en: "Amount", zh: "金额" }, "crm.lead": { en: "Lead", zh: "线索" } };
const named = (language: "en" | "zh"): Named => {
  const say = (name: string) => called[name]?.[language] ?? name;
  return { role: say, user: say, field: say, object: say, operation: say, flow: say, rule: say, step: say };
};

const cfo = { who: { one: { by: "user" as const, users: ["the CFO"] } } };
const role = { one: { by: "role" as const, role: "finance.manager" } };
const SAID: [Step, string, string][] = [
  [
    { kind: "approve", mode: "any_of", who: role, due_hours: 16, working_hours: true, late: { a: { act: "escalate", ...cfo } } },
    "Any of those in the role “Finance manager” approves within 2 working days, else it goes to the CFO.",
    "由角色“财务经理”或签，任一人同意即可，限 2 个工作日内完成，超时则升级至the CFO。",
  ],
  [{ kind: "approve", mode: "all_of", who: role }, "All of those in the role “Finance manager” approve.", "由角色“财务经理”会签，须全部同意。"],
  [{ kind: "approve", mode: "vote", share: 60, who: role }, "Those in the role “Finance manager” vote, and 60 % of the votes decide.", "由角色“财务经理”票签，同意达到 60% 即通过。"],
  [{ kind: "approve", mode: "up_the_line", levels: 3 }, "The managers of the submitter approve one after another, up 3 levels.", "由发起人的主管逐级审批，共 3 级。"],
  [{ kind: "approve", who: { a: { by: "manager" } } }, "The submitter's manager approves.", "由发起人的直接主管审批。"],
  [{ kind: "approve" }, "Nobody is chosen yet who approves.", "尚未设置审批人。"],
  [{ kind: "branch", take: "all", branches: { a: {}, b: {} } }, "All 2 branches run at once and wait for each other.", "2 条分支同时进行，全部完成后汇合。"],
  [{ kind: "wait", wait_for: "hours", hours: 5, working_hours: false }, "Waits 5 hours.", "等待 5 个小时。"],
  [{ kind: "change", set: { amount: "1" } }, "Changes Amount.", "修改金额。"],
  [{ kind: "find", object: "crm.lead", where: "x" }, "Finds records of “Lead” that fit.", "查找符合条件的“线索”记录。"],
];

test.each(SAID)("%j says what it does in both languages", (step, en, zh) => {
  expect(sentence(step, "en", named("en"))).toBe(en);
  expect(sentence(step, "zh", named("zh"))).toBe(zh);
});
