import { useLingui } from "@lingui/react/macro";
import { inputsOf, outputsOf } from "../model";
import { useNames } from "../names";
import { useRule } from "../state";
import { AddColumn } from "../table/AddColumn";
import { ColumnHead } from "../table/ColumnHead";
import { typeOf } from "../table/columns";

/** What the rule is given, where it isn't about a record, and what it answers; each with its settings behind a press. */
export function Outputs() {
  const { t } = useLingui();
  const { body, object } = useRule();
  const book = useNames(object);
  return (
    <>
      {(!object || inputsOf(body).length > 0) && (
        <section className="q-rule-outputs" aria-label={t`Given`}>
          <span className="q-muted">{t`Given`}</span>
          {inputsOf(body).map((column) => (
            <ColumnHead key={column.name} column={column} type={typeOf(column, book)} />
          ))}
          <AddColumn side="input" />
        </section>
      )}
      <section className="q-rule-outputs" aria-label={t`Outcomes`}>
        <span className="q-muted">{t`Answers`}</span>
        {outputsOf(body).map((column) => (
          <ColumnHead key={column.name} column={column} type={typeOf(column, book)} />
        ))}
        <AddColumn side="output" />
      </section>
    </>
  );
}
