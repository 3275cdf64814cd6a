/** A scorecard: every row that fits brings its points; the bands say what the sum means. */
import { useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { bandSlotsOf, SCORE, slotsOf } from "../model";
import { useRule } from "../state";
import { AddColumn } from "../table/AddColumn";
import { RowSheet } from "../table/RowSheet";

export function ScorecardEditor() {
  const { t } = useLingui();
  const { body, folded } = useRule();
  const { inputs, outputs } = body;
  const rows = useMemo(() => slotsOf(body, folded).filter(({ of, name }) => of !== "then" || name === SCORE), [inputs, outputs, folded]);
  const bands = useMemo(() => bandSlotsOf(body), [inputs, outputs]);
  return (
    <>
      <p className="q-muted">{t`Every row that fits brings its points; they are added up.`}</p>
      <RowSheet label={t`Points`} of="rows" slots={rows} adds={<AddColumn side="input" />} />
      <h2>{t`What the points mean`}</h2>
      <RowSheet label={t`What the points mean`} of="bands" slots={bands} adds={<AddColumn side="output" />} />
    </>
  );
}
