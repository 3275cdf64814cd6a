/** Who does a step: one source of people after another. */
import { useLingui } from "@lingui/react/macro";
import { Button, InputNumber, Select } from "antd";
import { Plus, X } from "lucide-react";
import { useQuery } from "@tanstack/react-query";
import { rolesOf } from "../designer/acts";
import { useDesign } from "../designer/context";
import { FormulaInput } from "../designer/formula";
import { unused } from "../designer/names";
import { say } from "../designer/words";
import { fetchPage } from "../records/query";
import { ordered, type Step, type Who } from "./model";
import { useFields, useFlow, usePutStep } from "./state";

interface WhoEditorProps {
  name: string;
  step: Step;
  onChange?: (who: Step["who"]) => void;
}

export function WhoEditor({ name, step, onChange }: WhoEditorProps) {
  const { t } = useLingui();
  const put = usePutStep(name);
  const set = onChange ?? ((who: Step["who"]) => put(t`Change who does it`, { who }, "who"));
  const all = ordered(step.who);
  const change = (key: string, who: Who | null) => set(Object.fromEntries([...all.filter(([each]) => each !== key || who).map(([each, known]) => [each, each === key && who ? who : known])] as [string, Who][]));
  return (
    <section className="q-flow-part">
      <h3>{t`Who`}</h3>
      {all.map(([key, who]) => (
        <Source key={key} who={who} isVote={step.mode === "vote"} onChange={(next) => change(key, next)} onRemove={all.length > 1 ? () => change(key, null) : undefined} />
      ))}
      <Button size="small" type="link" icon={<Plus size={13} aria-hidden />} onClick={() => set({ ...step.who, [unused("who", Object.keys(step.who ?? {}))]: { by: "role", role: "", order: (all.length + 1) * 10 } })}>
        {t`Add people`}
      </Button>
    </section>
  );
}

function Source({ who, isVote, onChange, onRemove }: { who: Who; isVote: boolean; onChange: (who: Who) => void; onRemove?: () => void }) {
  const { t } = useLingui();
  const ways: [Who["by"], string][] = [
    ["role", t`Those in a role`], ["user", t`Certain people`], ["manager", t`The submitter's manager`], ["department_head", t`Head of the department`], ["field", t`A person of the record`],
    ["formula", t`By a formula`], ["submitter", t`The submitter`], ["chosen", t`Whom the submitter chooses`], ["step_chosen", t`Whom the previous approver chooses`],
  ];
  return (
    <div className="q-flow-who">
      <div className="q-flow-line">
        <Select className="q-grow" aria-label={t`Who`} value={who.by} onChange={(by) => onChange({ by, order: who.order })} options={ways.map(([value, label]) => ({ value, label }))} />
        {onRemove && <Button type="text" size="small" aria-label={t`Remove these people`} icon={<X size={14} aria-hidden />} onClick={onRemove} />}
      </div>
      <Detail who={who} onChange={onChange} />
      {isVote && <InputNumber aria-label={t`Weight of each vote`} min={0} value={who.weight ?? 1} onChange={(weight) => onChange({ ...who, weight: weight ?? 1 })} suffix={t`votes each`} />}
    </div>
  );
}

function Detail({ who, onChange }: { who: Who; onChange: (who: Who) => void }) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const { flow } = useFlow();
  const fields = useFields();
  const roles = Object.entries(rolesOf(definitions)).map(([value, role]) => ({ value, label: say(role.label, value) }));
  if (who.by === "role") return <Select className="q-fill" aria-label={t`Role`} placeholder={t`Choose a role`} showSearch={{ optionFilterProp: "label" }} value={who.role || null} onChange={(role) => onChange({ ...who, role: role ?? "" })} options={roles} />;
  if (who.by === "user") return <People value={who.users ?? []} onChange={(users) => onChange({ ...who, users })} />;
  if (who.by === "manager" || who.by === "department_head") return <InputNumber aria-label={t`Level`} min={1} max={20} value={who.level ?? 1} onChange={(level) => onChange({ ...who, level: level ?? 1 })} suffix={t`level`} />;
  if (who.by === "field") return <Select className="q-fill" aria-label={t`Field`} value={who.field || null} onChange={(field) => onChange({ ...who, field: field ?? "" })} options={fields.filter(({ to }) => to === "base.user")} />;
  if (who.by === "formula") return <FormulaInput object={flow.object ?? ""} value={who.formula ?? ""} onChange={(formula) => onChange({ ...who, formula })} label={t`By a formula`} />;
  return null;
}

function People({ value, onChange }: { value: string[]; onChange: (users: string[]) => void }) {
  const { t } = useLingui();
  const users = useQuery({ queryKey: ["list", "base.user", "logins"], queryFn: ({ signal }) => fetchPage({ object: "base.user", fields: ["id", "login", "name"], pageSize: 200 }, null, signal), staleTime: 60_000 });
  const options = users.data?.records.map((each) => ({ value: String(each.login), label: String(each.name || each.login) }));
  return <Select mode="multiple" className="q-fill" aria-label={t`People`} placeholder={t`Choose people`} optionFilterProp="label" value={value} onChange={onChange} options={options} />;
}
