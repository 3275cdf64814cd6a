/** The flow that is open, for everything in its designer. */
import { createContext, useContext } from "react";
import { alive, bodyOf, rolesOf, wholeObject } from "../designer/acts";
import { labelOf, useDesign } from "../designer/context";
import type { NameBook } from "../designer/formula/names";
import { say } from "../designer/words";
import { language } from "../kit/i18n";
import { useDefs } from "../records/context";
import { find, type Flow, patchStep, type Step } from "./model";
import { type Named, sentence } from "./sentence";

export interface OpenFlow {
  flow: Flow;
  /** Name of the chosen step; "start" is the beginning; blank: nothing. */
  chosen: string;
  choose: (name: string) => void;
  put: (words: string, next: Flow, typing?: string) => void;
  /** What formulas over its record may name. */
  book: NameBook;
  /** What a trial, the figures or the past lay over the tree. */
  marks: Marks;
  mark: (marks: Marks) => void;
}

export interface Marks {
  /** Cards that were gone through. */
  lit?: ReadonlySet<string>;
  /** Those of them where it stands, or has ended. */
  halts?: ReadonlySet<string>;
  /** Step or `step.branch` → short words on its card. */
  chips?: ReadonlyMap<string, Chip[]>;
}

export interface Chip {
  words: string;
  tone: "info" | "warning" | "bad" | "neutral";
}

/** Cards of the ways that were gone: `step.branch` and steps by name. */
export const cardsOf = (ways: string[], steps: string[]): Set<string> =>
  new Set([...steps.map((name) => `step:${name}`), ...ways.flatMap((way) => [`way:${way.replace(".", ":")}`, `step:${way.split(".")[0]}`])]);

const Context = createContext<OpenFlow | null>(null);
export const FlowProvider = Context.Provider;

export function useFlow(): OpenFlow {
  const open = useContext(Context);
  if (!open) throw new Error("No flow is open");
  return open;
}

/** Changes settings of a step; what is blank is left out. */
export function usePutStep(name: string): (words: string, patch: Partial<Step>, typing?: string) => void {
  const { flow, put } = useFlow();
  return (words, patch, typing) => {
    const kept = (step: Step): Step => Object.fromEntries(Object.entries({ ...step, ...patch }).filter(([, value]) => value !== undefined && value !== "")) as Step;
    put(words, patchStep(flow, name, kept), typing && `${name} ${typing}`);
  };
}

/** What a step does, in the reader's language. */
export function useSentence(): (step: Step) => string {
  const { definitions } = useDesign();
  const { operations } = useDefs();
  const { flow } = useFlow();
  const roles = rolesOf(definitions);
  const fields = wholeObject(definitions, flow.object ?? "")?.body.fields ?? {};
  const named: Named = {
    role: (name) => say(roles[name]?.label, name),
    user: (login) => login,
    field: (path) => say(fields[path]?.label, path),
    object: (name) => labelOf(bodyOf(definitions, "object", name), name),
    operation: (name) => operations[name]?.label ?? name,
    flow: (name) => labelOf(bodyOf(definitions, "flow", name), name),
    rule: (name) => labelOf(bodyOf(definitions, "rule", name), name),
    step: (name) => say(find(flow, name)?.step.label, name),
  };
  return (step) => sentence(step, language(), named);
}

export const objectsOf = (definitions: Parameters<typeof alive>[0]) => alive(definitions, "object").filter(([, body]) => !body.extend).map(([name, body]) => ({ value: name, label: labelOf(body, name) }));

/** The fields of the flow's object. */
export function useFields(): { value: string; label: string; type: string; to: string }[] {
  const { definitions } = useDesign();
  const { flow } = useFlow();
  const fields = (wholeObject(definitions, flow.object ?? "")?.body.fields ?? {}) as Record<string, Record<string, any>>;
  return Object.entries(fields).map(([value, body]) => ({ value, label: say(body.label, value), type: body.type as string, to: (body.to as string) ?? "" }));
}
