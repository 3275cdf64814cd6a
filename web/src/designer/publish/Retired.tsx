/** What was removed and is kept with its data, and the way to bring it back. */
import { Plural, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { ArchiveRestore } from "lucide-react";
import { useNavigate } from "react-router";
import { get, post } from "../../kit/api";
import { useNotices } from "../../kit/notices";
import { showMoment } from "../../kit/time";
import { useThings } from "./things";

export interface RetiredThing {
  kind: string;
  name: string;
  label?: string;
  object?: string;
  retired_at?: string;
  release?: number;
  rows?: number;
}

export function Retired() {
  const { t } = useLingui();
  const things = useThings();
  const { data } = useQuery({
    queryKey: ["retired"],
    queryFn: async ({ signal }) => (await get<{ retired: RetiredThing[] }>("/api/retired", undefined, signal)).retired,
    retry: false,
  });
  if (!data || data.length === 0) return null;
  return (
    <section className="q-box">
      <h2>{t`Put aside`}</h2>
      <p className="q-muted">{t`Removed, with everything it held. Bringing it back makes a draft, which you publish as any other.`}</p>
      <ul className="q-uses">
        {data.map((each) => (
          <li key={`${each.kind}/${each.name}`}>
            <span className="q-grow">
              <strong>{each.label || things(each.kind, each.name).label}</strong> <span className="q-muted">{things(each.kind, each.name).kind}</span>
              <br />
              <small className="q-muted">
                {each.object && `${things("object", each.object).label} · `}
                {each.retired_at && showMoment(each.retired_at)}
                {each.rows !== undefined && (
                  <>
                    {" · "}
                    <Plural value={each.rows} one="# record holds a value" other="# records hold a value" />
                  </>
                )}
              </small>
            </span>
            <Restore thing={each} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Restore({ thing }: { thing: RetiredThing }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const navigate = useNavigate();
  const notices = useNotices();
  async function restore(): Promise<void> {
    try {
      const { draft } = await post<{ draft: number }>("/api/retired/restore", { kind: thing.kind, name: thing.name });
      await client.invalidateQueries({ queryKey: ["drafts"] });
      notices.done(t`It is back in a draft: look at it and publish`);
      navigate(`/design/${draft}`);
    } catch (error) {
      notices.problem(error);
    }
  }
  return (
    <Button size="small" icon={<ArchiveRestore size={14} aria-hidden />} onClick={restore}>
      {t`Bring back`}
    </Button>
  );
}
