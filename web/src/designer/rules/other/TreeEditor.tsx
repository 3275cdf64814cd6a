/** A decision tree: drawn, and below it the branch that is chosen. */
import { useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import type { Body } from "../../draft";
import { useRule } from "../state";
import { BranchPanel } from "./BranchPanel";
import { Outputs } from "./Outputs";
import { TreeCanvas } from "./TreeCanvas";
import { below, changed, moved, pathOf, pathText, withBelow } from "./tree";

export function TreeEditor() {
  const { t } = useLingui();
  const { body, put, wanted } = useRule();
  const [chosen, choose] = useState(wanted?.place ? pathText(pathOf(wanted.place)) : "0");
  const rows = (body.rows ?? []) as Body[];
  const path = chosen.split(".").map(Number);
  const set = (next: Body[], typing = "") => put(t`Change the tree`, { rows: next }, typing && `tree ${chosen} ${typing}`);
  useEffect(() => {
    if (wanted?.place?.startsWith("rows.")) choose(pathText(pathOf(wanted.place)));
  }, [wanted]);

  function move(from: number[], by: number): void {
    const [above, at] = [from.slice(0, -1), from.at(-1)!];
    const siblings = below(rows, above);
    if (at + by < 0 || at + by >= siblings.length) return;
    set(withBelow(rows, above, moved(siblings, at, by)));
    choose(pathText([...above, at + by]));
  }

  function remove(from: number[]): void {
    set(changed(rows, from, null));
    choose(pathText([...from.slice(0, -1), Math.max(0, from.at(-1)! - 1)]));
  }

  return (
    <>
      <Outputs />
      <TreeCanvas rows={rows} chosen={chosen} choose={choose} onRows={set} onMove={move} onRemove={remove} />
      <BranchPanel key={chosen} rows={rows} path={path} onRow={(row, typing) => set(changed(rows, path, row), typing)} onMove={(by) => move(path, by)} onRemove={() => remove(path)} />
    </>
  );
}
