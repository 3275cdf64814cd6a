import { useLingui } from "@lingui/react/macro";
import { Button, Tag } from "antd";
import { useState } from "react";
import { ConditionBuilder } from "../../ConditionBuilder";
import { FormulaInput } from "../../formula";
import { useRule } from "../state";
import { isOtherwise } from "./tree";

interface ConditionProps {
  value: unknown;
  label: string;
  /** What no condition means here. */
  otherwise: string;
  onChange: (formula: string) => void;
}

/** When a row holds: picked field by field or as a formula; nothing asked holds always. */
export function Condition({ value, label, otherwise, onChange }: ConditionProps) {
  const { t } = useLingui();
  const { object } = useRule();
  const [isAsking, ask] = useState(false);
  // Cells that came from a table are read as one formula only by the server.
  if (value && typeof value === "object" && !isOtherwise({ when: value })) return <code>{Object.entries(value).map(([name, cell]) => `${name} ${String(cell)}`).join(", ")}</code>;
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
  return object ? <ConditionBuilder isNew={isAsking && !formula} object={object} value={formula} onChange={onChange} label={label} /> : <FormulaInput object={object} value={formula} onChange={onChange} expect="boolean" label={label} />;
}
