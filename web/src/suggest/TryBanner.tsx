/** Above everything while a draft is tried or somebody else's view is shown: which, as whom, that nothing is saved, and the way out. */
import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { Eye } from "lucide-react";
import { useNavigate } from "react-router";
import { useMe } from "../shell/session";
import { leaveTrying, useTrying } from "./trying";
import "./suggest.css";

export function TryBanner() {
  const { t } = useLingui();
  const trying = useTrying();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { administers } = useMe();
  if (!trying) return null;
  const { draft, as = "" } = trying;
  const title = trying.title || t`draft ${draft}`;
  const words = draft === undefined ? t`You see what ${as} sees: nothing is saved.` : as ? t`You are trying “${title}” as ${as}: nothing is saved.` : t`You are trying “${title}”: nothing is saved.`;
  async function leave(): Promise<void> {
    navigate(draft === undefined ? "/admin/users" : administers ? `/design/${draft}` : "/suggestions");
    await leaveTrying(client);
  }
  return (
    <aside className="q-try-banner" aria-label={draft === undefined ? t`Seen as somebody else` : t`Trying a draft`}>
      <Eye size={17} aria-hidden />
      <span>{words}</span>
      <Button size="small" onClick={leave}>{t`Leave`}</Button>
    </aside>
  );
}
