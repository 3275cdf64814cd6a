import { CircleAlert } from "lucide-react";
import { useFindings } from "../analysis";

/** What is wrong at a place of the rule, told right there. */
export function Wrong({ at }: { at: string }) {
  return useFindings().at(at).map((message) => (
    <p key={message} className="q-rule-wrong" role="alert">
      <CircleAlert size={13} aria-hidden /> {message}
    </p>
  ));
}
