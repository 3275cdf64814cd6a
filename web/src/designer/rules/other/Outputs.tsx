import { useLingui } from "@lingui/react/macro";
import { outputsOf } from "../model";
import { useNames } from "../names";
import { useRule } from "../state";
import { AddColumn } from "../table/AddColumn";
import { ColumnHead } from "../table/ColumnHead";
import { typeOf } from "../table/columns";

/** What the rule answers, each with its settings behind a press. */
export function Outputs() {
  const { t } = useLingui();
  const { body, object } = useRule();
  const book = useNames(object);
  return (
    <section className="q-rule-outputs" aria-label={t`Outcomes`}>
      <span className="q-muted">{t`Answers`}</span>
      {outputsOf(body).map((column) => (
        <ColumnHead key={column.name} column={column} type={typeOf(column, book)} />
      ))}
      <AddColumn side="output" />
    </section>
  );
}
