/** What a step that works by itself is given, and what happens where it fails. */
import { useLingui } from "@lingui/react/macro";
import { InputNumber, Select, Switch } from "antd";
import { bodyOf, wholeObject } from "../designer/acts";
import { ConditionBuilder } from "../designer/ConditionBuilder";
import { labelOf, useDesign } from "../designer/context";
import { FormulaInput } from "../designer/formula";
import { Labelled } from "../designer/parts";
import { say, WordsInput } from "../designer/words";
import { useDefs } from "../records/context";
import { before, find, loopsAround, type Step } from "./model";
import { Outside } from "./Outside";
import { Pick } from "./Pick";
import { EventChoice, Pairs } from "./settings";
import { objectsOf, useFields, useFlow, usePutStep } from "./state";
import { type Take, Takes } from "./Takes";

export interface WorkProps {
  name: string;
  step: Step;
  set: (patch: Partial<Step>, typing?: string) => void;
}

const PARTS: Partial<Record<Step["kind"], (props: WorkProps) => React.ReactNode>> = {
  wait: Wait,
  loop: Loop,
  flow: SubFlow,
  create: Create,
  change: Change,
  find: Find,
  remove: Target,
  perform: Perform,
  evaluate: Evaluate,
  compute: Compute,
  message: Message,
  mail: Outside,
  http: Outside,
  webhook: Outside,
  print: Outside,
  end: End,
};

export function Working({ name, step }: { name: string; step: Step }) {
  const { t } = useLingui();
  const put = usePutStep(name);
  const Part = PARTS[step.kind];
  return Part ? <Part name={name} step={step} set={(patch, typing) => put(t`Change the step`, patch, typing)} /> : null;
}

function Wait({ step, set }: WorkProps) {
  const { t } = useLingui();
  const { flow } = useFlow();
  const what = (step.wait_for as string) ?? "hours";
  return (
    <>
      <Pick label={t`Until`} value={what} onPick={(wait_for) => set({ wait_for })} options={[["hours", t`Some hours have passed`], ["until", t`A moment`], ["value", t`A condition holds`], ["event", t`Something is told`], ["callback", t`Another system calls back`]]} />
      {(what === "hours" || what === "callback") && (
        <Labelled label={what === "hours" ? t`Hours` : t`At most so many hours`}>
          {(id) => (
            <div className="q-flow-line">
              <InputNumber id={id} min={0} value={(step.hours as number) || null} onChange={(hours) => set({ hours: hours ?? undefined }, "hours")} />
              <Switch checked={step.working_hours !== false} onChange={(working) => set({ working_hours: working ? undefined : false })} checkedChildren={t`working`} unCheckedChildren={t`all`} aria-label={t`Count working hours only`} />
            </div>
          )}
        </Labelled>
      )}
      {what === "value" && flow.object && <ConditionBuilder object={flow.object} value={(step.when as string) ?? ""} onChange={(when) => set({ when }, "when")} label={t`Condition`} />}
      {what === "until" && <FormulaInput object={flow.object ?? ""} value={(step.until as string) ?? ""} onChange={(until) => set({ until }, "until")} expect="moment" label={t`A moment`} />}
      {what === "event" && <EventChoice value={(step.event as string) ?? ""} onChange={(event) => set({ event })} />}
      {what === "callback" && <Takes label={t`Taken from what it sends`} value={(step.takes as Record<string, Take>) ?? {}} onChange={(takes) => set({ takes }, "takes")} />}
    </>
  );
}

function Loop({ step, set }: WorkProps) {
  const { t } = useLingui();
  const lists = useFields().filter(({ type }) => type === "lines");
  return <Pick label={t`Over which rows`} value={step.over} onPick={(over) => set({ over })} options={lists.map(({ value, label }) => [value, label])} />;
}

function SubFlow(props: WorkProps) {
  const { t } = useLingui();
  const { step, set } = props;
  const { definitions } = useDesign();
  const { flow } = useFlow();
  const others = Object.keys(definitions.flow ?? {}).filter((each) => each !== flow.flow && bodyOf(definitions, "flow", each));
  return (
    <>
      <Pick label={t`Flow`} value={step.flow} onPick={(other) => set({ flow: other })} options={others.map((value) => [value, labelOf(bodyOf(definitions, "flow", value), value)])} />
      <Target {...props} />
      <label className="q-flow-line">
        <Switch size="small" checked={step.waits !== false} onChange={(waits) => set({ waits: waits ? undefined : false })} />
        {t`Wait for its end`}
      </label>
    </>
  );
}

function ObjectChoice({ step, set }: WorkProps) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  return <Labelled label={t`Of which object`}>{(id) => <Select id={id} className="q-fill" showSearch={{ optionFilterProp: "label" }} value={step.object as string} onChange={(object: string) => set({ object })} options={objectsOf(definitions)} />}</Labelled>;
}

function Create(props: WorkProps) {
  return (
    <>
      <ObjectChoice {...props} />
      {Boolean(props.step.object) && <Values {...props} target={props.step.object as string} />}
    </>
  );
}

function Find(props: WorkProps) {
  const { t } = useLingui();
  const { step, set } = props;
  const object = step.object as string | undefined;
  return (
    <>
      <ObjectChoice {...props} />
      {object && <ConditionBuilder object={object} value={(step.where as string) ?? ""} onChange={(where) => set({ where }, "where")} label={t`Which of them`} />}
      {object && <Order {...props} />}
      <Labelled label={t`At most`}>{(id) => <InputNumber id={id} min={1} max={100_000} precision={0} value={(step.limit as number) ?? 1000} onChange={(limit) => set({ limit: limit ?? undefined }, "limit")} />}</Labelled>
    </>
  );
}

/** Which come first: a field, up or down. */
function Order({ step, set }: WorkProps) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const fields = (wholeObject(definitions, step.object as string)?.body.fields ?? {}) as Record<string, Record<string, any>>;
  const options = Object.entries(fields)
    .filter(([, { type }]) => type !== "lines")
    .flatMap(([name, { label }]): [string, string][] => [[name, t`${say(label, name)}, the smallest first`], [`-${name}`, t`${say(label, name)}, the largest first`]]);
  return <Pick label={t`In which order`} value={step.sort ?? ""} onPick={(sort) => set({ sort })} options={[["", t`As they were made`], ...options]} />;
}

/** The flow's own record, one that it leads to, or those that an earlier step has found. */
function useTarget(name: string, step: Step): { object: string; options: [string, string][]; value: string } {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const { flow } = useFlow();
  const links = useFields().filter(({ to, type }) => to && type === "link");
  const lists = (wholeObject(definitions, flow.object ?? "")?.body.fields ?? {}) as Record<string, { of?: string }>;
  const rowsOf = (over: unknown) => lists[String(over)]?.of ?? "";
  const finds = step.kind === "flow" ? [] : before(flow, name).filter((each) => find(flow, each)?.step.kind === "find");
  const rows = loopsAround(flow, name).map((each) => ({ value: each, label: t`The row of “${say(find(flow, each)?.step.label, each)}”`, to: rowsOf(find(flow, each)?.step.over) }));
  const own = labelOf(bodyOf(definitions, "object", flow.object ?? ""), flow.object ?? "");
  const found = step.found as string | undefined;
  const link = step.record as string | undefined;
  return {
    object: found ? ((find(flow, found)?.step.object as string) ?? "") : link ? ([...links, ...rows].find(({ value }) => value === link)?.to ?? "") : (flow.object ?? ""),
    value: found ? `found ${found}` : link ? `record ${link}` : "own",
    options: [["own", t`The record itself: ${own}`], ...[...rows, ...links].map(({ value, label }): [string, string] => [`record ${value}`, label]), ...finds.map((each): [string, string] => [`found ${each}`, t`What “${say(find(flow, each)?.step.label, each)}” found`])],
  };
}

function Target({ name, step, set }: WorkProps) {
  const { t } = useLingui();
  const { value, options } = useTarget(name, step);
  return (
    <Pick
      label={t`Which record`}
      value={value}
      options={options}
      onPick={(picked) => {
        const [how, what] = picked.split(" ");
        set({ found: how === "found" ? what : undefined, record: how === "record" ? what : undefined });
      }}
    />
  );
}

function Change(props: WorkProps) {
  const { object } = useTarget(props.name, props.step);
  return (
    <>
      <Target {...props} />
      <Values {...props} target={object} />
    </>
  );
}

function Perform(props: WorkProps) {
  const { t } = useLingui();
  const { operations } = useDefs();
  const { step, set } = props;
  const operation = operations[(step.operation as string) ?? ""];
  return (
    <>
      <Labelled label={t`Operation`}>{(id) => <Select id={id} className="q-fill" showSearch={{ optionFilterProp: "label" }} value={step.operation as string} onChange={(name: string) => set({ operation: name })} options={Object.values(operations).filter((each) => !each.reads_only).map((each) => ({ value: each.name, label: each.label }))} />}</Labelled>
      <Target {...props} />
      {operation && <Pairs label={t`What it is given`} add={t`Give an input`} value={(step.inputs as Record<string, string>) ?? {}} onChange={(inputs) => set({ inputs }, "inputs")} names={operation.inputs.map(({ name, label }) => ({ value: name, label }))} />}
    </>
  );
}

function Evaluate({ step, set }: WorkProps) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const rules = Object.keys(definitions.rule ?? {}).filter((each) => bodyOf(definitions, "rule", each));
  const body = bodyOf(definitions, "rule", (step.rule as string) ?? "");
  const inputs = Object.keys((body?.inputs as object | undefined) ?? {});
  return (
    <>
      <Labelled label={t`Rule`} help={t`What it says is known to later steps as “step.output”.`}>
        {(id) => <Select id={id} className="q-fill" showSearch={{ optionFilterProp: "label" }} value={step.rule as string} onChange={(rule: string) => set({ rule })} options={rules.map((value) => ({ value, label: labelOf(bodyOf(definitions, "rule", value), value) }))} />}
      </Labelled>
      {body && <Pairs label={t`What it is given`} add={t`Give an input`} value={(step.inputs as Record<string, string>) ?? {}} onChange={(given) => set({ inputs: given }, "inputs")} names={inputs.map((value) => ({ value, label: value }))} />}
    </>
  );
}

function Compute({ step, set }: WorkProps) {
  const { t } = useLingui();
  return <Pairs label={t`Values`} add={t`Name of a new value`} value={(step.set as Record<string, string>) ?? {}} onChange={(values) => set({ set: values }, "set")} />;
}

function Message({ step, set }: WorkProps) {
  const { t } = useLingui();
  return <WordsInput label={t`Text`} value={step.text as never} onChange={(text) => set({ text }, "text")} isLong />;
}

function End({ step, set }: WorkProps) {
  const { t } = useLingui();
  return <Pick label={t`The flow is`} value={step.result ?? "approved"} onPick={(result) => set({ result })} options={[["approved", t`Approved`], ["rejected", t`Rejected`]]} />;
}

/** Field by field, the formula that it is given. */
function Values({ step, set, target }: WorkProps & { target: string }) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const fields = (wholeObject(definitions, target)?.body.fields ?? {}) as Record<string, Record<string, any>>;
  const names = Object.entries(fields).filter(([, body]) => !body.formula && body.type !== "lines");
  return <Pairs label={t`Values`} add={t`Add a value`} value={(step.set as Record<string, string>) ?? {}} onChange={(values) => set({ set: values }, "set")} names={names.map(([value, body]) => ({ value, label: say(body.label, value) }))} />;
}

/** A step of its own way, going on as if nothing was, or standing still until somebody runs it again. */
export function IfItFails({ name, step }: { name: string; step: Step }) {
  const { t } = useLingui();
  const put = usePutStep(name);
  const how = step.failed ? "way" : step.go_on ? "on" : "stands";
  return (
    <Pick
      label={t`If it fails`}
      value={how}
      options={[["stands", t`It stands still and is told to administrators`], ["on", t`Go on all the same`], ["way", t`Do other steps first`]]}
      onPick={(next) => put(t`Change what happens if it fails`, { failed: next === "way" ? (step.failed ?? {}) : undefined, go_on: next === "on" || undefined })}
    />
  );
}

