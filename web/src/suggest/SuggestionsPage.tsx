/** “My suggestions”: each with what became of it. */
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { MessageSquarePlus } from "lucide-react";
import { PageTitle } from "../kit/PageTitle";
import { Bones, EmptyState, Failed } from "../kit/states";
import { askToSuggest } from "./asking";
import { SuggestionPart } from "./SuggestionPart";
import { fetchSuggestions } from "./suggestions";
import "./suggest.css";

export function Component() {
  const { t } = useLingui();
  const { data, error, refetch } = useQuery({ queryKey: ["suggestions", "own"], queryFn: ({ signal }) => fetchSuggestions(false, signal) });
  return (
    <div className="q-suggestions">
      <PageTitle
        title={t`My suggestions`}
        actions={
          <Button type="primary" icon={<MessageSquarePlus size={16} aria-hidden />} onClick={() => askToSuggest({ page: "/" })}>
            {t`Suggest a change`}
          </Button>
        }
      />
      {error ? <Failed error={error} retry={refetch} /> : !data ? <Bones /> : data.length === 0 ? <Nothing /> : data.map((each) => <SuggestionPart key={each.draft} suggestion={each} isOwn />)}
    </div>
  );
}

function Nothing() {
  const { t } = useLingui();
  return <EmptyState title={t`Nothing suggested yet`}>{t`You know best what would make your work easier. “Suggest a change” stands in the menu of every record and list, and beside every field.`}</EmptyState>;
}
