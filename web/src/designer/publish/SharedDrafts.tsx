/** Whether other builders see this draft, and those that they share: opened, or taken in. */
import { Plural, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Switch } from "antd";
import { Pencil } from "lucide-react";
import { useNavigate } from "react-router";
import { patch } from "../../kit/api";
import { useNotices } from "../../kit/notices";
import { showAgo } from "../../kit/time";
import { useMe } from "../../shell/session";
import { useDesign } from "../context";
import { type DraftInfo, listDrafts } from "../draft";
import { TakeIn } from "./TakeIn";

export function SharedDrafts() {
  const { t } = useLingui();
  const me = useMe();
  const { number } = useDesign();
  const { data } = useQuery({ queryKey: ["drafts", "all"], queryFn: ({ signal }) => listDrafts(signal), retry: false });
  const own = data?.find((each) => each.draft === number);
  const others = data?.filter((each) => each.draft !== number && each.created_by !== me.user && !each.suggestion) ?? [];
  if (!own) return null;
  return (
    <section className="q-shared-drafts" aria-label={t`Drafts of other builders`}>
      {own.created_by === me.user && <Share draft={own} />}
      {others.length > 0 && (
        <ul>
          {others.map((each) => (
            <Other key={each.draft} draft={each} into={number} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Share({ draft }: { draft: DraftInfo }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();
  async function share(isShared: boolean): Promise<void> {
    try {
      await patch(`/api/drafts/${draft.draft}`, { is_shared: isShared });
      await client.invalidateQueries({ queryKey: ["drafts"] });
    } catch (error) {
      notices.problem(error);
    }
  }
  return (
    <label className="q-share">
      <Switch size="small" checked={draft.is_shared} onChange={share} aria-label={t`Other builders may see this draft and take it in`} />
      {t`Other builders may see this draft and take it in`}
    </label>
  );
}

function Other({ draft, into }: { draft: DraftInfo; into: number }) {
  const { t } = useLingui();
  const navigate = useNavigate();
  return (
    <li className="q-shared-draft">
      <div>
        <strong>{draft.title || draft.note || t`Draft ${draft.draft}`}</strong>
        <small className="q-muted">
          {draft.created_by_name} · {showAgo(draft.created_at)} · <Plural value={Object.keys(draft.changes).length} one="# definition" other="# definitions" />
        </small>
      </div>
      <Button size="small" icon={<Pencil size={14} aria-hidden />} onClick={() => navigate(`/design/${draft.draft}`)}>
        {t`Open`}
      </Button>
      <TakeIn from={draft.draft} into={into} onTaken={() => undefined} />
    </li>
  );
}
