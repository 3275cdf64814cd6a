// @vitest-environment jsdom
import { expect, test } from "vitest";
import { bpmn } from "./bpmn";
import type { Flow } from "./model";

const flow: Flow = {
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

const read = (xml: string) => new DOMParser().parseFromString(xml, "application/xml");
const all = (parsed: Document, name: string) => [...parsed.getElementsByTagNameNS("*", name)];

test("the file is sound XML; every line leads from a node to a node, and everything is drawn once", () => {
  const parsed = read(bpmn(flow, (label, otherwise) => label?.en ?? otherwise));
  expect(all(parsed, "parsererror")).toEqual([]);
  const ids = [...parsed.querySelectorAll("[id]")].map((each) => each.getAttribute("id")!);
  expect(new Set(ids).size).toBe(ids.length);
  for (const line of all(parsed, "sequenceFlow")) for (const end of ["sourceRef", "targetRef"]) expect(ids).toContain(line.getAttribute(end));
  const process = all(parsed, "process")[0]!;
  const drawn = [...all(parsed, "BPMNShape"), ...all(parsed, "BPMNEdge")].map((each) => each.getAttribute("bpmnElement"));
  const meant = [...process.querySelectorAll("[id]")].map((each) => each.getAttribute("id"));
  expect(drawn.toSorted()).toEqual(meant.toSorted());
  expect(process.getAttribute("name")).toBe("Discount <above> 10 % & more");
});

test("conditions, the default way, loops, failures and ends are said in BPMN's own words", () => {
  const parsed = read(bpmn(flow, (_, otherwise) => otherwise));
  const byId = (id: string) => parsed.querySelector(`[id="${id}"]`);
  expect(all(parsed, "conditionExpression").map((each) => each.textContent)).toEqual(['total > 1000 and name != "x"']);
  const byDefault = byId(byId("step_size")!.getAttribute("default")!);
  expect([byDefault?.getAttribute("sourceRef"), byDefault?.getAttribute("targetRef")]).toEqual(["step_size", "meet_size"]);
  expect(byId("step_size")?.localName).toBe("exclusiveGateway");
  expect(byId("step_last")?.localName).toBe("parallelGateway");
  expect(byId("step_check")?.parentElement?.getAttribute("id")).toBe("step_each");
  expect(byId("failed_call")?.getAttribute("attachedToRef")).toBe("step_call");
  expect(all(parsed, "sequenceFlow").some((line) => line.getAttribute("sourceRef") === "step_no")).toBe(false);
});
