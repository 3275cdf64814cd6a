// @vitest-environment jsdom
import { expect, test } from "vitest";
import { bpmn } from "./bpmn";
import { EVERY, flow } from "./bpmn.flows";

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

/** What may stand in a process, of what BPMN20.xsd knows. */
const KINDS = ["startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "userTask", "sendTask", "serviceTask", "scriptTask", "businessRuleTask", "callActivity", "subProcess", "exclusiveGateway", "inclusiveGateway", "parallelGateway", "sequenceFlow"];
test("every kind of step is a node that the schema knows, of the sort that it is", () => {
  const parsed = read(bpmn(EVERY, (_, otherwise) => otherwise));
  const process = all(parsed, "process")[0]!;
  expect([...process.children].map((each) => each.localName).filter((name) => !KINDS.includes(name))).toEqual([]);
  const kindOf = (id: string) => parsed.querySelector(`[id="step_${id}"]`)?.localName;
  expect(["approve", "copy", "flow", "evaluate", "compute", "mail", "webhook", "http", "print", "wait"].map(kindOf)).toEqual(["userTask", "sendTask", "callActivity", "businessRuleTask", "scriptTask", "sendTask", "sendTask", "serviceTask", "serviceTask", "intermediateCatchEvent"]);
  expect(parsed.querySelector("[id=start]")?.children[0]?.localName).toBe("timerEventDefinition");
  expect(parsed.querySelector("[id=step_wait]")?.children[0]?.localName).toBe("messageEventDefinition");
});

test.each([["submit", undefined], ["date", "timerEventDefinition"], ["schedule", "timerEventDefinition"], ["webhook", "messageEventDefinition"], ["event", "signalEventDefinition"], ["changed", "conditionalEventDefinition"]])("a start on %s says so", (on, definition) => {
  const parsed = read(bpmn({ ...EVERY, start: { on } }, (_, otherwise) => otherwise));
  expect(parsed.querySelector("[id=start]")?.children[0]?.localName).toBe(definition);
});

test("ids are names of XML, ends have no way on and starts no way in, every other node has both", () => {
  for (const each of [flow, EVERY]) {
    const parsed = read(bpmn(each, (_, otherwise) => otherwise));
    const lines = all(parsed, "sequenceFlow");
    const ends = (end: string) => new Set(lines.map((line) => line.getAttribute(end)));
    const [from, to] = [ends("sourceRef"), ends("targetRef")];
    for (const id of [...parsed.querySelectorAll("[id]")].map((one) => one.getAttribute("id")!)) expect(id).toMatch(/^[A-Za-z_][\w.-]*$/);
    for (const node of all(parsed, "process")[0]!.children) {
      const id = node.getAttribute("id")!;
      if (node.localName === "sequenceFlow") continue;
      expect([id, to.has(id), from.has(id)]).toEqual([id, !["startEvent", "boundaryEvent"].includes(node.localName), node.localName !== "endEvent"]);
    }
  }
});
