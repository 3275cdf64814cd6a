/** A rule set: conditions that stand alone, the most important first, each with what follows. */
import { useLingui } from "@lingui/react/macro";
import { Button, Input, InputNumber } from "antd";
import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";
import type { Body } from "../../draft";
import { outputsOf } from "../model";
import { useSight } from "../sight";
import { useRule } from "../state";
import { HitChoice } from "../table/HitChoice";
import { Condition } from "./Condition";
import { OutcomeInput } from "./OutcomeInput";
import { Outputs } from "./Outputs";
import { moved } from "./tree";

export function SetEditor() {
  const { t } = useLingui();
  const { body, put } = useRule();
  const rows = (body.rows ?? []) as Body[];
  const set = (next: Body[], typing = "") => put(t`Change the rule set`, { rows: next }, typing);
  return (
    <div className="q-rule-parts">
      <HitChoice />
      <Outputs />
      {rows.map((row, at) => (
        <SetItem
          key={at}
          row={row}
          at={at}
          count={rows.length}
          onMove={(by) => set(moved(rows, at, by))}
          onRow={(next, typing) => set(next ? rows.map((each, place) => (place === at ? next : each)) : rows.toSpliced(at, 1), typing && `set ${at} ${typing}`)}
        />
      ))}
      <Button type="dashed" icon={<Plus size={15} aria-hidden />} onClick={() => set([...rows, { when: "" }])}>
        {t`Add a rule`}
      </Button>
    </div>
  );
}

interface SetItemProps {
  row: Body;
  at: number;
  count: number;
  onMove: (by: number) => void;
  onRow: (row: Body | null, typing?: string) => void;
}

function SetItem({ row, at, count, onMove, onRow }: SetItemProps) {
  const { t } = useLingui();
  const { body, explained } = useRule();
  const then = (row.then ?? {}) as Record<string, string>;
  const place = `rows.${at}`;
  const isFiring = explained?.rows.includes(at) ?? false;
  return (
    <section className={isFiring ? "q-box q-rule-part q-tree-firing" : "q-box q-rule-part"} aria-label={t`Rule ${at + 1}`} ref={useSight(place)}>
      <div className="q-rule-line">
        <span className="q-rule-number">{at + 1}</span>
        <Input className="q-grow" variant="borderless" aria-label={t`Name of rule ${at + 1}`} placeholder={t`What this rule is about`} value={(row.note as string | undefined) ?? ""} onChange={({ target }) => onRow({ ...row, note: target.value }, "note")} />
        {body.hit === "priority" && <InputNumber className="q-rule-short" aria-label={t`Priority of rule ${at + 1}`} placeholder={t`Priority`} value={(row.priority as number | undefined) ?? null} onChange={(priority) => onRow({ ...row, priority: priority ?? 0 }, "priority")} />}
        <Button type="text" size="small" disabled={at === 0} aria-label={t`Rule ${at + 1} earlier`} icon={<ArrowUp size={14} aria-hidden />} onClick={() => onMove(-1)} />
        <Button type="text" size="small" disabled={at === count - 1} aria-label={t`Rule ${at + 1} later`} icon={<ArrowDown size={14} aria-hidden />} onClick={() => onMove(1)} />
        <Button type="text" size="small" danger aria-label={t`Remove rule ${at + 1}`} icon={<Trash2 size={14} aria-hidden />} onClick={() => onRow(null)} />
      </div>
      <Condition value={row.when} label={t`Condition of rule ${at + 1}`} otherwise={t`always`} place={place} onChange={(when) => onRow({ ...row, when }, "when")} />
      <div className="q-two-fields">
        {outputsOf(body).map((column) => (
          <OutcomeInput key={column.name} column={column} label={t`${column.label} of rule ${at + 1}`} place={`${place}.then.${column.name}`} value={then[column.name] ?? ""} onChange={(formula) => onRow({ ...row, then: { ...then, [column.name]: formula } }, column.name)} />
        ))}
      </div>
    </section>
  );
}
