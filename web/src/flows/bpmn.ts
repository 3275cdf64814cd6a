/** A flow as BPMN 2.0 XML with its drawing, for tools that read that: https://www.omg.org/spec/BPMN/2.0.2 */
import { type Card, CARD, HEAD, layout } from "./layout";
import { type Flow, ordered, type Step, type Steps } from "./model";

type Say = (label: Step["label"], otherwise: string) => string;
type Box = Pick<Card, "x" | "y" | "width" | "height">;

/** `say` gives a label in the language of the export. */
export const bpmn = (flow: Flow, say: Say): string => new Writer(flow, say).write();

const TASKS: Partial<Record<Step["kind"], string>> = { approve: "userTask", handle: "userTask", copy: "sendTask", message: "sendTask", mail: "sendTask", webhook: "sendTask", flow: "callActivity", compute: "scriptTask", evaluate: "businessRuleTask" };
const GATEWAYS = { all: "parallelGateway", fitting: "inclusiveGateway", first: "exclusiveGateway" };
const GATE = 40;
const EVENT = 36;

class Writer {
  private readonly boxes = new Map<string, Box>();
  private readonly shapes: string[] = [];
  private readonly ways: string[] = [];
  /** What the process, or the part of a loop being written, consists of. */
  private scope: string[] = [];
  private lines = 0;

  constructor(
    private readonly flow: Flow,
    private readonly say: Say,
  ) {
    for (const card of layout(flow).cards) this.boxes.set(card.id, card);
  }

  write(): string {
    this.node("startEvent", "start", "", small(this.boxes.get("start")!, EVENT), begun(this.flow));
    const last = this.sequence(this.flow.steps ?? {}, "start");
    if (last) {
      this.node("endEvent", "end", "", small(this.boxes.get("end")!, EVENT));
      this.link(last, "end");
    }
    return `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="definitions" targetNamespace="urn:queti:flow:${escaped(this.flow.flow)}">
<bpmn:process id="process" name="${escaped(this.say(this.flow.label, this.flow.flow))}" isExecutable="false">
${this.scope.join("\n")}
</bpmn:process>
<bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="process">
${[...this.shapes, ...this.ways].join("\n")}
</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>
`;
  }

  /** Writes the steps after `from` and answers the last node; null where no way goes on. */
  private sequence(steps: Steps, from: string | null, when = "", label = ""): string | null {
    let last = from;
    let condition = { when, label };
    for (const [name, step] of ordered(steps)) {
      const [into, out] = this.step(name, step);
      if (last) this.link(last, into, condition.when, condition.label);
      last = out;
      condition = { when: "", label: "" };
    }
    return last;
  }

  private step(name: string, step: Step): [string, string | null] {
    const box = this.boxes.get(`step:${name}`)!;
    const label = this.say(step.label, name);
    const id = `step_${name}`;
    if (step.kind === "branch") return [id, this.branching(name, step, label, box)];
    if (step.kind === "loop") return [id, this.loop(name, step, label, box)];
    if (step.kind === "end") return [this.node("endEvent", id, label, small(box, EVENT), step.result === "rejected" ? "<bpmn:terminateEventDefinition/>" : ""), null];
    if (step.kind === "wait") return [this.node("intermediateCatchEvent", id, label, small(box, EVENT), caught(step)), this.failing(name, step, id)];
    return [this.node(TASKS[step.kind] ?? "serviceTask", id, label, box), this.failing(name, step, id)];
  }

  private branching(name: string, step: Step, label: string, box: Box): string | null {
    const tag = GATEWAYS[step.take ?? "first"];
    const id = `step_${name}`;
    const meeting = `meet_${name}`;
    const branches = ordered(step.branches);
    const without = branches.find(([, { when }]) => !when)?.[0];
    const first = this.lines;
    const open: [string | null, string, string][] = [];
    const place = this.scope.push("") - 1;
    let byDefault = "";
    for (const [key, branch] of branches) {
      const before = this.lines;
      const words = this.say(branch.label, key);
      const last = this.sequence(branch.steps ?? {}, id, branch.when, words);
      if (key === without && this.lines > before) byDefault = `line_${before + 1}`;
      open.push([last, last === id ? (branch.when ?? "") : "", last === id ? words : ""]);
      if (key === without && last === id) byDefault = "empty";
    }
    const goesOn = open.some(([last]) => last);
    if (goesOn) this.node(tag, meeting, "", { x: box.x + (box.width - GATE) / 2, y: this.lowest(step, box) + 8, width: GATE, height: GATE });
    for (const [last, when, words] of open) {
      if (!last) continue;
      this.link(last, meeting, when, words);
      if (byDefault === "empty" && last === id && !when) byDefault = `line_${this.lines}`;
    }
    const isDefault = step.take !== "all" && byDefault && this.lines > first ? ` default="${byDefault}"` : "";
    this.scope[place] = `<bpmn:${tag} id="${id}" name="${escaped(label)}"${isDefault}/>`;
    this.shape(id, small(box, GATE));
    return goesOn ? meeting : null;
  }

  private lowest(step: Step, box: Box): number {
    const lows = [...Object.values(step.branches ?? {}).map(({ steps }) => steps ?? {}), step.steps ?? {}].flatMap((steps) =>
      Object.entries(steps).map(([name, inner]) => this.lowest(inner, this.boxes.get(`step:${name}`)!) + (inner.kind === "branch" ? GATE + 16 : 0)),
    );
    return Math.max(box.y + box.height + HEAD.height + 52, ...lows);
  }

  /** A part of its own, done for each row, one after another. */
  private loop(name: string, step: Step, label: string, box: Box): string {
    const id = `step_${name}`;
    const outer = this.scope;
    this.scope = [];
    this.sequence(step.steps ?? {}, null);
    const inner = this.scope.join("\n");
    this.scope = outer;
    this.scope.push(`<bpmn:subProcess id="${id}" name="${escaped(label)}"><bpmn:multiInstanceLoopCharacteristics isSequential="true"/>\n${inner}\n</bpmn:subProcess>`);
    this.shape(id, { ...box, height: this.lowest(step, box) - box.y + 20 }, ' isExpanded="true"');
    return id;
  }

  /** What is done where a step fails leaves its edge by an error, and meets the others behind it. */
  private failing(name: string, step: Step, id: string): string {
    if (!step.failed) return id;
    const box = this.boxes.get(`step:${name}`)!;
    const caught = { x: box.x + box.width - EVENT, y: box.y + box.height - EVENT / 2, width: EVENT, height: EVENT };
    this.scope.push(`<bpmn:boundaryEvent id="failed_${name}" attachedToRef="${id}"><bpmn:errorEventDefinition/></bpmn:boundaryEvent>`);
    this.shape(`failed_${name}`, caught);
    const last = this.sequence(step.failed, `failed_${name}`);
    if (!last) return id;
    const way = Object.keys(step.failed).length ? this.boxes.get(`step:${ordered(step.failed).at(-1)![0]}`)! : box;
    this.node("exclusiveGateway", `meet_${name}`, "", { x: box.x + (box.width - GATE) / 2, y: way.y + way.height + 12, width: GATE, height: GATE });
    this.link(id, `meet_${name}`);
    this.link(last, `meet_${name}`);
    return `meet_${name}`;
  }

  private node(tag: string, id: string, name: string, box: Box, inner = ""): string {
    const start = `<bpmn:${tag} id="${id}"${name && ` name="${escaped(name)}"`}`;
    this.scope.push(inner ? `${start}>${inner}</bpmn:${tag}>` : `${start}/>`);
    this.shape(id, box);
    return id;
  }

  private shape(id: string, box: Box, more = ""): void {
    this.boxes.set(id, box);
    this.shapes.push(`<bpmndi:BPMNShape id="${id}_shape" bpmnElement="${id}"${more}><dc:Bounds x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}"/></bpmndi:BPMNShape>`);
  }

  private link(from: string, to: string, when = "", label = ""): void {
    const id = `line_${(this.lines += 1)}`;
    const start = `<bpmn:sequenceFlow id="${id}" sourceRef="${from}" targetRef="${to}"${label && ` name="${escaped(label)}"`}`;
    this.scope.push(when ? `${start}><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${escaped(when)}</bpmn:conditionExpression></bpmn:sequenceFlow>` : `${start}/>`);
    const [one, other] = [this.boxes.get(from) ?? this.gate(from), this.boxes.get(to) ?? this.gate(to)];
    const [x, y, toX, toY] = [one.x + one.width / 2, one.y + one.height, other.x + other.width / 2, other.y];
    const points = x === toX ? [[x, y], [toX, toY]] : [[x, y], [x, (y + toY) / 2], [toX, (y + toY) / 2], [toX, toY]];
    this.ways.push(`<bpmndi:BPMNEdge id="${id}_edge" bpmnElement="${id}">${points.map(([px, py]) => `<di:waypoint x="${px}" y="${py}"/>`).join("")}</bpmndi:BPMNEdge>`);
  }

  /** A branching is written after its ways, when its default one is known. */
  private gate(id: string): Box {
    return small(this.boxes.get(id.replace(/^step_/, "step:")) ?? { x: 0, y: 0, ...CARD }, GATE);
  }
}

const small = (box: Box, size: number): Box => ({ x: box.x + (box.width - size) / 2, y: box.y + (box.height - size) / 2, width: size, height: size });
const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

const conditional = (when = ""): string => `<bpmn:conditionalEventDefinition><bpmn:condition xsi:type="bpmn:tFormalExpression">${escaped(when)}</bpmn:condition></bpmn:conditionalEventDefinition>`;

const BEGUN: Record<string, string> = { date: "<bpmn:timerEventDefinition/>", schedule: "<bpmn:timerEventDefinition/>", webhook: "<bpmn:messageEventDefinition/>", event: "<bpmn:signalEventDefinition/>" };

/** Records that are made or changed begin it by a condition; a submission begins it plainly. */
function begun({ start }: Flow): string {
  const on = start?.on ?? "submit";
  return on === "created" || on === "changed" ? conditional(start?.when) : (BEGUN[on] ?? "");
}

function caught({ wait_for: what, when }: Step): string {
  if (what === "value") return conditional(when as string);
  if (what === "event") return "<bpmn:signalEventDefinition/>";
  return what === "callback" ? "<bpmn:messageEventDefinition/>" : "<bpmn:timerEventDefinition/>";
}
