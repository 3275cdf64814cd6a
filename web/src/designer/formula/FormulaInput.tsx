import { lazy, Suspense } from "react";
import type { FormulaInputProps } from "./props";

const Editor = lazy(() => import("./Editor"));

export function FormulaInput(props: FormulaInputProps) {
  return (
    <Suspense fallback={<div className="q-input-bone" />}>
      <Editor {...props} />
    </Suspense>
  );
}
