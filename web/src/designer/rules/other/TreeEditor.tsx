/** A decision tree as a list inside a list: the first condition that holds leads on, down to the answer. */
import { useLingui } from "@lingui/react/macro";
import { Button, Input } from "antd";
import { ArrowDown, ArrowUp, GitFork, Plus, X } from "lucide-react";
import type { Body } from "../../draft";
import { outputsOf } from "../model";
import { useRule } from "../state";
import { Condition } from "./Condition";
import { Outputs } from "./Outputs";
import { answering, askingFurther, changed, moved } from "./tree";

export function TreeEditor() {
  const { t } = useLingui();
  const { body, put } = useRule();
  const rows = (body.rows ?? []) as Body[];
  const set = (next: Body[], typing = "") => put(t`Change the tree`, { rows: next }, typing);
  return (
    <div className="q-rule-parts">
      <Outputs />
      <Branches rows={rows} path={[]} onRows={set} onRow={(path, row, typing) => set(changed(rows, path, row), typing && `tree ${path.join(".")} ${typing}`)} />
    </div>
  );
}

interface BranchesProps {
  rows: Body[];
  path: number[];
  onRows: (rows: Body[]) => void;
  onRow: (path: number[], row: Body | null, typing?: string) => void;
}

function Branches({ rows, path, onRows, onRow }: BranchesProps) {
  const { t } = useLingui();
  return (
    <div className="q-tree-branches">
      <ol>
        {rows.map((row, at) => (
          <BranchItem key={at} row={row} path={[...path, at]} count={rows.length} onMove={(by) => onRows(moved(rows, at, by))} onRow={onRow} />
        ))}
      </ol>
      <Button size="small" type="text" icon={<Plus size={14} aria-hidden />} onClick={() => onRows([...rows, { when: "" }])}>
        {t`Add a branch`}
      </Button>
    </div>
  );
}

interface BranchProps {
  row: Body;
  path: number[];
  count: number;
  onMove: (by: number) => void;
  onRow: BranchesProps["onRow"];
}

function BranchItem({ row, path, count, onMove, onRow }: BranchProps) {
  const { t } = useLingui();
  const { explained } = useRule();
  const at = path.at(-1)!;
  const name = path.map((place) => place + 1).join(".");
  const isFiring = explained?.rows.map(String).includes(path.join(".")) ?? false;
  const branches = row.branches as Body[] | undefined;
  return (
    <li className={isFiring ? "q-tree-branch q-tree-firing" : "q-tree-branch"}>
      <div className="q-rule-line">
        <span className="q-rule-number">{name}</span>
        <div className="q-grow">
          <Condition value={row.when} label={t`Condition of branch ${name}`} otherwise={t`otherwise`} onChange={(when) => onRow(path, { ...row, when }, "when")} />
        </div>
        <Button type="text" size="small" disabled={at === 0} aria-label={t`Ask branch ${name} earlier`} icon={<ArrowUp size={14} aria-hidden />} onClick={() => onMove(-1)} />
        <Button type="text" size="small" disabled={at === count - 1} aria-label={t`Ask branch ${name} later`} icon={<ArrowDown size={14} aria-hidden />} onClick={() => onMove(1)} />
        <Button type="text" size="small" danger aria-label={t`Remove branch ${name}`} icon={<X size={14} aria-hidden />} onClick={() => onRow(path, null)} />
      </div>
      {branches ? (
        <>
          <Branches rows={branches} path={path} onRows={(next) => onRow(path, { ...row, branches: next })} onRow={onRow} />
          <Button size="small" type="text" onClick={() => onRow(path, answering(row))}>
            {t`Answer here instead`}
          </Button>
        </>
      ) : (
        <Outcomes row={row} name={name} onChange={(then, typing) => onRow(path, { ...row, then }, typing)} onFurther={() => onRow(path, askingFurther(row))} />
      )}
    </li>
  );
}

function Outcomes({ row, name, onChange, onFurther }: { row: Body; name: string; onChange: (then: Body, typing: string) => void; onFurther: () => void }) {
  const { t } = useLingui();
  const { body } = useRule();
  const then = (row.then ?? {}) as Record<string, string>;
  return (
    <div className="q-tree-leaf">
      {outputsOf(body).map((column) => (
        <label key={column.name} className="q-tree-outcome">
          <span>{column.label}</span>
          <Input size="small" aria-label={t`${column.label} of branch ${name}`} value={then[column.name] ?? ""} onChange={({ target }) => onChange({ ...then, [column.name]: target.value }, column.name)} />
        </label>
      ))}
      <Button size="small" type="text" icon={<GitFork size={14} aria-hidden />} onClick={onFurther}>
        {t`Ask further`}
      </Button>
    </div>
  );
}
