/** Suggestions that wait for a builder: tried, taken into a draft, or declined with a word. */
import { useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input } from "antd";
import { DraftingCompass, MessageSquareX } from "lucide-react";
import { Link, useNavigate } from "react-router";
import { useNotices } from "../../kit/notices";
import { PageTitle } from "../../kit/PageTitle";
import { Bones, EmptyState, Failed } from "../../kit/states";
import { useMe } from "../../shell/session";
import { SuggestionPart } from "../../suggest/SuggestionPart";
import { declineSuggestion, fetchSuggestions, type Suggestion } from "../../suggest/suggestions";
import { TakeIn } from "./TakeIn";
import "../../suggest/suggest.css";

export function Component() {
  const { t } = useLingui();
  const me = useMe();
  const { data, error, refetch } = useQuery({ queryKey: ["suggestions", "all"], queryFn: ({ signal }) => fetchSuggestions(true, signal), enabled: me.administers });
  if (!me.administers) return <EmptyState title={t`For builders`}>{t`Ask an administrator of your workspace for a role that may change apps.`}</EmptyState>;
  return (
    <div className="q-suggestions">
      <PageTitle title={t`Suggestions`} above={<Link to="/design">{t`Designer`}</Link>} />
      {error ? <Failed error={error} retry={refetch} /> : !data ? <Bones /> : data.length === 0 ? <EmptyState title={t`No suggestion waits`}>{t`Anybody can suggest a change on any field or page; it shows up here.`}</EmptyState> : data.map((each) => (
        <SuggestionPart key={each.draft} suggestion={each}>
          <Acts suggestion={each} />
        </SuggestionPart>
      ))}
    </div>
  );
}

function Acts({ suggestion }: { suggestion: Suggestion }) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const place = suggestion.object ? `object/${suggestion.object}${suggestion.field ? `?field=${suggestion.field}` : ""}` : "";
  return (
    <>
      <Button size="small" type="primary" icon={<DraftingCompass size={14} aria-hidden />} onClick={() => navigate(`/design/${suggestion.draft}/${place}`)}>
        {t`Open in the designer`}
      </Button>
      <TakeIn from={suggestion.draft} onTaken={(into) => navigate(`/design/${into}/${place}`)} />
      <Decline suggestion={suggestion} />
    </>
  );
}

function Decline({ suggestion }: { suggestion: Suggestion }) {
  const { t } = useLingui();
  const { modal } = App.useApp();
  const client = useQueryClient();
  const notices = useNotices();
  function ask(): void {
    let reply = "";
    modal.confirm({
      title: t`Decline this suggestion?`,
      content: <Input.TextArea autoFocus aria-label={t`What you tell ${suggestion.proposed_by_name}`} placeholder={t`What you tell ${suggestion.proposed_by_name}`} autoSize={{ minRows: 3 }} onChange={(event) => (reply = event.target.value)} />,
      okText: t`Decline`,
      okButtonProps: { danger: true },
      onOk: async () => {
        try {
          await declineSuggestion(suggestion.draft, reply);
          await client.invalidateQueries({ queryKey: ["suggestions"] });
        } catch (error) {
          notices.problem(error);
        }
      },
    });
  }
  return (
    <Button size="small" icon={<MessageSquareX size={14} aria-hidden />} onClick={ask}>
      {t`Decline`}
    </Button>
  );
}
