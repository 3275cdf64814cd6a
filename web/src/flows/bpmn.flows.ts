/** Flows that tests export. */
import type { Flow } from "./model";

export const flow: Flow = {
  flow: "crm.discount",
  label: { en: "Discount <above> 10 % & more" },
  steps: {
    boss: { kind: "approve", order: 10 },
    size: { kind: "branch", order: 20, take: "first", branches: { big: { when: 'total > 1000 and name != "x"', order: 10, steps: { cfo: { kind: "approve" } } }, otherwise: { order: 20 } } },
    each: { kind: "loop", order: 30, over: "lines", steps: { check: { kind: "handle", order: 1 }, tell: { kind: "message", order: 2 } } },
    call: { kind: "http", order: 40, failed: { sorry: { kind: "handle" } } },
    last: { kind: "branch", order: 50, take: "all", branches: { one: { order: 1, steps: { no: { kind: "end", result: "rejected" } } }, two: { order: 2, steps: { rest: { kind: "wait", hours: 2 } } } } },
  },
};

export const EVERY: Flow = {
  flow: "crm.every",
  start: { on: "schedule" },
  steps: Object.fromEntries(
    ["approve", "handle", "copy", "wait", "flow", "create", "change", "find", "remove", "perform", "evaluate", "compute", "message", "mail", "webhook", "http", "print"].map((kind, at) => [kind, { kind: kind as "approve", order: at, ...(kind === "wait" && { wait_for: "callback" }), ...(kind === "http" && { failed: { sorry: { kind: "message" as const } } }) }]),
  ),
};
