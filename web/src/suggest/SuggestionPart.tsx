/** One suggestion in a list: who, about what, the words, and what became of it. */
import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { Eye } from "lucide-react";
import type { ReactNode } from "react";
import { Link, useNavigate } from "react-router";
import { useNotices } from "../kit/notices";
import { showAgo } from "../kit/time";
import { ToneTag } from "../kit/ToneTag";
import type { Tone } from "../kit/theme";
import { useDefs } from "../records/context";
import { fieldOf, objectPath } from "../records/definitions";
import { titleOf } from "./SuggestDialog";
import type { Suggestion } from "./suggestions";
import { beginTrying } from "./trying";

export function SuggestionPart({ suggestion, isOwn, children }: { suggestion: Suggestion; isOwn?: boolean; children?: ReactNode }) {
  const { t } = useLingui();
  const { objects } = useDefs();
  const object = suggestion.object ? objects[suggestion.object] : undefined;
  const field = object && suggestion.field ? fieldOf(object, suggestion.field) : undefined;
  return (
    <article className="q-suggestion">
      <header>
        {object && (
          <h3>
            <Link to={objectPath(object.name)}>{object.label}</Link>
            {field && <> · {field.label}</>}
          </h3>
        )}
        <Fate suggestion={suggestion} />
        <span className="q-grow" />
        <small className="q-muted">
          {!isOwn && <>{suggestion.proposed_by_name} · </>}
          {showAgo(suggestion.created_at)}
        </small>
      </header>
      <blockquote>{suggestion.text}</blockquote>
      {suggestion.reply && (
        <p className="q-muted">
          <strong>{t`The answer:`}</strong> {suggestion.reply}
        </p>
      )}
      <div className="q-suggestion-acts">
        {suggestion.changes > 0 && suggestion.fate === "open" && <TryButton suggestion={suggestion} />}
        {children}
      </div>
    </article>
  );
}

function Fate({ suggestion }: { suggestion: Suggestion }) {
  const { t } = useLingui();
  const words: Record<Suggestion["fate"], [string, Tone]> = {
    open: [t`waits for an answer`, "neutral"],
    merged: [t`taken into a draft`, "info"],
    published: [t`live since release ${suggestion.release ?? 0}`, "good"],
    declined: [t`declined`, "bad"],
  };
  const [label, tone] = words[suggestion.fate];
  return <ToneTag tone={tone}>{label}</ToneTag>;
}

function TryButton({ suggestion }: { suggestion: Suggestion }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const navigate = useNavigate();
  const notices = useNotices();
  async function begin(): Promise<void> {
    try {
      await beginTrying(client, { draft: suggestion.draft, title: titleOf(suggestion) });
      navigate(suggestion.object ? objectPath(suggestion.object) : "/");
    } catch (error) {
      notices.problem(error);
    }
  }
  return (
    <Button size="small" icon={<Eye size={14} aria-hidden />} onClick={begin}>
      {t`Try it`}
    </Button>
  );
}
