/** Both sides changed the same: three columns, and one choice for each. What only one side changed is merged already. */
import { Plural, useLingui } from "@lingui/react/macro";
import { Button, Radio } from "antd";
import { type Conflict, type Decision, grouped, keyOf, type Side } from "./publishing";
import { usePlaceWords, useThings, ValueShown } from "./things";

export type Decisions = Record<string, Side>;

interface ConflictsProps {
  conflicts: Conflict[];
  decisions: Decisions;
  onDecide: (decisions: Decisions) => void;
  /** Who the other side is: others who published, the app's new version, or another draft. */
  other: "release" | "app" | "draft";
}

export function ConflictList({ conflicts, decisions, onDecide, other }: ConflictsProps) {
  const { t } = useLingui();
  const things = useThings();
  const open = conflicts.filter((conflict) => !decisions[keyOf(conflict)]).length;
  const all = (side: Side) => onDecide(Object.fromEntries(conflicts.map((conflict) => [keyOf(conflict), side])));
  return (
    <section className="q-merges" aria-label={t`Changed on both sides`}>
      <p>
        {other === "app"
          ? t`The new version and you changed the same things. Decide for each which stays; everything else is merged, and nothing of yours is lost silently.`
          : other === "draft"
            ? t`Both drafts change the same things. Decide for each which stays; everything else is merged.`
            : t`Somebody published while you were at work and changed the same things. Decide for each which stays; everything else is merged.`}
      </p>
      <div className="q-merge-acts">
        <strong role="status">{open === 0 ? t`All decided` : <Plural value={open} one="# left to decide" other="# left to decide" />}</strong>
        <span className="q-grow" />
        <Button size="small" onClick={() => all("ours")}>{t`Mine everywhere`}</Button>
        <Button size="small" onClick={() => all("theirs")}>{other === "app" ? t`As shipped everywhere` : t`Theirs everywhere`}</Button>
      </div>
      {grouped(conflicts).map(({ kind, name, items }) => (
        <section key={`${kind}/${name}`}>
          <h3>
            {things(kind, name).label} <small className="q-muted">{things(kind, name).kind}</small>
          </h3>
          {items.map((conflict) => (
            <ConflictPart
              key={keyOf(conflict)}
              conflict={conflict}
              other={other}
              taken={decisions[keyOf(conflict)]}
              onTake={(side) => onDecide({ ...decisions, [keyOf(conflict)]: side })}
            />
          ))}
        </section>
      ))}
    </section>
  );
}

interface PartProps {
  conflict: Conflict;
  other: ConflictsProps["other"];
  taken: Side | undefined;
  onTake: (side: Side) => void;
}

function ConflictPart({ conflict, other, taken, onTake }: PartProps) {
  const { t } = useLingui();
  const places = usePlaceWords();
  const place = places(conflict.kind, conflict.name, conflict.property) || t`The whole`;
  const before = other === "app" ? t`Shipped before` : t`Before`;
  const now = other === "app" ? t`Shipped now` : other === "draft" ? t`In the other draft` : t`Published now`;
  return (
    <Radio.Group className="q-merge" value={taken} onChange={(event) => onTake(event.target.value as Side)} aria-label={place}>
      <h4>{place}</h4>
      <div className="q-merge-columns">
        <Column title={before} value={conflict.base} property={conflict.property} />
        <Column title={now} value={conflict.theirs} property={conflict.property} side="theirs" isTaken={taken === "theirs"} />
        <Column title={t`Yours`} value={conflict.ours} property={conflict.property} side="ours" isTaken={taken === "ours"} />
      </div>
    </Radio.Group>
  );
}

interface ColumnProps {
  title: string;
  value: unknown;
  property: string;
  side?: Side;
  isTaken?: boolean;
}

function Column({ title, value, property, side, isTaken }: ColumnProps) {
  return (
    <div className={`q-merge-side${isTaken ? " q-merge-taken" : ""}`}>
      {side ? <Radio value={side}>{title}</Radio> : <span className="q-muted">{title}</span>}
      <div className="q-merge-value">
        <ValueShown value={value} property={property} />
      </div>
    </div>
  );
}

export const decided = (conflicts: Conflict[], decisions: Decisions): Decision[] =>
  conflicts.flatMap((conflict) => {
    const take = decisions[keyOf(conflict)];
    return take ? [{ kind: conflict.kind, name: conflict.name, property: conflict.property, take }] : [];
  });
