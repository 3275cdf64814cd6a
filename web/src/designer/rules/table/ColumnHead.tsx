/** The head of a column: what it asks or answers; pressed, its settings. */
import { useLingui } from "@lingui/react/macro";
import { Button, Popover, Select } from "antd";
import { ArrowLeft, ArrowRight, ChevronDown, Trash2 } from "lucide-react";
import { useState } from "react";
import { FormulaInput } from "../../formula";
import { useTypeWords } from "../../formula/words";
import type { Body } from "../../draft";
import { Labelled } from "../../parts";
import { type Words, WordsInput } from "../../words";
import { type Column, columnChanged, columnMoved, withoutColumn } from "../model";
import { useRule } from "../state";
import { ChoicesOfColumn } from "./ChoicesOfColumn";
import { TYPES } from "./types";

/** The head of bands is one of the rows' outcomes: it is set there. */
export function ColumnHead({ column, type, isFixed }: { column: Column; type: string; isFixed?: boolean }) {
  const { t } = useLingui();
  const words = useTypeWords();
  const [isOpen, setOpen] = useState(false);
  const formula = column.body.formula as string | undefined;
  if (isFixed) return <span className="q-column-head">{column.label}</span>;
  return (
    <Popover trigger="click" open={isOpen} onOpenChange={setOpen} placement="bottomLeft" destroyOnHidden content={<ColumnSettings column={column} onDone={() => setOpen(false)} />}>
      <button type="button" className="q-column-head" aria-label={t`Column ${column.label}`} aria-expanded={isOpen}>
        <span className="q-column-label">
          <span className="q-ellipsis">{column.label}</span> <ChevronDown size={13} aria-hidden />
        </span>
        <small className="q-ellipsis">{formula && formula !== column.name ? formula : words(type)}</small>
      </button>
    </Popover>
  );
}

function ColumnSettings({ column, onDone }: { column: Column; onDone: () => void }) {
  const { t } = useLingui();
  const { body, object, name, put } = useRule();
  const set = (patch: object, typing: string) => put(t`Change a column`, columnChanged(body, column, patch), `${column.name} ${typing}`);
  const isAsked = column.side === "input" && object !== "" && !column.body.type;
  function act(words: string, news: object): void {
    put(words, news);
    onDone();
  }
  return (
    <div className="q-rule-settings" key={name}>
      <WordsInput label={t`Heading`} value={column.body.label as Words} onChange={(label) => set({ label }, "label")} />
      {isAsked ? (
        <Labelled label={t`What is asked`}>{(id) => <FormulaInput id={id} object={object} value={(column.body.formula as string | undefined) ?? column.name} onChange={(formula) => set({ formula }, "formula")} label={t`What is asked`} />}</Labelled>
      ) : (
        <TypeOfColumn column={column} set={set} />
      )}
      <div className="q-column-acts">
        <Button size="small" icon={<ArrowLeft size={14} aria-hidden />} aria-label={t`Move to the left`} title={t`Move to the left`} onClick={() => act(t`Move a column`, columnMoved(body, column, -1))} />
        <Button size="small" icon={<ArrowRight size={14} aria-hidden />} aria-label={t`Move to the right`} title={t`Move to the right`} onClick={() => act(t`Move a column`, columnMoved(body, column, 1))} />
        <Button size="small" danger icon={<Trash2 size={14} aria-hidden />} onClick={() => act(t`Remove a column`, withoutColumn(body, column))}>
          {t`Remove the column`}
        </Button>
      </div>
    </div>
  );
}

function TypeOfColumn({ column, set }: { column: Column; set: (patch: object, typing: string) => void }) {
  const { t } = useLingui();
  const words = useTypeWords();
  const type = (column.body.type as string | undefined) ?? "text";
  return (
    <>
      <Labelled label={t`Holds`}>{(id) => <Select id={id} value={type} onChange={(next: string) => set({ type: next }, "type")} options={TYPES.map((each) => ({ value: each, label: words(each) }))} />}</Labelled>
      {type === "choice" && <ChoicesOfColumn value={(column.body.choices as Record<string, Body> | undefined) ?? {}} onChange={(choices) => set({ choices }, "choices")} />}
    </>
  );
}
