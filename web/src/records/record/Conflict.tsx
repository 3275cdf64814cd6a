/** Somebody saved first: what they changed, what you changed, and the choice where both did. */
import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { GitMerge } from "lucide-react";
import type { Draft } from "../../forms/draft";
import type { Field, ObjectInfo, RecordAnswer, Values } from "../definitions";
import { kindOf } from "../fields/registry";

interface ConflictProps {
  object: ObjectInfo;
  base: RecordAnswer;
  theirs: RecordAnswer;
  draft: Draft;
}

export function Conflict({ object, base, theirs, draft }: ConflictProps) {
  const { t } = useLingui();
  const changed = object.fields.filter((field) => field.name in theirs && !["version", "changed_at", "changed_by"].includes(field.name) && differs(base[field.name], theirs[field.name]));
  const by = theirs._labels?.changed_by;
  return (
    <section className="q-conflict" role="alert">
      <h2>
        <GitMerge size={17} aria-hidden /> {by ? t`${by} saved this in the meantime` : t`Somebody saved this in the meantime`}
      </h2>
      <p>{t`Your changes are still here. Look at what changed, then save with yours or keep theirs.`}</p>
      {changed.length > 0 && (
        <div className="q-scroll-x">
          <table className="q-table">
            <thead>
              <tr>
                <th scope="col">{t`Field`}</th>
                <th scope="col">{t`Before`}</th>
                <th scope="col">{t`Theirs`}</th>
                <th scope="col">{t`Yours`}</th>
              </tr>
            </thead>
            <tbody>
              {changed.map((field) => (
                <tr key={field.name}>
                  <th scope="row">{field.label}</th>
                  <td>{words(field, base)}</td>
                  <td>{words(field, theirs)}</td>
                  <td>
                    {draft.touched.has(field.name) && differs(draft.values[field.name], theirs[field.name]) ? (
                      <>
                        {words(field, { ...draft.values, _labels: draft.labels })}{" "}
                        <Button size="small" type="link" onClick={() => draft.set(field.name, theirs[field.name], theirs._labels?.[field.name])}>
                          {t`take theirs`}
                        </Button>
                      </>
                    ) : (
                      <span className="q-muted">{t`as theirs`}</span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

const differs = (one: unknown, other: unknown): boolean => JSON.stringify(one ?? null) !== JSON.stringify(other ?? null);
const words = (field: Field, row: Values): string => kindOf(field).text(row[field.name], field, row) || "–";
