/** What answers where no row fits. It stands below the rows, always in sight; rows without conditions always fit. */
import { useLingui } from "@lingui/react/macro";
import { AutoComplete } from "antd";
import { useState } from "react";
import type { Column, Slot } from "../model";
import { useNames } from "../names";
import { useRule } from "../state";
import type { Offer } from "../sheet/Sheet";
import { offersOf } from "./columns";

export function DefaultRow({ slots }: { slots: Slot[] }) {
  const { t } = useLingui();
  const { body, object, put } = useRule();
  const book = useNames(object);
  const values = (body.default ?? {}) as Record<string, string>;
  const first = slots.findIndex(({ of }) => of === "then");
  if (first === 0) return null;
  return (
    <div role="row" className="q-sheet-default">
      <div role="rowheader" className="q-sheet-gutter" aria-label={t`Default`} />
      <div role="gridcell" className="q-sheet-default-words" style={{ gridColumn: `span ${first}` }}>
        {t`where no row fits`}
      </div>
      {slots.flatMap(({ of, column }) =>
        of === "then" && column ? (
          <div key={column.name} role="gridcell" className="q-sheet-default-cell">
            <DefaultCell column={column} offers={offersOf(column, book)} value={values[column.name] ?? ""} onChange={(text) => put(t`Change the default`, { default: { ...values, [column.name]: text } }, `default ${column.name}`)} />
          </div>
        ) : (
          []
        ),
      )}
      <div role="presentation" style={{ gridColumnEnd: -1 }} />
    </div>
  );
}

/** A choice is called by its name until one writes. */
function DefaultCell({ column, offers, value, onChange }: { column: Column; offers: Offer[]; value: string; onChange: (text: string) => void }) {
  const { t } = useLingui();
  const [isWriting, write] = useState(false);
  const label = offers.find(({ text }) => text === value)?.label;
  return (
    <AutoComplete
      variant="borderless"
      aria-label={t`Default of ${column.label}`}
      value={isWriting ? value : (label ?? value)}
      options={offers.map(({ text, label: called }) => ({ value: text, label: called }))}
      placeholder={t`blank`}
      onFocus={() => write(true)}
      onBlur={() => write(false)}
      onChange={onChange}
    />
  );
}
