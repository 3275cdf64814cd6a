/** What differs between two releases, so that a manager can read it: by thing, each change as a sentence. */
import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { type Difference, grouped } from "./publishing";
import { usePlaceWords, useThings, ValueShown } from "./things";
import { say } from "../words";

export function Differences({ differences }: { differences: Difference[] }) {
  const { t } = useLingui();
  const things = useThings();
  if (differences.length === 0) return <p className="q-muted">{t`Nothing differs.`}</p>;
  return (
    <div className="q-finding-groups">
      {grouped(differences.filter((each) => !isQuiet(each))).map(({ kind, name, items }) => (
        <section key={`${kind}/${name}`} aria-label={things(kind, name).label}>
          <h3>
            {things(kind, name).label} <small className="q-muted">{things(kind, name).kind}</small>
          </h3>
          {items.map((each) => (
            <DifferencePart key={each.property} difference={each} />
          ))}
        </section>
      ))}
    </div>
  );
}

/** Where a thing stands among others says nothing to a reader. */
const isQuiet = ({ property }: Difference): boolean => property === "order" || property.endsWith(".order");

function DifferencePart({ difference }: { difference: Difference }) {
  const { property, old, new: now } = difference;
  const words = useDifferenceWords();
  const isThere = (value: unknown) => value !== null && value !== undefined;
  const tone = !isThere(old) ? "new" : !isThere(now) ? "gone" : "changed";
  const isWhole = property === "" || typeof (old ?? now) === "object";
  return (
    <div className={`q-difference q-difference-${tone}`}>
      <p>{words(difference)}</p>
      {!(isWhole && tone !== "changed") && (
        <p className="q-from-to">
          {isThere(old) && (
            <del>
              <ValueShown value={old} property={property} />
            </del>
          )}
          {isThere(old) && isThere(now) && <span aria-hidden>→</span>}
          {isThere(now) && (
            <ins>
              <ValueShown value={now} property={property} />
            </ins>
          )}
        </p>
      )}
    </div>
  );
}

/** One change as a sentence. */
function useDifferenceWords(): (difference: Difference) => ReactNode {
  const { t } = useLingui();
  const places = usePlaceWords();
  return ({ kind, name, property, old, new: now }) => {
    const [part, key, ...rest] = property.split(".");
    const isNew = old === null || old === undefined;
    const isGone = now === null || now === undefined;
    if (property === "") return isNew ? t`It is new.` : t`It is gone; what it held is kept aside.`;
    if (kind === "object" && part === "fields" && key && rest.length === 0) {
      const label = labelOf(now) || labelOf(old) || key;
      if (isNew) return t`The field “${label}” is new.`;
      if (isGone) return t`The field “${label}” is gone; what it held is kept aside.`;
    }
    const place = places(kind, name, property);
    if (property.endsWith("required") && now === true) return t`${place}: must be filled in now`;
    if (property.endsWith("hidden") && now === true) return t`${place}: not shown any more`;
    return isNew ? t`${place}: new` : isGone ? t`${place}: taken away` : t`${place} changed`;
  };
}

function labelOf(value: unknown): string {
  return typeof value === "object" && value !== null && "label" in value ? say((value as { label: Record<string, string> }).label) : "";
}

