/** The branch that is chosen: when it is taken, and what it answers or asks further. */
import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { ArrowLeft, ArrowRight, Flag, GitFork, Trash2 } from "lucide-react";
import type { Body } from "../../draft";
import { outputsOf } from "../model";
import { useRule } from "../state";
import { Condition } from "./Condition";
import { OutcomeInput } from "./OutcomeInput";
import { answering, askingFurther, below, called, rowAt } from "./tree";
import { Wrong } from "./Wrong";

interface BranchPanelProps {
  rows: Body[];
  path: number[];
  onRow: (row: Body, typing?: string) => void;
  onMove: (by: number) => void;
  onRemove: () => void;
}

export function BranchPanel({ rows, path, onRow, onMove, onRemove }: BranchPanelProps) {
  const { t } = useLingui();
  const { body } = useRule();
  const row = rowAt(rows, path);
  if (!row) return <p className="q-muted">{rows.length ? t`Choose a branch: what it asks and answers stands here.` : t`A tree begins with its first branch: press the plus.`}</p>;
  const name = called(path);
  const at = path.at(-1)!;
  const count = below(rows, path.slice(0, -1)).length;
  const place = `rows.${path.join(".branches.")}`;
  const then = (row.then ?? {}) as Record<string, string>;
  return (
    <section className="q-box q-rule-part" aria-label={t`Branch ${name}`}>
      <div className="q-rule-line q-rule-wraps">
        <h2 className="q-grow">{t`Branch ${name}`}</h2>
        <Button type="text" size="small" disabled={at === 0} aria-label={t`Ask branch ${name} earlier`} icon={<ArrowLeft size={14} aria-hidden />} onClick={() => onMove(-1)} />
        <Button type="text" size="small" disabled={at === count - 1} aria-label={t`Ask branch ${name} later`} icon={<ArrowRight size={14} aria-hidden />} onClick={() => onMove(1)} />
        {row.branches ? (
          <Button size="small" icon={<Flag size={14} aria-hidden />} onClick={() => onRow(answering(row))}>{t`Answer here instead`}</Button>
        ) : (
          <Button size="small" icon={<GitFork size={14} aria-hidden />} onClick={() => onRow(askingFurther(row))}>{t`Ask further`}</Button>
        )}
        <Button type="text" size="small" danger aria-label={t`Remove branch ${name}`} icon={<Trash2 size={14} aria-hidden />} onClick={onRemove} />
      </div>
      <Condition value={row.when} label={t`Condition of branch ${name}`} otherwise={t`otherwise`} place={place} onChange={(when) => onRow({ ...row, when }, "when")} />
      <Wrong at={place} />
      {!row.branches && (
        <div className="q-two-fields">
          {outputsOf(body).map((column) => (
            <OutcomeInput key={column.name} column={column} label={t`${column.label} of branch ${name}`} place={`${place}.then.${column.name}`} value={then[column.name] ?? ""} onChange={(formula) => onRow({ ...row, then: { ...then, [column.name]: formula } }, column.name)} />
          ))}
        </div>
      )}
    </section>
  );
}
