/** What was removed and is kept with its data, and the way to bring it back. */
import { useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { ArchiveRestore } from "lucide-react";
import { useNavigate } from "react-router";
import { get, post } from "../../kit/api";
import { useNotices } from "../../kit/notices";
import { createDraft } from "../draft";
import { useThings } from "./things";

/** Of an object out of use the field is "". */
interface RetiredThing {
  object: string;
  field: string;
  /** As it was last called. */
  label: string;
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
    <section className="q-box" aria-label={t`Put aside`}>
      <h2>{t`Put aside`}</h2>
      <p className="q-muted">{t`Removed, with everything it held. Bringing it back makes a draft, which you publish as any other.`}</p>
      <ul className="q-uses-list">
        {data.map((each) => (
          <li key={`${each.object}/${each.field}`} className="q-retired">
            <strong>{each.label || each.field || things("object", each.object).label}</strong>
            <small className="q-muted">{each.field ? things("object", each.object).label : t`Object`}</small>
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
      const { draft } = await createDraft("");
      await post(`/api/retired/${[thing.object, thing.field].filter(Boolean).join("/")}/restore`, { draft });
      await client.invalidateQueries({ queryKey: ["drafts"] });
      notices.done(t`It is back in a draft: look at it and publish`);
      navigate(`/design/${draft}/object/${thing.object}${thing.field ? `?field=${thing.field}` : ""}`);
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
