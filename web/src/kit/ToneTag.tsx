import type { ReactNode } from "react";
import type { Tone } from "./theme";

export function ToneTag({ tone = "neutral", children, strong }: { tone?: Tone; children: ReactNode; strong?: boolean }) {
  return <span className={`q-tag q-tag-${tone}${strong ? " q-tag-strong" : ""}`}>{children}</span>;
}
