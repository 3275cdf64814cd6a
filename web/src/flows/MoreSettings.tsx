/** What the record is given when the flow gets somewhere, and who may see and change which field at which step. */
import { useLingui } from "@lingui/react/macro";
import { Drawer, Select } from "antd";
import { wholeObject } from "../designer/acts";
import { useDesign } from "../designer/context";
import { say } from "../designer/words";
import { patchStep, walk } from "./model";
import { Pairs } from "./settings";
import { useFields, useFlow } from "./state";

const MOMENTS = ["started", "approved", "rejected", "withdrawn", "cancelled", "stopped"] as const;
type Rights = Record<string, string>;

export default function MoreSettings({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const { flow } = useFlow();
  return (
    <Drawer open onClose={onClose} title={t`Results and rights`} size={720}>
      {flow.object ? (
        <>
          <Sets />
          <Matrix />
        </>
      ) : (
        <p className="q-muted">{t`This flow is about no record.`}</p>
      )}
    </Drawer>
  );
}

function Sets() {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const { flow, put } = useFlow();
  const sets = (flow.sets ?? {}) as Record<string, Record<string, string>>;
  const words: Record<(typeof MOMENTS)[number], string> = { started: t`When it starts`, approved: t`When it is approved`, rejected: t`When it is rejected`, withdrawn: t`When it is withdrawn`, cancelled: t`When it is given up`, stopped: t`When it is stopped` };
  const fields = (wholeObject(definitions, flow.object ?? "")?.body.fields ?? {}) as Record<string, Record<string, any>>;
  const names = Object.entries(fields)
    .filter(([, body]) => !body.formula && body.type !== "lines")
    .map(([value, body]) => ({ value, label: say(body.label, value) }));
  return (
    <>
      {MOMENTS.map((moment) => (
        <Pairs
          key={moment}
          label={words[moment]}
          add={t`The record is given`}
          value={sets[moment] ?? {}}
          names={names}
          onChange={(values) => {
            const { [moment]: _, ...rest } = sets;
            put(t`Change what the record is given`, { ...flow, sets: Object.keys(values).length > 0 ? { ...rest, [moment]: values } : rest }, `sets ${moment}`);
          }}
        />
      ))}
    </>
  );
}

/** Fields down, steps of people across. */
function Matrix() {
  const { t } = useLingui();
  const { flow, put } = useFlow();
  const fields = useFields();
  const steps = [...walk(flow.steps)].filter(({ step }) => step.kind === "approve" || step.kind === "handle");
  const options = [
    { value: "", label: t`as the role` },
    { value: "see", label: t`see` },
    { value: "change", label: t`change` },
    { value: "hide", label: t`hide` },
  ];
  if (steps.length === 0) return null;

  function set(name: string, field: string, right: string): void {
    const next = patchStep(flow, name, ({ fields: known, ...step }) => {
      const { [field]: _, ...rest } = (known ?? {}) as Rights;
      const rights = right ? { ...rest, [field]: right } : rest;
      return Object.keys(rights).length > 0 ? { ...step, fields: rights } : step;
    });
    put(t`Change the rights of the step`, next);
  }

  return (
    <section className="q-flow-part">
      <h3>{t`Fields in each step`}</h3>
      <div className="q-flow-matrix">
        <table className="q-table">
          <thead>
            <tr>
              <th scope="col">{t`Field`}</th>
              {steps.map(({ name, step }) => (
                <th key={name} scope="col">
                  {say(step.label, name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => (
              <tr key={field.value}>
                <th scope="row">{field.label}</th>
                {steps.map(({ name, step }) => (
                  <td key={name}>
                    <Select size="small" variant="borderless" aria-label={`${field.label}, ${say(step.label, name)}`} value={((step.fields ?? {}) as Rights)[field.value] ?? ""} options={options} onChange={(right) => set(name, field.value, right)} popupMatchSelectWidth={false} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
