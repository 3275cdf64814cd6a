/** Rates by date: rows valid from a day; of those that fit, the latest counts. */
import { useLingui } from "@lingui/react/macro";
import { Input } from "antd";
import { useMemo } from "react";
import { FormulaInput } from "../../formula";
import { Labelled } from "../../parts";
import { outputsOf, slotsOf } from "../model";
import { useRule } from "../state";
import { DefaultRow } from "../table/DefaultRow";
import { RowSheet } from "../table/RowSheet";
import { AddColumns } from "../table/TableEditor";

export function RatesEditor() {
  const { t } = useLingui();
  const { body, object, folded, put } = useRule();
  const { inputs, outputs } = body;
  const slots = useMemo(() => slotsOf(body, folded), [inputs, outputs, folded]);
  const asOf = (body.as_of as string | undefined) ?? "";
  const set = (as_of: string) => put(t`Choose the day that counts`, { as_of }, "as_of");
  return (
    <>
      <Labelled label={t`The day that counts`} help={t`Blank: today.`}>
        {(id) => (object ? <FormulaInput id={id} object={object} value={asOf} onChange={set} expect="date" label={t`The day that counts`} hint="today()" /> : <Input id={id} value={asOf} placeholder="today()" onChange={({ target }) => set(target.value)} />)}
      </Labelled>
      {outputsOf(body).length === 0 && <p className="q-rule-hint">{t`Begin with an outcome: the value that changes by date. A condition makes it a list of rates, such as one a country.`}</p>}
      <RowSheet label={t`Rates`} of="rows" slots={slots} adds={<AddColumns />} foot={outputsOf(body).length > 0 && <DefaultRow slots={slots} />} />
    </>
  );
}
