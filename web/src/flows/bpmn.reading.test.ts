/** Another tool reads the export: bpmn-moddle, which bpmn.io's modeler and Camunda's open files with. */
import { BpmnModdle } from "bpmn-moddle";
import { expect, test } from "vitest";
import { bpmn } from "./bpmn";
import { EVERY, flow } from "./bpmn.flows";
import type { Flow } from "./model";

interface Element {
  $type: string;
  id: string;
  flowElements?: Element[];
  incoming?: Element[];
  outgoing?: Element[];
  sourceRef?: Element;
  targetRef?: Element;
  bpmnElement?: Element;
  planeElement?: Element[];
  bounds?: { x: number; y: number; width: number; height: number };
  waypoint?: { x: number; y: number }[];
}

const STARTS = ["submit", "created", "changed", "date", "schedule", "event", "webhook", "flow"];
const FLOWS: [string, Flow][] = [["branches and loops", flow], ...STARTS.map((on): [string, Flow] => [`begun by ${on}`, { ...EVERY, start: { on } }])];

test.each(FLOWS)("it reads a flow %s without a warning, and draws all of it", async (_, drawn) => {
  const read = await new BpmnModdle().fromXML(bpmn(drawn, (label, otherwise) => label?.en ?? otherwise));
  expect(read.warnings).toEqual([]);
  const { rootElements, diagrams } = read.rootElement as { rootElements: Element[]; diagrams: { plane: Element }[] };
  const meant = within(rootElements[0]!);
  const lines = meant.filter(({ $type }) => $type === "bpmn:SequenceFlow");
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) expect([meant.includes(line.sourceRef!), meant.includes(line.targetRef!)]).toEqual([true, true]);
  const plane = diagrams[0]!.plane;
  const shown = plane.planeElement!;
  expect(plane.bpmnElement).toBe(rootElements[0]);
  expect(new Set(shown.map(({ bpmnElement }) => bpmnElement))).toEqual(new Set(meant));
  for (const each of shown) {
    if (each.$type === "bpmndi:BPMNShape") expect([each.bounds!.width > 0, each.bounds!.height > 0]).toEqual([true, true]);
    else expect(joins(shown, each)).toBe(true);
  }
});

const within = (scope: Element): Element[] => (scope.flowElements ?? []).flatMap((each) => [each, ...within(each)]);

/** Does the drawn line begin at its source's shape and end at its target's? */
function joins(shown: Element[], line: Element): boolean {
  const shapeOf = (meant?: Element) => shown.find(({ bpmnElement }) => bpmnElement === meant)!.bounds!;
  const touches = (meant: Element | undefined, at: { x: number; y: number }) => {
    const { x, y, width, height } = shapeOf(meant);
    return at.x >= x - 1 && at.x <= x + width + 1 && at.y >= y - 1 && at.y <= y + height + 1;
  };
  return touches(line.bpmnElement!.sourceRef, line.waypoint![0]!) && touches(line.bpmnElement!.targetRef, line.waypoint!.at(-1)!);
}
