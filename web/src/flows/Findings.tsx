/** What the check of the draft says of this flow, at the step that it means. */
import { useFindings } from "../designer/DraftBar";
import { useFlow } from "./state";

export interface Found {
  place: string;
  words: string;
  isError: boolean;
}

/** By step; "start" is the beginning, blank the flow itself. */
export function useFlowFindings(): Map<string, Found[]> {
  const { flow } = useFlow();
  const { data } = useFindings();
  const by = new Map<string, Found[]>();
  for (const finding of data?.findings ?? []) {
    if (finding.kind !== "flow" || finding.name !== flow.flow) continue;
    const place = stepOf(finding.place ?? "");
    by.set(place, [...(by.get(place) ?? []), { place, words: [finding.detail, finding.fix].filter(Boolean).join(" "), isError: finding.severity === "error" }]);
  }
  return by;
}

/** `steps.a.branches.one.steps.b.who.x` is about b. */
export function stepOf(place: string): string {
  const parts = place.split(".");
  if (parts[0] === "start") return "start";
  let step = "";
  for (let at = 0; at < parts.length - 1; at += 1) {
    if (parts[at] === "steps" || parts[at] === "failed") step = parts[(at += 1)] ?? "";
    else if (parts[at] === "branches") at += 1;
    else if (step) break;
  }
  return step;
}

export function FindingsHere({ place }: { place: string }) {
  const found = useFlowFindings().get(place) ?? [];
  return (
    <>
      {found.map(({ words, isError }) => (
        <p key={words} role={isError ? "alert" : "note"} className={isError ? "q-alert" : "q-note"}>
          {words}
        </p>
      ))}
    </>
  );
}
