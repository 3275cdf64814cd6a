/** What begins the flow. */
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, InputNumber, Popconfirm, Select, Switch, Typography } from "antd";
import { ConditionBuilder } from "../designer/ConditionBuilder";
import { Labelled, RolesChoice } from "../designer/parts";
import { get, post } from "../kit/api";
import { useProblemWords } from "../kit/states";
import { useStartWords } from "./Canvas";
import { FindingsHere } from "./Findings";
import { Pick } from "./Pick";
import { Clock, EventChoice, SecretChoice } from "./settings";
import { useFields, useFlow } from "./state";
import { Takes, type Take } from "./Takes";

export interface Start {
  on?: string;
  when?: string;
  fields?: string[];
  event?: string;
  date_field?: string;
  days?: number;
  working_days?: boolean;
  every?: string;
  at?: string;
  weekday?: number;
  day?: number;
  each?: string;
  roles?: string[];
  secret?: string;
  takes?: Record<string, Take>;
}

type Set = (patch: Partial<Start>, typing?: string) => void;
const KINDS = ["submit", "created", "changed", "date", "schedule", "event", "webhook", "flow"];

export function StartSettings() {
  const { t } = useLingui();
  const { flow, put } = useFlow();
  const words = useStartWords();
  const start = (flow.start ?? {}) as Start;
  const set: Set = (patch, typing = "") => put(t`Change the start`, { ...flow, start: { ...kept({ ...start, ...patch }) } }, typing);
  return (
    <div className="q-field-settings">
      <h2>{t`Start`}</h2>
      <FindingsHere place="start" />
      <Labelled label={t`It starts when`}>
        {(id) => <Select id={id} className="q-fill" value={start.on ?? "submit"} onChange={(on: string) => set({ on })} options={KINDS.map((value) => ({ value, label: words(value) }))} />}
      </Labelled>
      {start.on === "changed" && <WhichFields start={start} set={set} />}
      {start.on === "date" && <DateOf start={start} set={set} />}
      {start.on === "schedule" && <Schedule start={start} set={set} />}
      {start.on === "event" && <EventChoice value={start.event ?? ""} onChange={(event) => set({ event })} />}
      {start.on === "webhook" && <FromOutside start={start} set={set} />}
      {flow.object && start.on === "schedule" && (
        <div className="q-field">
          <span>{t`For each record that fits`}</span>
          <ConditionBuilder object={flow.object} value={start.each ?? ""} onChange={(each) => set({ each }, "start each")} label={t`For each record that fits`} />
        </div>
      )}
      {flow.object && start.on !== "schedule" && (
        <div className="q-field">
          <span>{t`Only where`}</span>
          <ConditionBuilder object={flow.object} value={start.when ?? ""} onChange={(when) => set({ when }, "start when")} label={t`Only where`} />
        </div>
      )}
      {(start.on ?? "submit") === "submit" && <RolesChoice label={t`Who may submit`} help={t`Nobody chosen: everyone who sees the record.`} value={start.roles ?? []} onChange={(roles) => set({ roles })} />}
    </div>
  );
}

const kept = (start: Start): Start => Object.fromEntries(Object.entries(start).filter(([, value]) => value !== undefined && value !== "" && value !== null)) as Start;

interface PartProps {
  start: Start;
  set: Set;
}

function WhichFields({ start, set }: PartProps) {
  const { t } = useLingui();
  return <Labelled label={t`Which fields`} help={t`None chosen: any change.`}>{(id) => <Select id={id} mode="multiple" className="q-fill" showSearch={{ optionFilterProp: "label" }} value={start.fields ?? []} onChange={(fields) => set({ fields })} options={useFields()} />}</Labelled>;
}

function DateOf({ start, set }: PartProps) {
  const { t } = useLingui();
  const dates = useFields().filter(({ type }) => type === "date" || type === "moment");
  return (
    <>
      <Pick label={t`Which day`} value={start.date_field} onPick={(date_field) => set({ date_field })} options={dates.map(({ value, label }) => [value, label])} />
      <Labelled label={t`Days after that day`} help={t`Below zero: before it.`}>
        {(id) => <InputNumber id={id} value={start.days ?? 0} precision={0} onChange={(days) => set({ days: days ?? 0 }, "days")} />}
      </Labelled>
      <label className="q-flow-line">
        <Switch size="small" checked={Boolean(start.working_days)} onChange={(working_days) => set({ working_days: working_days || undefined })} />
        {t`Count working days only`}
      </label>
      <Clock value={start.at ?? "09:00"} onChange={(at) => set({ at })} />
    </>
  );
}

function Schedule({ start, set }: PartProps) {
  const { t } = useLingui();
  const every = start.every ?? "day";
  const days = [t`Monday`, t`Tuesday`, t`Wednesday`, t`Thursday`, t`Friday`, t`Saturday`, t`Sunday`];
  return (
    <>
      <Pick label={t`How often`} value={every} onPick={(next) => set({ every: next })} options={[["hour", t`Every hour`], ["day", t`Every day`], ["week", t`Every week`], ["month", t`Every month`]]} />
      {every === "week" && <Pick label={t`On which day`} value={String(start.weekday ?? 1)} onPick={(weekday) => set({ weekday: Number(weekday) })} options={days.map((label, at) => [String(at + 1), label])} />}
      {every === "month" && <Labelled label={t`On which day of the month`} help={t`Of a shorter month its last day.`}>{(id) => <InputNumber id={id} min={1} max={31} precision={0} value={start.day ?? 1} onChange={(day) => set({ day: day ?? 1 }, "day")} />}</Labelled>}
      <Clock value={start.at ?? "09:00"} onChange={(at) => set({ at })} />
    </>
  );
}

/** The address that another system calls is known once the flow is published. */
function FromOutside({ start, set }: PartProps) {
  const { t } = useLingui();
  const { flow } = useFlow();
  const queries = useQueryClient();
  const problemWords = useProblemWords();
  const { data } = useQuery({ queryKey: ["flow address", flow.flow], queryFn: ({ signal }) => get<{ address: string }>(`/api/flows/${flow.flow}/address`, undefined, signal, null), retry: false });
  const renew = useMutation({
    mutationFn: () => post("/api/operations/flow.renew_address", { flow: flow.flow }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["flow address", flow.flow] }),
  });
  return (
    <>
      <SecretChoice label={t`Signed with`} value={start.secret ?? ""} onChange={(secret) => set({ secret })} />
      <div className="q-field">
        <span>{t`Address to call`}</span>
        {data ? (
          <>
            <Typography.Text copyable code>{data.address}</Typography.Text>
            <Popconfirm title={t`Another address?`} description={t`What comes to the old one is turned away from now on.`} onConfirm={() => renew.mutate()}>
              <Button type="link" size="small" loading={renew.isPending}>{t`Renew it`}</Button>
            </Popconfirm>
            {renew.error && <p role="alert" className="q-alert">{problemWords(renew.error)}</p>}
          </>
        ) : <span className="q-muted">{t`It is told here once the flow is published.`}</span>}
      </div>
      <Takes label={t`Taken from what it sends`} value={start.takes ?? {}} onChange={(takes) => set({ takes }, "start takes")} />
    </>
  );
}
