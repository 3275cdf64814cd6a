import { lazy, Suspense } from "react";
import { askToSuggest, useAsked } from "./asking";
import { withWords } from "../kit/i18n";

const SuggestDialog = lazy(() => withWords(() => import("./SuggestDialog")));

export function SuggestHost() {
  const about = useAsked();
  if (!about) return null;
  return (
    <Suspense>
      <SuggestDialog about={about} onClose={() => askToSuggest(null)} />
    </Suspense>
  );
}
