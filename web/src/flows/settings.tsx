/** Small settings that several steps share. */
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { X } from "lucide-react";
import { useState } from "react";
import { useDesign } from "../designer/context";
import { FormulaInput } from "../designer/formula";
import { Labelled } from "../designer/parts";
import { get } from "../kit/api";
import { useFlow } from "./state";

/** A time of day, as 09:30. */
export function Clock({ value, onChange }: { value: string; onChange: (at: string) => void }) {
  const { t } = useLingui();
  return <Labelled label={t`At what time`}>{(id) => <Input id={id} type="time" className="q-flow-clock" value={value} onChange={(event) => event.target.value && onChange(event.target.value)} />}</Labelled>;
}

/** What is told of the flow's records: by themselves, and by the acts of apps. */
export function EventChoice({ value, onChange }: { value: string; onChange: (event: string) => void }) {
  const { t } = useLingui();
  const { number } = useDesign();
  const { flow } = useFlow();
  const { data } = useQuery({
    queryKey: ["flow events", number, flow.object],
    queryFn: ({ signal }) => get<{ events: { event: string; label: string }[] }>(`/api/drafts/${number}/events/${flow.object}`, undefined, signal, null),
    enabled: Boolean(flow.object),
    retry: false,
  });
  return (
    <Labelled label={t`Which event`} help={flow.object ? undefined : t`Choose first whose records it is about.`}>
      {(id) => (
        <Select id={id} className="q-fill" showSearch optionFilterProp="label" value={value || undefined} onChange={onChange} options={data?.events.map(({ event, label }) => ({ value: event, label }))} notFoundContent={t`Nothing is told of these records`} />
      )}
    </Labelled>
  );
}

/** Secrets are kept by administrators under Flows → Secrets; a flow names one. */
export function SecretChoice({ label, value, onChange }: { label: string; value: string; onChange: (secret: string) => void }) {
  const { t } = useLingui();
  const { data } = useQuery({
    queryKey: ["list", "flow.secret", "names"],
    queryFn: ({ signal }) => get<{ records: { name: string }[] }>("/api/records/flow.secret", { fields: "name", limit: 200, sort: "name" }, signal, null),
    retry: false,
  });
  return (
    <Labelled label={label} help={t`Kept under Flows → Secrets; nobody can read it there or here.`}>
      {(id) => <Select id={id} className="q-fill" allowClear value={value || undefined} onChange={(name?: string) => onChange(name ?? "")} options={(data?.records ?? []).map(({ name }) => ({ value: name, label: name }))} notFoundContent={t`No secrets yet`} />}
    </Labelled>
  );
}

interface PairsProps {
  label: string;
  /** What a new name is called. */
  add: string;
  value: Record<string, string>;
  onChange: (value: Record<string, string>) => void;
  /** Names to choose from; otherwise they are typed. */
  names?: { value: string; label: string }[];
  /** What is given is a formula over the flow's record, or plain text. */
  isText?: boolean;
}

/** Name by name, what it is given. */
export function Pairs({ label, add, value, onChange, names, isText }: PairsProps) {
  const { t } = useLingui();
  const { flow } = useFlow();
  const [typed, setTyped] = useState("");
  const called = (name: string) => names?.find((each) => each.value === name)?.label ?? name;
  const put = (name: string) => name && !(name in value) && onChange({ ...value, [name]: isText ? "" : "blank" });
  return (
    <section className="q-flow-part" aria-label={label}>
      <h3>{label}</h3>
      {Object.entries(value).map(([name, given]) => (
        <div key={name} className="q-field">
          <div className="q-flow-line">
            <span className="q-grow">{called(name)}</span>
            <Button type="text" size="small" aria-label={t`Remove ${called(name)}`} icon={<X size={14} aria-hidden />} onClick={() => onChange(Object.fromEntries(Object.entries(value).filter(([each]) => each !== name)))} />
          </div>
          {isText ? <Input aria-label={called(name)} value={given} onChange={(event) => onChange({ ...value, [name]: event.target.value })} /> : <FormulaInput object={flow.object ?? ""} value={given} onChange={(next) => onChange({ ...value, [name]: next })} label={called(name)} />}
        </div>
      ))}
      {names ? (
        <Select className="q-fill" aria-label={add} placeholder={add} value={null} showSearch={{ optionFilterProp: "label" }} options={names.filter((each) => !(each.value in value))} onChange={(name: string | null) => name && put(name)} />
      ) : (
        <Input.Search
          aria-label={add}
          placeholder={add}
          enterButton={t`Add`}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onSearch={(name) => {
            put(name.trim());
            setTyped("");
          }}
        />
      )}
    </section>
  );
}
