/** A flow: its name above, the tree in the middle, at the right what the chosen step does. */
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Button, Drawer, InputNumber, Popover, Segmented, Select } from "antd";
import { FileDown, ListChecks, Settings2, Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useNavigate } from "react-router";
import { bodyOf } from "../designer/acts";
import { appOf } from "../designer/AppTree";
import { labelOf, useDesign } from "../designer/context";
import { useNames } from "../designer/rules/names";
import { Labelled } from "../designer/parts";
import { say, WordsInput } from "../designer/words";
import { keepText } from "../kit/download";
import { useIsWide } from "../kit/media";
import { EmptyState } from "../kit/states";
import { fetchPage } from "../records/query";
import { bpmn } from "./bpmn";
import { Canvas } from "./Canvas";
import { find, type Flow } from "./model";
import { Pick } from "./Pick";
import { FlowProvider, type Marks, useFields, useFlow } from "./state";
import { Panel } from "./StepPanel";
import "./flows.css";

const TryFlow = lazy(() => import("./TryFlow"));
const Figures = lazy(() => import("./Figures"));
const PastRun = lazy(() => import("./PastRun"));
const MoreSettings = lazy(() => import("./MoreSettings"));

export default function FlowEditor({ name }: { name: string }) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const body = bodyOf(definitions, "flow", name);
  if (!body) return <EmptyState title={t`Not here`}>{t`This flow is not in the draft.`}</EmptyState>;
  return <OpenFlow flow={{ ...body, flow: name }} />;
}

function OpenFlow({ flow }: { flow: Flow }) {
  const { t } = useLingui();
  const { act } = useDesign();
  const isWide = useIsWide();
  const [chosen, choose] = useState("");
  const [marks, mark] = useState<Marks>({});
  const book = useNames(flow.object ?? "");
  const open = { flow, book, chosen, choose, marks, mark, put: (words: string, next: Flow, typing?: string) => act(words, [{ kind: "flow", name: flow.flow, body: next }], typing) };
  const title = chosen === "start" ? t`Start` : say(find(flow, chosen)?.step.label, chosen);
  return (
    <FlowProvider value={open}>
      <div className="q-flow">
        <div className="q-flow-main">
          <Head />
          <Canvas />
        </div>
        {isWide ? (
          <aside className="q-pane q-pane-right" aria-label={t`Settings of the step`}>
            <Side />
          </aside>
        ) : (
          <Drawer open={chosen !== ""} onClose={() => choose("")} title={title} placement="bottom" size="75%">
            <Side />
          </Drawer>
        )}
      </div>
    </FlowProvider>
  );
}

type View = "step" | "try" | "figures" | "past";

/** The chosen step, or what the flow does: tried, as it has gone, over the past. */
function Side() {
  const { t } = useLingui();
  const { mark } = useFlow();
  const [view, setView] = useState<View>("step");
  const views: { value: View; label: string }[] = [
    { value: "step", label: t`Step` },
    { value: "try", label: t`Trial` },
    { value: "figures", label: t`Figures` },
    { value: "past", label: t`Past` },
  ];
  return (
    <>
      <Segmented
        block
        size="small"
        className="q-flow-views"
        aria-label={t`What is shown beside the tree`}
        value={view}
        options={views}
        onChange={(next) => {
          mark({});
          setView(next);
        }}
      />
      {view === "step" && <Panel />}
      <Suspense>
        {view === "try" && <TryFlow />}
        {view === "figures" && <Figures />}
        {view === "past" && <PastRun />}
      </Suspense>
    </>
  );
}

function Head() {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const { flow } = useFlow();
  const [isMoreOpen, setMore] = useState(false);
  const about = flow.object ? labelOf(bodyOf(definitions, "object", flow.object), flow.object) : "";
  return (
    <header className="q-flow-head">
      <div>
        <h1>{say(flow.label, flow.flow)}</h1>
        {about && <p className="q-muted">{t`about ${about}`}</p>}
      </div>
      <div className="q-flow-line">
        <Button icon={<FileDown size={15} aria-hidden />} onClick={() => keepText(`${flow.flow}.bpmn`, bpmn(flow, say), "application/xml")}>
          BPMN
        </Button>
        <Button icon={<ListChecks size={15} aria-hidden />} onClick={() => setMore(true)}>{t`Results and rights`}</Button>
        <Popover trigger="click" placement="bottomRight" content={<Settings />} destroyOnHidden>
          <Button icon={<Settings2 size={15} aria-hidden />}>{t`Settings`}</Button>
        </Popover>
        {isMoreOpen && (
          <Suspense>
            <MoreSettings onClose={() => setMore(false)} />
          </Suspense>
        )}
      </div>
    </header>
  );
}

/** Whose working hours count. */
function CalendarChoice({ value, onChange }: { value: string; onChange: (code: string) => void }) {
  const { t } = useLingui();
  const { data } = useQuery({ queryKey: ["list", "base.calendar", "codes"], queryFn: ({ signal }) => fetchPage({ object: "base.calendar", fields: ["id", "code", "name"], pageSize: 200 }, null, signal), staleTime: 60_000 });
  const calendars = (data?.records ?? []).map(({ code, name }): [string, string] => [String(code), String(name)]);
  return <Pick label={t`Working hours`} value={value} onPick={onChange} options={[["", t`Of the company's calendar`], ...calendars]} />;
}

function Settings() {
  const { t } = useLingui();
  const { act, number } = useDesign();
  const { flow, put } = useFlow();
  const fields = useFields();
  const navigate = useNavigate();
  const set = (patch: object, typing?: string) => put(t`Change the settings of the flow`, { ...flow, ...patch }, typing);
  const choice = (label: string, key: string, otherwise: string, options: [string, string][]) => (
    <Labelled label={label}>{(id) => <Select id={id} className="q-fill" value={(flow[key] as string) ?? otherwise} onChange={(value) => set({ [key]: value })} options={options.map(([value, words]) => ({ value, label: words }))} />}</Labelled>
  );
  return (
    <div className="q-flow-settings">
      <WordsInput label={t`Name`} value={flow.label} onChange={(label) => set({ label }, "flow label")} />
      <WordsInput label={t`What it is for`} value={flow.help as never} onChange={(help) => set({ help }, "flow help")} isLong />
      {Boolean(flow.object) && <Labelled label={t`Read in lists of work`} help={t`Fields beside the record's title; none chosen: the first of its list.`}>{(id) => <Select id={id} mode="multiple" className="q-fill" showSearch={{ optionFilterProp: "label" }} value={(flow.summary as string[] | undefined) ?? []} onChange={(summary) => set({ summary: summary.length > 0 ? summary : undefined })} options={fields} />}</Labelled>}
      {choice(t`Who submitted may withdraw`, "withdraw", "before_act", [["never", t`Never`], ["before_act", t`Until somebody acts`], ["always", t`Until the end`]])}
      {choice(t`Who approved before, or submits`, "same_person", "skip", [["skip", t`Is passed over`], ["ask", t`Is asked again`], ["forbid", t`May not approve`]])}
      <Labelled label={t`Hours between two urges`}>{(id) => <InputNumber id={id} min={0} value={(flow.urge_hours as number) ?? 4} onChange={(hours) => set({ urge_hours: hours ?? 4 }, "urge")} />}</Labelled>
      <CalendarChoice value={(flow.calendar as string) ?? ""} onChange={(calendar) => set({ calendar: calendar || undefined })} />
      {choice(t`Several at a time`, "running", "per_record", [["per_record", t`In order for each record`], ["parallel", t`Side by side`], ["one_by_one", t`Strictly one by one`]])}
      <Button
        danger
        type="text"
        icon={<Trash2 size={14} aria-hidden />}
        onClick={() => {
          act(t`Remove the flow`, [{ kind: "flow", name: flow.flow, body: null }]);
          void navigate(`/design/${number}/app/${appOf("flow", flow.flow)}`);
        }}
      >
        {t`Remove the flow`}
      </Button>
    </div>
  );
}
