import { useLingui } from "@lingui/react/macro";
import "./suggest.css";
import { MessageSquarePlus } from "lucide-react";
import { askToSuggest } from "./asking";

/** Beside a field's value, where the pencil is. */
export function SuggestOnField({ object, field, label }: { object: string; field: string; label: string }) {
  const { t } = useLingui();
  return (
    <button type="button" className="q-fact-edit q-fact-suggest" aria-label={t`Suggest a change of ${label}`} title={t`Suggest a change`} onClick={() => askToSuggest({ object, field })}>
      <MessageSquarePlus size={13} aria-hidden />
    </button>
  );
}
