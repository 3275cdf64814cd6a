/** What other systems answer in a trial, where the flow takes something from them. */
import { useLingui } from "@lingui/react/macro";
import { Input } from "antd";
import { useState } from "react";
import { Labelled } from "../designer/parts";
import { say } from "../designer/words";
import { type Flow, walk } from "./model";
import { useFlow } from "./state";
import type { Take } from "./Takes";

/** Step → the JSON that it gets; under `start`, what a webhook brings. */
export type Answers = Record<string, unknown>;

export function AnswersOutside({ answers, onChange }: { answers: Answers; onChange: (answers: Answers) => void }) {
  const { t } = useLingui();
  const { flow } = useFlow();
  const asked = askedOutside(flow);
  if (asked.length === 0) return null;
  return (
    <details className="q-flow-part">
      <summary>{t`What other systems answer`}</summary>
      {asked.map(({ step, label, takes }) => (
        <Json
          key={step}
          label={label ? say(label, step) : t`Start`}
          sample={JSON.stringify(sampleOf(takes))}
          onChange={(answer) => onChange(answer === undefined ? Object.fromEntries(Object.entries(answers).filter(([each]) => each !== step)) : { ...answers, [step]: answer })}
        />
      ))}
    </details>
  );
}

function Json({ label, sample, onChange }: { label: string; sample: string; onChange: (answer: unknown) => void }) {
  const { t } = useLingui();
  const [isWrong, setWrong] = useState(false);
  function read(text: string): void {
    try {
      onChange(text.trim() ? JSON.parse(text) : undefined);
      setWrong(false);
    } catch {
      setWrong(true);
    }
  }
  return (
    <>
      <Labelled label={label} help={t`JSON, as ${sample}`}>
        {(id) => <Input.TextArea id={id} className="q-mono" autoSize={{ minRows: 2, maxRows: 8 }} status={isWrong ? "error" : ""} onBlur={(event) => read(event.target.value)} />}
      </Labelled>
      {isWrong && <p role="alert" className="q-field-error">{t`This isn't JSON.`}</p>}
    </>
  );
}

interface AskedOutside {
  step: string;
  label?: { en?: string; zh?: string };
  takes: Record<string, Take>;
}

/** Where something comes in from outside, in the order of the flow. */
export function askedOutside(flow: Flow): AskedOutside[] {
  const begins = flow.start?.on === "webhook" ? [{ step: "start", takes: (flow.start.takes ?? {}) as Record<string, Take> }] : [];
  const steps = [...walk(flow.steps)]
    .filter(({ step }) => step.kind === "http" || step.kind === "webhook" || (step.kind === "wait" && step.wait_for === "callback"))
    .map(({ name, step }) => ({ step: name, label: step.label ?? { en: name }, takes: (step.takes ?? {}) as Record<string, Take> }));
  return [...begins, ...steps];
}

const SAMPLES: Record<string, unknown> = { number: 1, boolean: true, money: "1.00", date: "2026-01-31", moment: "2026-01-31T09:00:00Z" };

/** JSON of the shape that the values are taken from: `order.lines.0.sku`. */
export function sampleOf(takes: Record<string, Take>): unknown {
  let made: unknown = {};
  for (const { at, type = "text" } of Object.values(takes)) made = placed(made, at.split("."), SAMPLES[type] ?? "…");
  return made;
}

function placed(into: unknown, [part = "", ...rest]: string[], value: unknown): unknown {
  const isRow = /^\d+$/.test(part);
  const held = (into as Record<string, unknown> | undefined)?.[part];
  const inner = rest.length > 0 ? placed(held, rest, value) : value;
  if (isRow) return Object.assign(Array.isArray(into) ? [...into] : [], { [part]: inner });
  return { ...(into as object | undefined), [part]: inner };
}
