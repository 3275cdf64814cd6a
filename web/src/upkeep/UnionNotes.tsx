/** On the page of a record: what was united with it, or into which it went, and the way back. */
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Merge } from "lucide-react";
import { Link } from "react-router";
import { get } from "../kit/api";
import { showAgo, showMoment } from "../kit/time";
import { type ObjectInfo, type RecordAnswer, recordPath } from "../records/definitions";
import { type Union, mayUnite, usePart } from "./upkeep";

export function UnionNotes({ object, record }: { object: ObjectInfo; record: RecordAnswer }) {
  const { t } = useLingui();
  const part = usePart(object);
  const { data } = useQuery({
    queryKey: ["record", "unions", object.name, record.id],
    queryFn: ({ signal }) => get<{ unions: Union[] }>(`/api/records/${object.name}/${record.id}/unions`, undefined, signal),
    enabled: mayUnite(object),
  });
  const standing = data?.unions.filter((union) => !union.undone_at) ?? [];
  if (standing.length === 0) return null;
  return (
    <ul className="q-unions" aria-label={t`United records`}>
      {standing.map((union) => (
        <li key={union.union}>
          <Merge size={15} aria-hidden />
          <span>
            {union.kept === record.id ? (
              t`${plural(union.others.length, { one: "# other record was united with this one", other: "# other records were united with this one" })}`
            ) : (
              <Link to={recordPath(object.name, union.kept)}>{t`United into another record`}</Link>
            )}{" "}
            <span className="q-muted" title={showMoment(union.at)}>
              {union.by_name} · {showAgo(union.at)}
            </span>
          </span>
          <Button size="small" onClick={() => void part(union.union)}>
            {t`Part again`}
          </Button>
        </li>
      ))}
    </ul>
  );
}
