/** A flow as a tree of named, ordered steps, and what a person does to it. Pure: every act answers a new flow. */
export type Words = { en?: string; zh?: string };
export type StepKind =
  | "approve" | "handle" | "copy" | "branch" | "loop" | "wait" | "flow" | "create" | "change" | "find" | "remove"
  | "perform" | "evaluate" | "compute" | "message" | "mail" | "webhook" | "http" | "print" | "end";

export interface Who {
  by: "user" | "role" | "department_head" | "manager" | "field" | "formula" | "submitter" | "chosen" | "step_chosen";
  users?: string[];
  role?: string;
  level?: number;
  field?: string;
  formula?: string;
  weight?: number;
  order?: number;
}

export interface Late {
  act?: "remind" | "escalate" | "approve" | "reject" | "hand_over";
  after_hours?: number;
  who?: Record<string, Who>;
  order?: number;
}

export interface Branch {
  label?: Words;
  when?: string;
  steps?: Steps;
  order?: number;
}

export interface Step {
  kind: StepKind;
  label?: Words;
  order?: number;
  who?: Record<string, Who>;
  mode?: "any_of" | "all_of" | "vote" | "in_turn" | "up_the_line";
  take?: "first" | "fitting" | "all";
  branches?: Record<string, Branch>;
  steps?: Steps;
  failed?: Steps;
  late?: Record<string, Late>;
  [setting: string]: unknown;
}

export type Steps = Record<string, Step>;

export interface Flow {
  flow: string;
  object?: string;
  label?: Words;
  start?: { on?: string; when?: string; [setting: string]: unknown };
  steps?: Steps;
  [setting: string]: unknown;
}

/** A sequence of the tree: of the flow itself, of a branch, of a loop, of what is done where a step fails. */
export interface Place {
  /** The step that holds it; blank: the flow. */
  of: string;
  part: "steps" | "failed" | "branch";
  branch?: string;
}

export const ROOT: Place = { of: "", part: "steps" };
export const samePlace = (one: Place, other: Place): boolean => one.of === other.of && one.part === other.part && one.branch === other.branch;

/** As they come one after another. */
export const ordered = <Item extends { order?: number }>(items: Record<string, Item> | undefined): [string, Item][] =>
  Object.entries(items ?? {}).sort(([one, { order: first = 0 }], [other, { order: second = 0 }]) => first - second || (one < other ? -1 : 1));

const numbered = <Item extends { order?: number }>(items: [string, Item][]): Record<string, Item> =>
  Object.fromEntries(items.map(([name, item], at) => [name, { ...item, order: (at + 1) * 10 }]));

/** The sequences that a step holds, as they stand side by side. */
export function placesIn(name: string, step: Step): { place: Place; steps: Steps }[] {
  const inner = step.kind === "branch" ? ordered(step.branches).map(([branch, { steps }]) => ({ place: { of: name, part: "branch" as const, branch }, steps: steps ?? {} })) : [];
  if (step.kind === "loop") inner.push({ place: { of: name, part: "steps" } as never, steps: step.steps ?? {} });
  if (step.failed) inner.push({ place: { of: name, part: "failed" } as never, steps: step.failed });
  return inner;
}

export interface Found {
  step: Step;
  place: Place;
  at: number;
}

/** Every step in reading order, with where it stands. */
export function* walk(steps: Steps | undefined, place: Place = ROOT): Generator<Found & { name: string }> {
  for (const [at, [name, step]] of ordered(steps).entries()) {
    yield { name, step, place, at };
    for (const inner of placesIn(name, step)) yield* walk(inner.steps, inner.place);
  }
}

export function find(flow: Flow, name: string): Found | undefined {
  for (const found of walk(flow.steps)) if (found.name === name) return found;
  return undefined;
}

export const namesOf = (flow: Flow): string[] => [...walk(flow.steps)].map(({ name }) => name);

/** The steps that come before it on every way to it: where it may be sent back to. */
export function before(flow: Flow, name: string): string[] {
  const found = find(flow, name);
  if (!found) return [];
  const above = found.place.of ? [...before(flow, found.place.of), found.place.of] : [];
  const beside = ordered(stepsAt(flow, found.place)).slice(0, found.at).map(([each]) => each);
  return [...above, ...beside];
}

/** The loops that it stands in, the innermost first. */
export function loopsAround(flow: Flow, name: string): string[] {
  const found = find(flow, name);
  if (!found?.place.of) return [];
  const isRow = found.place.part === "steps" && find(flow, found.place.of)?.step.kind === "loop";
  return [...(isRow ? [found.place.of] : []), ...loopsAround(flow, found.place.of)];
}

export function stepsAt(flow: Flow, place: Place): Steps {
  if (!place.of) return flow.steps ?? {};
  const step = find(flow, place.of)?.step;
  if (!step) return {};
  if (place.part === "branch") return step.branches?.[place.branch ?? ""]?.steps ?? {};
  return step[place.part] ?? {};
}

type Sequence = [string, Step][];

/** The flow with one of its sequences another; what lies beside it stays the same object. */
export function withSteps(flow: Flow, place: Place, change: (steps: Sequence) => Sequence): Flow {
  if (!place.of) return { ...flow, steps: numbered(change(ordered(flow.steps))) };
  return patchStep(flow, place.of, (step) => {
    if (place.part !== "branch") return { ...step, [place.part]: numbered(change(ordered(step[place.part]))) };
    const branch = step.branches?.[place.branch ?? ""] ?? {};
    return { ...step, branches: { ...step.branches, [place.branch ?? ""]: { ...branch, steps: numbered(change(ordered(branch.steps))) } } };
  });
}

export function patchStep(flow: Flow, name: string, change: (step: Step) => Step): Flow {
  const steps = patched(flow.steps ?? {}, name, change);
  return steps === flow.steps ? flow : { ...flow, steps };
}

function patched(steps: Steps, name: string, change: (step: Step) => Step): Steps {
  const own = steps[name];
  if (own) return { ...steps, [name]: change(own) };
  for (const [key, step] of Object.entries(steps)) {
    const next = patchedWithin(step, name, change);
    if (next !== step) return { ...steps, [key]: next };
  }
  return steps;
}

function patchedWithin(step: Step, name: string, change: (step: Step) => Step): Step {
  for (const part of ["steps", "failed"] as const) {
    const inner = step[part];
    const next = inner && patched(inner, name, change);
    if (next !== inner) return { ...step, [part]: next };
  }
  for (const [key, branch] of Object.entries(step.branches ?? {})) {
    const next = patched(branch.steps ?? {}, name, change);
    if (branch.steps && next !== branch.steps) return { ...step, branches: { ...step.branches, [key]: { ...branch, steps: next } } };
  }
  return step;
}

export const insertStep = (flow: Flow, place: Place, at: number, name: string, step: Step): Flow =>
  withSteps(flow, place, (steps) => steps.toSpliced(at, 0, [name, step]));

export function removeStep(flow: Flow, name: string): Flow {
  const found = find(flow, name);
  return found ? withSteps(flow, found.place, (steps) => steps.filter(([each]) => each !== name)) : flow;
}

/** To another place of the tree; a step can't be moved into itself. */
export function moveStep(flow: Flow, name: string, place: Place, at: number): Flow {
  const found = find(flow, name);
  if (!found || holds(found.step, name, place)) return flow;
  const shift = samePlace(found.place, place) && found.at < at ? 1 : 0;
  return insertStep(removeStep(flow, name), place, at - shift, name, found.step);
}

const holds = (step: Step, name: string, place: Place): boolean =>
  place.of === name || placesIn(name, step).some(({ steps }) => [...walk(steps)].some((inner) => inner.name === place.of));

/** One place up or down among its neighbours. */
export function shiftStep(flow: Flow, name: string, by: -1 | 1): Flow {
  const found = find(flow, name);
  const last = found ? ordered(stepsAt(flow, found.place)).length - 1 : 0;
  if (!found || found.at + by < 0 || found.at + by > last) return flow;
  return moveStep(flow, name, found.place, by === 1 ? found.at + 2 : found.at - 1);
}

const onBranches = (flow: Flow, of: string, change: (branches: [string, Branch][]) => [string, Branch][]): Flow =>
  patchStep(flow, of, (step) => ({ ...step, branches: numbered(change(ordered(step.branches))) }));

/** New branches stand before the default one, which is taken where no other fits. */
export function addBranch(flow: Flow, of: string, name: string, branch: Branch): Flow {
  return onBranches(flow, of, (branches) => {
    const isLastDefault = branch.when !== undefined && branches.at(-1)?.[1].when === undefined;
    return branches.toSpliced(isLastDefault ? branches.length - 1 : branches.length, 0, [name, branch]);
  });
}

export const patchBranch = (flow: Flow, of: string, name: string, patch: Partial<Branch>): Flow =>
  onBranches(flow, of, (branches) => branches.map(([key, branch]) => [key, key === name ? { ...branch, ...patch } : branch]));

/** The branch that is taken where no other fits stays the last. */
export function mayShift(step: Step, name: string, by: -1 | 1): boolean {
  const branches = ordered(step.branches);
  const at = branches.findIndex(([key]) => key === name);
  const [here, there] = [branches[at], branches[at + by]];
  return Boolean(here && there) && (step.take === "all" || Boolean(here![1].when && there![1].when));
}

export function shiftBranch(flow: Flow, of: string, name: string, by: -1 | 1): Flow {
  const step = find(flow, of)?.step;
  if (!step || !mayShift(step, name, by)) return flow;
  return onBranches(flow, of, (branches) => {
    const at = branches.findIndex(([key]) => key === name);
    return branches.with(at, branches[at + by]!).with(at + by, branches[at]!);
  });
}

/** A branching of fewer than two ways is none: with its second-last branch it goes, and what was left stands in its place. */
export function removeBranch(flow: Flow, of: string, name: string): Flow {
  const found = find(flow, of);
  const rest = ordered(found?.step.branches).filter(([key]) => key !== name);
  if (!found || rest.length >= 2) return onBranches(flow, of, () => rest);
  const left = ordered(rest[0]?.[1].steps);
  return withSteps(flow, found.place, (steps) => steps.flatMap((each) => (each[0] === of ? left : [each])));
}

/** Parallel ways take no conditions; of the others exactly one, the last, has none. */
export function setTake(flow: Flow, of: string, take: "first" | "fitting" | "all"): Flow {
  return patchStep(flow, of, (step) => {
    const branches = ordered(step.branches);
    const fit = branches.map(([name, { when, ...rest }], at): [string, Branch] => [name, take === "all" || at === branches.length - 1 ? rest : { ...rest, when: when || "true" }]);
    return { ...step, take, branches: numbered(fit) };
  });
}

/** A step as it is when it is just put in; a branching comes with two ways. */
export function newStep(kind: StepKind, label: Words, role: string): Step {
  const who = { who: { first: { by: "role" as const, role, order: 10 } } };
  if (kind === "approve" || kind === "handle" || kind === "copy") return { kind, label, ...who };
  if (kind === "branch") return { kind, label, take: "first", branches: { one: { label: { en: "Condition 1", zh: "条件 1" }, when: "true", order: 10, steps: {} }, otherwise: { label: { en: "Otherwise", zh: "其他情况" }, order: 20, steps: {} } } };
  if (kind === "message") return { kind, label, ...who, text: label };
  if (kind === "wait") return { kind, label, wait_for: "hours", hours: 24 };
  return { kind, label };
}
