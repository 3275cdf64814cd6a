/** Steps that reach outside the company: mail, other systems, paper. */
import { useLingui } from "@lingui/react/macro";
import { Input, InputNumber, Select } from "antd";
import { FormulaInput } from "../designer/formula";
import { useDesign } from "../designer/context";
import { Labelled } from "../designer/parts";
import { say, WordsInput } from "../designer/words";
import { Pick } from "./Pick";
import { Pairs, SecretChoice } from "./settings";
import { useFlow } from "./state";
import { type Take, Takes } from "./Takes";
import type { WorkProps } from "./Working";

export function Outside(props: WorkProps) {
  if (props.step.kind === "mail") return <MailPart {...props} />;
  if (props.step.kind === "print") return <PrintPart {...props} />;
  return <CallPart {...props} />;
}

function MailPart({ step, set }: WorkProps) {
  const { t } = useLingui();
  const { flow } = useFlow();
  return (
    <>
      <FormulaInput object={flow.object ?? ""} value={(step.address as string) ?? ""} onChange={(address) => set({ address }, "address")} expect="text" label={t`And to this address`} />
      <WordsInput label={t`Subject`} value={step.subject as never} onChange={(subject) => set({ subject }, "subject")} />
      <WordsInput label={t`Text`} value={step.text as never} onChange={(text) => set({ text }, "text")} isLong />
      <p className="q-field-help">{t`Write the name of a field in curly braces where its value is to stand.`}</p>
      <Tries step={step} set={set} />
    </>
  );
}

function PrintPart({ step, set }: WorkProps) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const { flow } = useFlow();
  const prints = Object.entries(definitions.print ?? {}).filter(([, { body }]) => body?.object === flow.object);
  return <Labelled label={t`Print`}>{(id) => <Select id={id} className="q-fill" value={step.print as string} onChange={(print: string) => set({ print })} options={prints.map(([value, { body }]) => ({ value, label: say(body?.label, value) }))} />}</Labelled>;
}

function CallPart({ step, set }: WorkProps) {
  const { t } = useLingui();
  const isSigned = step.kind === "webhook";
  return (
    <>
      <Labelled label={t`Address`}>{(id) => <Input id={id} value={step.url as string} placeholder="https://" onChange={({ target: { value } }) => set({ url: value }, "url")} />}</Labelled>
      {!isSigned && <Pick label={t`Method`} value={step.method ?? "POST"} onPick={(method) => set({ method })} options={["GET", "POST", "PUT", "PATCH", "DELETE"].map((each) => [each, each])} />}
      <SecretChoice label={isSigned ? t`Signed with` : t`Kept secret`} value={(step.secret as string) ?? ""} onChange={(secret) => set({ secret })} />
      {!isSigned && <Pairs label={t`Headers`} add={t`Name of a header`} value={(step.headers as Record<string, string>) ?? {}} onChange={(headers) => set({ headers }, "headers")} isText />}
      <Pairs label={t`What is sent`} add={t`Name of a value`} value={(step.body as Record<string, string>) ?? {}} onChange={(body) => set({ body }, "body")} />
      <Takes label={t`Taken from the answer`} value={(step.takes as Record<string, Take>) ?? {}} onChange={(takes) => set({ takes }, "takes")} />
      <Tries step={step} set={set} />
      <Labelled label={t`Seconds to wait for an answer`}>{(id) => <InputNumber id={id} min={1} max={60} value={(step.seconds as number) ?? 10} onChange={(seconds) => set({ seconds: seconds ?? undefined }, "seconds")} />}</Labelled>
    </>
  );
}

function Tries({ step, set }: Omit<WorkProps, "name">) {
  const { t } = useLingui();
  return <Labelled label={t`How often it is tried`}>{(id) => <InputNumber id={id} min={1} max={20} precision={0} value={(step.tries as number) ?? 5} onChange={(tries) => set({ tries: tries ?? undefined }, "tries")} />}</Labelled>;
}
