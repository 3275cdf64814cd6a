/** The settings of the chosen step; its plain sentence above them says what they come to. */
import { useLingui } from "@lingui/react/macro";
import { Button, InputNumber, Segmented, Select, Switch } from "antd";
import { ArrowDown, ArrowUp, Plus, Trash2, X } from "lucide-react";
import { ConditionBuilder } from "../designer/ConditionBuilder";
import { unused } from "../designer/names";
import { Labelled } from "../designer/parts";
import { say, WordsInput } from "../designer/words";
import { kindOfStep } from "./kinds";
import { addBranch, before, find, type Late, mayShift, ordered, patchBranch, removeBranch, removeStep, setTake, shiftBranch, type Step } from "./model";
import { FindingsHere } from "./Findings";
import { Pick } from "./Pick";
import { StartSettings } from "./StartSettings";
import { useFields, useFlow, usePutStep, useSentence } from "./state";
import { IfItFails, Working } from "./Working";
import { WhoEditor } from "./WhoEditor";

export function Panel() {
  const { t } = useLingui();
  const { flow, chosen } = useFlow();
  const step = chosen && find(flow, chosen)?.step;
  if (chosen === "start") return <StartSettings />;
  if (step) return <StepSettings key={chosen} name={chosen} step={step} />;
  return (
    <div className="q-pane-hint">
      <FindingsHere place="" />
      <p>{t`Choose a step to say who does what, and until when.`}</p>
      <p>{t`Arrows walk through the steps, Alt and arrows move one, Delete removes it.`}</p>
    </div>
  );
}

const FAILS = new Set(["create", "change", "find", "remove", "perform", "evaluate", "compute", "flow", "mail", "webhook", "http", "print", "wait"]);

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
      <FindingsHere place={name} />
      <WordsInput label={t`Name of the step`} value={step.label} onChange={(label) => putStep(t`Rename the step`, { label }, "label")} />
      {(isPeople || step.kind === "message" || step.kind === "mail") && step.mode !== "up_the_line" && <WhoEditor name={name} step={step} />}
      {step.kind === "approve" && <Approving name={name} step={step} />}
      {(step.kind === "approve" || step.kind === "handle") && <Confirming name={name} step={step} />}
      {(step.kind === "approve" || step.kind === "handle") && <Timing name={name} step={step} />}
      {(step.kind === "approve" || step.kind === "handle") && <Rights name={name} step={step} />}
      {step.kind === "branch" && <Branches name={name} step={step} />}
      {!isPeople && step.kind !== "branch" && <Working name={name} step={step} />}
      {FAILS.has(step.kind) && <IfItFails name={name} step={step} />}
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
      <Pick label={t`Sent back, it returns`} value={step.back ?? "choose"} onPick={(back) => put(t`Change how it returns`, { back })} options={[["choose", t`As who sends it back chooses`], ["straight", t`Straight to who sent it back`], ["again", t`Again through all in between`]]} />
    </>
  );
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

function Confirming({ name, step }: PartProps) {
  const { t } = useLingui();
  const put = usePutStep(name);
  return <Pick label={t`Confirmed by`} value={step.confirm ?? ""} onPick={(confirm) => put(t`Change the confirmation`, { confirm })} options={[["", t`A press`], ["password", t`The password`], ["signature", t`A signature`]]} />;
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
            <Button type="text" size="small" aria-label={t`Earlier`} disabled={!mayShift(step, key, -1)} icon={<ArrowUp size={14} aria-hidden />} onClick={() => put(t`Move the branch`, shiftBranch(flow, name, key, -1))} />
            <Button type="text" size="small" aria-label={t`Later`} disabled={!mayShift(step, key, 1)} icon={<ArrowDown size={14} aria-hidden />} onClick={() => put(t`Move the branch`, shiftBranch(flow, name, key, 1))} />
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
