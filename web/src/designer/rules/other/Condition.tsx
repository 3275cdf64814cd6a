import { useLingui } from "@lingui/react/macro";
import { Button, Input, Tag } from "antd";
import { useState } from "react";
import { ConditionBuilder } from "../../ConditionBuilder";
import { useFindings } from "../analysis";
import { useRule } from "../state";
import { cellsText, isOtherwise } from "./tree";
import { Wrong } from "./Wrong";

interface ConditionProps {
  value: unknown;
  label: string;
  /** What no condition means here. */
  otherwise: string;
  /** Of the row in the definition. */
  place: string;
  onChange: (formula: string) => void;
}

/** When a row holds: picked field by field or as a formula; nothing asked holds always. */
export function Condition({ value, label, otherwise, place, onChange }: ConditionProps) {
  const { t } = useLingui();
  const { object } = useRule();
  const [isAsking, ask] = useState(false);
  // Cells that came from a table are read as one formula only by the server.
  if (value && typeof value === "object" && !isOtherwise({ when: value })) return <code>{cellsText(value as Record<string, string>)}</code>;
  const formula = typeof value === "string" ? value : "";
  if (!formula && !isAsking)
    return (
      <span className="q-rule-line">
        <Tag>{otherwise}</Tag>
        <Button size="small" type="text" onClick={() => ask(true)}>
          {t`Set a condition`}
        </Button>
      </span>
    );
  return object ? <ConditionBuilder isNew={isAsking && !formula} object={object} value={formula} onChange={onChange} label={label} /> : <AskedInput label={label} value={formula} place={`${place}.when`} onChange={onChange} />;
}

/** A formula over values that are given: only the rule itself knows their names. */
function AskedInput({ label, value, place, onChange }: { label: string; value: string; place: string; onChange: (formula: string) => void }) {
  const isWrong = useFindings().at(place).length > 0;
  return (
    <div>
      <Input aria-label={label} className="q-rule-formula" autoFocus={!value} status={isWrong ? "error" : ""} value={value} onChange={({ target }) => onChange(target.value)} />
      <Wrong at={place} />
    </div>
  );
}
