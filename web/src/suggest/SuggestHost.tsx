import { lazy, Suspense } from "react";
import { askToSuggest, useAsked } from "./asking";

const SuggestDialog = lazy(() => import("./SuggestDialog"));

export function SuggestHost() {
  const about = useAsked();
  if (!about) return null;
  return (
    <Suspense>
      <SuggestDialog about={about} onClose={() => askToSuggest(null)} />
    </Suspense>
  );
}
