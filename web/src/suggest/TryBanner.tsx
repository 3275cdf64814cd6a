/** Above everything while a draft is tried: which, as whom, that nothing is saved, and the way out. */
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
  const title = trying.title || t`draft ${trying.draft}`;
  async function leave(): Promise<void> {
    const draft = trying!.draft;
    navigate(administers ? `/design/${draft}` : "/suggestions");
    await leaveTrying(client);
  }
  return (
    <aside className="q-try-banner" aria-label={t`Trying a draft`}>
      <Eye size={17} aria-hidden />
      <span>{trying.as ? t`You are trying “${title}” as ${trying.as}: nothing is saved.` : t`You are trying “${title}”: nothing is saved.`}</span>
      <Button size="small" onClick={leave}>{t`Leave`}</Button>
    </aside>
  );
}
