/** From the designer's first page to what stands beside the drafts. */
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Boxes, History, MessageSquareText, Users } from "lucide-react";
import { Link, useParams } from "react-router";
import { fetchSuggestions } from "../../suggest/suggestions";
import "./publish.css";

export function DesignLinks() {
  const { t } = useLingui();
  const { draft } = useParams();
  const { data } = useQuery({ queryKey: ["suggestions", "all"], queryFn: ({ signal }) => fetchSuggestions(true, signal), retry: false });
  return (
    <nav className="q-design-links" aria-label={t`More for builders`}>
      <Link to={`/design/${draft ? `${draft}/` : ""}roles`}>
        <Users size={16} aria-hidden /> {t`Roles and rights`}
      </Link>
      <Link to="/design/releases">
        <History size={16} aria-hidden /> {t`Releases`}
      </Link>
      <Link to="/design/apps">
        <Boxes size={16} aria-hidden /> {t`Apps and templates`}
      </Link>
      <Link to="/design/suggestions">
        <MessageSquareText size={16} aria-hidden /> {t`Suggestions`}
        {data && data.length > 0 && <span className="q-count">{data.length}</span>}
      </Link>
    </nav>
  );
}
