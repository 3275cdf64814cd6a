/** A decision table: conditions at the left, what follows at the right, findings at the rows and cells they are about. */
import { useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { inputsOf, outputsOf, slotsOf } from "../model";
import { useRule } from "../state";
import { AddColumn } from "./AddColumn";
import { DefaultRow } from "./DefaultRow";
import { HitChoice } from "./HitChoice";
import { RowSheet } from "./RowSheet";
import { RuleFiles } from "./RuleFiles";

export function TableEditor() {
  const { t } = useLingui();
  const { body, folded } = useRule();
  const { inputs, outputs, hit } = body;
  const slots = useMemo(() => slotsOf(body, folded), [inputs, outputs, hit, folded]);
  const hasColumns = inputsOf(body).length > 0 && outputsOf(body).length > 0;
  return (
    <>
      <HitChoice />
      {!hasColumns && <p className="q-rule-hint">{t`Begin with a condition and an outcome: they are the columns. Then every row says when it fits and what follows.`}</p>}
      <RowSheet label={t`Rows of the rule`} of="rows" slots={slots} adds={<AddColumns />} foot={hasColumns && <DefaultRow slots={slots} />} />
    </>
  );
}

export function AddColumns() {
  return (
    <>
      <AddColumn side="input" />
      <AddColumn side="output" />
      <RuleFiles />
    </>
  );
}
