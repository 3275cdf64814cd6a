/** A scorecard: every row that fits brings its points; the bands say what the sum means. */
import { useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { useAnalysis } from "../analysis";
import { FindingsOfRule } from "../FindingsOfRule";
import { bandSlotsOf, SCORE, slotsOf } from "../model";
import { useNames } from "../names";
import { useRule } from "../state";
import { AddColumn } from "../table/AddColumn";
import { RowSheet } from "../table/RowSheet";

export function ScorecardEditor() {
  const { t } = useLingui();
  const { body, object } = useRule();
  const { inputs, outputs } = body;
  const rows = useMemo(() => slotsOf(body).filter(({ of, name }) => of !== "then" || name === SCORE), [inputs, outputs]);
  const bands = useMemo(() => bandSlotsOf(body), [inputs, outputs]);
  const analysis = useAnalysis(useNames(object));
  return (
    <>
      <p className="q-muted">{t`Every row that fits brings its points; they are added up.`}</p>
      <RowSheet label={t`Points`} of="rows" slots={rows} analysis={analysis} adds={<AddColumn side="input" />} />
      <h2>{t`What the points mean`}</h2>
      <RowSheet label={t`What the points mean`} of="bands" slots={bands} analysis={analysis} adds={<AddColumn side="output" />} />
      <FindingsOfRule analysis={analysis} />
    </>
  );
}
