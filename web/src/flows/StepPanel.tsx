/** The settings of the chosen step; its plain sentence above them says what they come to. */
import { useLingui } from "@lingui/react/macro";
import { Button, Input, InputNumber, Segmented, Select, Switch } from "antd";
import { ArrowDown, ArrowUp, Plus, Trash2, X } from "lucide-react";
import { wholeObject } from "../designer/acts";
import { ConditionBuilder } from "../designer/ConditionBuilder";
import { useDesign } from "../designer/context";
import { FormulaInput } from "../designer/formula";
import { unused } from "../designer/names";
import { Labelled, RolesChoice } from "../designer/parts";
import { say, WordsInput } from "../designer/words";
import { useDefs } from "../records/context";
import { useStartWords } from "./Canvas";
import { kindOfStep } from "./kinds";
import { addBranch, before, find, type Late, ordered, patchBranch, removeBranch, removeStep, setTake, shiftBranch, type Step } from "./model";
import { objectsOf, useFlow, usePutStep, useSentence } from "./state";
import { WhoEditor } from "./WhoEditor";

export function Panel() {
  const { t } = useLingui();
  const { flow, chosen } = useFlow();
  const step = chosen && find(flow, chosen)?.step;
  if (chosen === "start") return <StartSettings />;
  if (step) return <StepSettings key={chosen} name={chosen} step={step} />;
  return (
    <div className="q-pane-hint">
      <p>{t`Choose a step to say who does what, and until when.`}</p>
      <p>{t`Arrows walk through the steps, Alt and arrows move one, Delete removes it.`}</p>
    </div>
  );
}

function StartSettings() {
  const { t } = useLingui();
  const { flow, put } = useFlow();
  const words = useStartWords();
  const { start = {} } = flow;
  const set = (patch: object, typing = "") => put(t`Change the start`, { ...flow, start: { ...start, ...patch } }, typing);
  return (
    <div className="q-field-settings">
      <h2>{t`Start`}</h2>
      <Labelled label={t`It starts when`}>
        {(id) => <Select id={id} className="q-fill" value={start.on ?? "submit"} onChange={(on: string) => set({ on })} options={["submit", "created", "changed", "date", "schedule", "event", "webhook", "flow"].map((value) => ({ value, label: words(value) }))} />}
      </Labelled>
      {flow.object && (
        <div className="q-field">
          <span>{t`Only where`}</span>
          <ConditionBuilder object={flow.object} value={start.when ?? ""} onChange={(when) => set({ when }, "start when")} label={t`Only where`} />
        </div>
      )}
      {start.on === "submit" && <RolesChoice label={t`Who may submit`} help={t`Nobody chosen: everyone who sees the record.`} value={(start.roles as string[]) ?? []} onChange={(roles) => set({ roles })} />}
      {start.on === "date" && (
        <Labelled label={t`Days from that day`}>{(id) => <InputNumber id={id} value={(start.days as number) ?? 0} onChange={(days) => set({ days: days ?? 0 }, "days")} />}</Labelled>
      )}
      {(start.on === "date" || start.on === "changed") && <DateOrFields start={start} set={set} />}
      {start.on === "schedule" && (
        <Labelled label={t`How often`}>
          {(id) => <Select id={id} className="q-fill" value={(start.every as string) ?? "day"} onChange={(every: string) => set({ every })} options={[{ value: "hour", label: t`Every hour` }, { value: "day", label: t`Every day` }, { value: "week", label: t`Every week` }, { value: "month", label: t`Every month` }]} />}
        </Labelled>
      )}
    </div>
  );
}

function DateOrFields({ start, set }: { start: Record<string, unknown>; set: (patch: object) => void }) {
  const { t } = useLingui();
  const fields = useFields();
  if (start.on === "date")
    return <Labelled label={t`Which day`}>{(id) => <Select id={id} className="q-fill" value={start.date_field} onChange={(date_field) => set({ date_field })} options={fields.filter(({ type }) => type === "date" || type === "moment")} />}</Labelled>;
  return <Labelled label={t`Which fields`} help={t`None chosen: any change.`}>{(id) => <Select id={id} mode="multiple" className="q-fill" optionFilterProp="label" value={(start.fields as string[]) ?? []} onChange={(names) => set({ fields: names })} options={fields} />}</Labelled>;
}

export function useFields(): { value: string; label: string; type: string; to: string }[] {
  const { definitions } = useDesign();
  const { flow } = useFlow();
  const fields = (wholeObject(definitions, flow.object ?? "")?.body.fields ?? {}) as Record<string, Record<string, any>>;
  return Object.entries(fields).map(([value, body]) => ({ value, label: say(body.label, value), type: body.type as string, to: (body.to as string) ?? "" }));
}

function StepSettings({ name, step }: { name: string; step: Step }) {
  const { t, i18n } = useLingui();
  const { flow, put, choose } = useFlow();
  const putStep = usePutStep(name);
  const words = useSentence();
  const isPeople = ["approve", "handle", "copy"].includes(step.kind);
  return (
    <div className="q-field-settings">
      <h2>{i18n._(kindOfStep(step.kind).label)}</h2>
      <p className="q-note q-flow-sentence">{words(step)}</p>
      <WordsInput label={t`Name of the step`} value={step.label} onChange={(label) => putStep(t`Rename the step`, { label }, "label")} />
      {(isPeople || step.kind === "message" || step.kind === "mail") && step.mode !== "up_the_line" && <WhoEditor name={name} step={step} />}
      {step.kind === "approve" && <Approving name={name} step={step} />}
      {(step.kind === "approve" || step.kind === "handle") && <Timing name={name} step={step} />}
      {(step.kind === "approve" || step.kind === "handle") && <Rights name={name} step={step} />}
      {step.kind === "branch" && <Branches name={name} step={step} />}
      {!isPeople && step.kind !== "branch" && <Working name={name} step={step} />}
      <Button
        danger
        type="text"
        icon={<Trash2 size={14} aria-hidden />}
        onClick={() => {
          put(t`Remove the step`, removeStep(flow, name));
          choose("");
        }}
      >
        {t`Remove the step`}
      </Button>
    </div>
  );
}

interface PartProps {
  name: string;
  step: Step;
}

function Approving({ name, step }: PartProps) {
  const { t } = useLingui();
  const { flow } = useFlow();
  const put = usePutStep(name);
  const earlier = before(flow, name).map((value) => ({ value, label: say(find(flow, value)?.step.label, value) }));
  const modes = [
    { value: "any_of", label: t`Any one approves` },
    { value: "all_of", label: t`All approve` },
    { value: "vote", label: t`By votes` },
    { value: "in_turn", label: t`One after another` },
    { value: "up_the_line", label: t`Up the line of managers` },
  ];
  return (
    <>
      <Labelled label={t`How it is decided`}>{(id) => <Select id={id} className="q-fill" value={step.mode ?? "any_of"} onChange={(mode) => put(t`Change how it is decided`, { mode })} options={modes} />}</Labelled>
      {step.mode === "vote" && <Labelled label={t`Share that must approve (%)`}>{(id) => <InputNumber id={id} min={1} max={100} value={(step.share as number) ?? 50} onChange={(share) => put(t`Change the share`, { share: share ?? 50 }, "share")} />}</Labelled>}
      {step.mode === "up_the_line" && <Labelled label={t`Up how many managers`}>{(id) => <InputNumber id={id} min={1} max={20} value={(step.levels as number) ?? 1} onChange={(levels) => put(t`Change the levels`, { levels: levels ?? 1 }, "levels")} />}</Labelled>}
      <Pick label={t`Where nobody is found`} value={step.nobody ?? "administrator"} onPick={(nobody) => put(t`Change where nobody is found`, { nobody })} options={[["administrator", t`An administrator decides`], ["pass", t`It counts as approved`], ["stop", t`The flow stops and says why`]]} />
      <Pick label={t`Who approved before, or submits`} value={step.same_person ?? ""} onPick={(same_person) => put(t`Change what holds for the same person`, { same_person })} options={[["", t`As the flow says`], ["skip", t`Is passed over`], ["ask", t`Is asked again`], ["forbid", t`May not approve`]]} />
      <Pick label={t`A rejection`} value={step.reject_to ?? ""} onPick={(reject_to) => put(t`Change the rejection`, { reject_to })} options={[["", t`Ends the flow`], ...earlier.map(({ value, label }): [string, string] => [value, t`Leads back to “${label}”`])]} />
      <Pick label={t`A reason is asked for`} value={step.reason ?? "on_reject"} onPick={(reason) => put(t`Change when a reason is asked for`, { reason })} options={[["never", t`Never`], ["on_reject", t`When rejecting`], ["always", t`Always`]]} />
      <Pick label={t`Confirmed by`} value={step.confirm ?? ""} onPick={(confirm) => put(t`Change the confirmation`, { confirm })} options={[["", t`A press`], ["password", t`The password`], ["signature", t`A signature`]]} />
    </>
  );
}

function Pick({ label, value, options, onPick }: { label: string; value: unknown; options: [string, string][]; onPick: (value: string) => void }) {
  return <Labelled label={label}>{(id) => <Select id={id} className="q-fill" value={value as string} onChange={onPick} options={options.map(([each, words]) => ({ value: each, label: words }))} />}</Labelled>;
}

function Timing({ name, step }: PartProps) {
  const { t } = useLingui();
  const put = usePutStep(name);
  const late = ordered(step.late);
  const acts: [NonNullable<Late["act"]>, string][] = [["remind", t`Remind them`], ["escalate", t`Escalate to`], ["hand_over", t`Hand over to`], ["approve", t`Count as approved`], ["reject", t`Count as rejected`]];
  const setLate = (key: string, news: Late | null) => {
    const rest = { ...step.late, ...(news && { [key]: news }) };
    if (!news) delete rest[key];
    put(t`Change what happens when it is late`, { late: Object.keys(rest).length ? rest : undefined });
  };
  return (
    <section className="q-flow-part">
      <h3>{t`Time`}</h3>
      <div className="q-flow-line">
        <InputNumber aria-label={t`Hours until it is due`} min={0} placeholder={t`no limit`} value={(step.due_hours as number) || null} onChange={(hours) => put(t`Change the time`, { due_hours: hours ?? undefined }, "due")} suffix={t`hours`} />
        <Switch checked={step.working_hours !== false} onChange={(working) => put(t`Change the hours counted`, { working_hours: working ? undefined : false })} checkedChildren={t`working`} unCheckedChildren={t`all`} aria-label={t`Count working hours only`} />
      </div>
      {Boolean(step.due_hours) &&
        late.map(([key, each]) => (
          <div key={key} className="q-flow-late">
            <div className="q-flow-line">
              <InputNumber aria-label={t`Hours after it was due`} min={0} value={each.after_hours ?? 0} onChange={(hours) => setLate(key, { ...each, after_hours: hours ?? 0 })} suffix={t`h late`} />
              <Select className="q-grow" aria-label={t`When late`} value={each.act ?? "remind"} onChange={(act) => setLate(key, { ...each, act })} options={acts.map(([value, label]) => ({ value, label }))} />
              <Button type="text" size="small" aria-label={t`Remove this stage`} icon={<X size={14} aria-hidden />} onClick={() => setLate(key, null)} />
            </div>
            {(each.act === "escalate" || each.act === "hand_over") && <WhoEditor name={name} step={{ kind: "approve", who: each.who }} onChange={(who) => setLate(key, { ...each, who })} />}
          </div>
        ))}
      {Boolean(step.due_hours) && (
        <Button size="small" type="link" icon={<Plus size={13} aria-hidden />} onClick={() => setLate(unused("late", Object.keys(step.late ?? {})), { act: "remind", after_hours: 0, order: (late.length + 1) * 10 })}>
          {t`When late…`}
        </Button>
      )}
    </section>
  );
}

/** Which fields who does this step may see and change. */
function Rights({ name, step }: PartProps) {
  const { t } = useLingui();
  const put = usePutStep(name);
  const rights = (step.fields ?? {}) as Record<string, string>;
  function set(field: string, right: string): void {
    const { [field]: _, ...rest } = rights;
    const next = right === "role" ? rest : { ...rest, [field]: right };
    put(t`Change the rights of the step`, { fields: Object.keys(next).length ? next : undefined });
  }
  return (
    <details className="q-flow-part">
      <summary>{t`Fields in this step`}</summary>
      <table className="q-table">
        <tbody>
          {useFields().map(({ value, label }) => (
            <tr key={value}>
              <th scope="row">{label}</th>
              <td>
                <Segmented size="small" aria-label={label} value={rights[value] ?? "role"} onChange={(right) => set(value, right)} options={[{ value: "role", label: t`role` }, { value: "see", label: t`see` }, { value: "change", label: t`change` }, { value: "hide", label: t`hide` }]} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function Branches({ name, step }: PartProps) {
  const { t } = useLingui();
  const { flow, put } = useFlow();
  const branches = ordered(step.branches);
  const isParallel = step.take === "all";
  return (
    <>
      <Pick label={t`Which branches are taken`} value={step.take ?? "first"} onPick={(take) => put(t`Change which branches are taken`, setTake(flow, name, take as "first"))} options={[["first", t`The first that fits`], ["fitting", t`All that fit`], ["all", t`All at once`]]} />
      {branches.map(([key, branch], at) => (
        <section key={key} className="q-flow-part" aria-label={say(branch.label, key)}>
          <div className="q-flow-line">
            <span className="q-grow q-muted">{t`Branch ${at + 1}`}</span>
            <Button type="text" size="small" aria-label={t`Earlier`} disabled={at === 0} icon={<ArrowUp size={14} aria-hidden />} onClick={() => put(t`Move the branch`, shiftBranch(flow, name, key, -1))} />
            <Button type="text" size="small" aria-label={t`Later`} disabled={at === branches.length - 1} icon={<ArrowDown size={14} aria-hidden />} onClick={() => put(t`Move the branch`, shiftBranch(flow, name, key, 1))} />
            <Button type="text" size="small" aria-label={t`Remove the branch`} icon={<X size={14} aria-hidden />} disabled={!isParallel && branch.when === undefined && branches.length > 2} onClick={() => put(t`Remove the branch`, removeBranch(flow, name, key))} />
          </div>
          <WordsInput label={t`Name of the branch`} value={branch.label} onChange={(label) => put(t`Rename the branch`, patchBranch(flow, name, key, { label }), `${name} ${key} label`)} />
          {branch.when === undefined && !isParallel && <p className="q-muted">{t`Taken where no other fits.`}</p>}
          {branch.when !== undefined && flow.object && <ConditionBuilder object={flow.object} value={branch.when === "true" ? "" : branch.when} onChange={(when) => put(t`Change the condition`, patchBranch(flow, name, key, { when: when || "true" }), `${name} ${key} when`)} label={t`Condition`} />}
        </section>
      ))}
      <Button
        icon={<Plus size={14} aria-hidden />}
        onClick={() => {
          const place = branches.length + 1;
          const label = { en: `Branch ${place}`, zh: `分支 ${place}` };
          put(t`Add a branch`, addBranch(flow, name, unused("branch", Object.keys(step.branches ?? {})), isParallel ? { label } : { label, when: "true" }));
        }}
      >
        {t`Add a branch`}
      </Button>
    </>
  );
}

/** What a step that works by itself is given. */
function Working({ name, step }: PartProps) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const { operations } = useDefs();
  const { flow } = useFlow();
  const put = usePutStep(name);
  const fields = useFields();
  const set = (patch: Partial<Step>, typing?: string) => put(t`Change the step`, patch, typing);
  const target = (step.object as string) || flow.object || "";
  return (
    <>
      {step.kind === "wait" && <Pick label={t`Until`} value={step.wait_for ?? "hours"} onPick={(wait_for) => set({ wait_for })} options={[["hours", t`Some hours have passed`], ["until", t`A moment`], ["value", t`A condition holds`], ["event", t`Something is told`], ["callback", t`Another system calls back`]]} />}
      {step.kind === "wait" && (step.wait_for ?? "hours") === "hours" && <Labelled label={t`Hours`}>{(id) => <InputNumber id={id} min={0} value={step.hours as number} onChange={(hours) => set({ hours: hours ?? undefined }, "hours")} />}</Labelled>}
      {step.kind === "wait" && step.wait_for === "value" && flow.object && <ConditionBuilder object={flow.object} value={(step.when as string) ?? ""} onChange={(when) => set({ when }, "when")} label={t`Condition`} />}
      {step.kind === "wait" && step.wait_for === "until" && <FormulaInput object={target} value={(step.until as string) ?? ""} onChange={(until) => set({ until }, "until")} expect="moment" label={t`A moment`} />}
      {step.kind === "loop" && <Pick label={t`Over which rows`} value={step.over} onPick={(over) => set({ over })} options={fields.filter(({ type }) => type === "lines").map(({ value, label }) => [value, label])} />}
      {(step.kind === "create" || step.kind === "find") && <Labelled label={t`Of which object`}>{(id) => <Select id={id} className="q-fill" showSearch={{ optionFilterProp: "label" }} value={step.object as string} onChange={(object: string) => set({ object })} options={objectsOf(definitions)} />}</Labelled>}
      {step.kind === "find" && target && <ConditionBuilder object={target} value={(step.where as string) ?? ""} onChange={(where) => set({ where }, "where")} label={t`Which of them`} />}
      {step.kind === "perform" && <Labelled label={t`Operation`}>{(id) => <Select id={id} className="q-fill" showSearch={{ optionFilterProp: "label" }} value={step.operation as string} onChange={(operation: string) => set({ operation })} options={Object.values(operations).filter((each) => !each.reads_only).map((each) => ({ value: each.name, label: each.label }))} />}</Labelled>}
      {step.kind === "flow" && <Labelled label={t`Flow`}>{(id) => <Select id={id} className="q-fill" value={step.flow as string} onChange={(other: string) => set({ flow: other })} options={Object.keys(definitions.flow ?? {}).filter((each) => each !== flow.flow).map((value) => ({ value, label: say(definitions.flow?.[value]?.body?.label, value) }))} />}</Labelled>}
      {["change", "create", "compute"].includes(step.kind) && <Values step={step} target={step.kind === "create" ? target : (flow.object ?? "")} set={set} />}
      {(step.kind === "message" || step.kind === "mail") && <WordsInput label={t`Subject`} value={step.subject as never} onChange={(subject) => set({ subject }, "subject")} />}
      {(step.kind === "message" || step.kind === "mail") && <WordsInput label={t`Text`} value={step.text as never} onChange={(text) => set({ text }, "text")} isLong />}
      {(step.kind === "webhook" || step.kind === "http") && <Labelled label={t`Address`}>{(id) => <Input id={id} value={step.url as string} placeholder="https://" onChange={({ target: { value } }) => set({ url: value }, "url")} />}</Labelled>}
      {(step.kind === "webhook" || step.kind === "http") && <Labelled label={t`Kept secret`} help={t`Its name only; the secret itself is never shown.`}>{(id) => <Input id={id} value={step.secret as string} onChange={({ target: { value } }) => set({ secret: value }, "secret")} />}</Labelled>}
      {step.kind === "print" && <Labelled label={t`Print`}>{(id) => <Select id={id} className="q-fill" value={step.print as string} onChange={(print: string) => set({ print })} options={Object.entries(definitions.print ?? {}).filter(([, { body }]) => body?.object === flow.object).map(([value, { body }]) => ({ value, label: say(body?.label, value) }))} />}</Labelled>}
      {step.kind === "end" && <Pick label={t`The flow is`} value={step.result ?? "approved"} onPick={(result) => set({ result })} options={[["approved", t`Approved`], ["rejected", t`Rejected`]]} />}
    </>
  );
}

/** Field by field, the formula that it is given. */
function Values({ step, target, set }: { step: Step; target: string; set: (patch: Partial<Step>, typing?: string) => void }) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const { flow } = useFlow();
  const given = (step.set ?? {}) as Record<string, string>;
  const fields = (wholeObject(definitions, target)?.body.fields ?? {}) as Record<string, Record<string, any>>;
  const left = Object.entries(fields).filter(([name, body]) => !(name in given) && !body.formula && body.type !== "lines");
  return (
    <section className="q-flow-part">
      <h3>{t`Values`}</h3>
      {Object.entries(given).map(([field, formula]) => (
        <div key={field} className="q-field">
          <div className="q-flow-line">
            <span className="q-grow">{say(fields[field]?.label, field)}</span>
            <Button type="text" size="small" aria-label={t`Remove the value`} icon={<X size={14} aria-hidden />} onClick={() => set({ set: Object.fromEntries(Object.entries(given).filter(([each]) => each !== field)) })} />
          </div>
          <FormulaInput object={flow.object ?? ""} value={formula} onChange={(next) => set({ set: { ...given, [field]: next } }, `set ${field}`)} label={say(fields[field]?.label, field)} />
        </div>
      ))}
      {step.kind === "compute" ? (
        <Input.Search aria-label={t`Name of a new value`} placeholder={t`Name of a new value`} enterButton={t`Add`} onSearch={(value) => /^[a-z][a-z0-9_]*$/.test(value) && set({ set: { ...given, [value]: "0" } })} />
      ) : (
        <Select className="q-fill" aria-label={t`Add a value`} placeholder={t`Add a value`} value={null} showSearch={{ optionFilterProp: "label" }} options={left.map(([value, body]) => ({ value, label: say(body.label, value) }))} onChange={(field: string | null) => field && set({ set: { ...given, [field]: "null" } })} />
      )}
    </section>
  );
}
