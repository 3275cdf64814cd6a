/** What answers where no row fits. It stands below the rows, always in sight. */
import { useLingui } from "@lingui/react/macro";
import { AutoComplete } from "antd";
import type { Slot } from "../model";
import { useNames } from "../names";
import { useRule } from "../state";
import { offersOf } from "./columns";

export function DefaultRow({ slots }: { slots: Slot[] }) {
  const { t } = useLingui();
  const { body, object, put } = useRule();
  const book = useNames(object);
  const values = (body.default ?? {}) as Record<string, string>;
  const first = slots.findIndex(({ of }) => of === "then");
  return (
    <div role="row" className="q-sheet-default">
      <div role="rowheader" className="q-sheet-gutter" aria-label={t`Default`} />
      <div role="gridcell" className="q-sheet-default-words" style={{ gridColumn: `span ${first}` }}>
        {t`where no row fits`}
      </div>
      {slots.flatMap(({ of, column }) =>
        of === "then" && column ? (
          <div key={column.name} role="gridcell" className="q-sheet-default-cell">
            <AutoComplete
              variant="borderless"
              aria-label={t`Default of ${column.label}`}
              value={values[column.name] ?? ""}
              options={offersOf(column, book).map(({ text, label }) => ({ value: text, label }))}
              placeholder={t`blank`}
              onChange={(text: string) => put(t`Change the default`, { default: { ...values, [column.name]: text } }, `default ${column.name}`)}
            />
          </div>
        ) : (
          []
        ),
      )}
      <div role="presentation" style={{ gridColumnEnd: -1 }} />
    </div>
  );
}
