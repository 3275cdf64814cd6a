/** A new column: of an input, a field found by its name in either language, or a formula; of an outcome, what it holds. */
import { useLingui } from "@lingui/react/macro";
import { Button, Input, Popover, Select } from "antd";
import { Plus, Sigma } from "lucide-react";
import { useState } from "react";
import "../../formula/formula.css";
import { FieldList } from "../../formula/InsertList";
import { sayName } from "../../formula/names";
import { useTypeWords } from "../../formula/words";
import { identifier, spelled } from "../../names";
import { Labelled } from "../../parts";
import { say, type Words, WordsInput } from "../../words";
import { type Side, withColumn } from "../model";
import { namesOf, useNames } from "../names";
import { useRule } from "../state";
import { TYPES } from "./types";

export function AddColumn({ side }: { side: Side }) {
  const { t } = useLingui();
  const { object } = useRule();
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  const label = side === "input" ? t`Add a condition` : t`Add an outcome`;
  return (
    <Popover trigger="click" open={isOpen} onOpenChange={setOpen} placement="bottomLeft" destroyOnHidden content={side === "input" && object ? <FieldColumn object={object} onDone={close} /> : <OwnColumn side={side} onDone={close} />}>
      <Button size="small" type="text" icon={<Plus size={14} aria-hidden />} aria-expanded={isOpen}>
        {label}
      </Button>
    </Popover>
  );
}

function FieldColumn({ object, onDone }: { object: string; onDone: () => void }) {
  const { t } = useLingui();
  const { body, put } = useRule();
  const book = useNames(object);
  const [typed, setTyped] = useState("");

  function add(formula: string): void {
    const names = namesOf(book, formula);
    const label = { en: names?.map((name) => name.label.en ?? sayName(name)).join(" › "), zh: names?.map((name) => name.label.zh ?? sayName(name)).join(" › ") };
    put(t`Add a column`, withColumn(body, "input", identifier(formula.replaceAll(".", "_"), "input"), { formula, label: names ? label : { en: "Formula", zh: "公式" } }));
    onDone();
  }

  return (
    <div className="q-insert">
      <Input autoFocus allowClear value={typed} onChange={(event) => setTyped(event.target.value)} placeholder={t`Search…`} aria-label={t`Search a field`} />
      <FieldList book={book} typed={typed} onInsert={add} onStep={() => setTyped("")} />
      <Button type="text" size="small" icon={<Sigma size={14} aria-hidden />} onClick={() => add("")}>
        {t`A formula`}
      </Button>
    </div>
  );
}

function OwnColumn({ side, onDone }: { side: Side; onDone: () => void }) {
  const { t } = useLingui();
  const words = useTypeWords();
  const { body, put } = useRule();
  const [label, setLabel] = useState<Words>({});
  const [type, setType] = useState<string>("text");

  async function add(): Promise<void> {
    if (!say(label).trim()) return;
    put(t`Add a column`, withColumn(body, side, identifier(await spelled(say(label)), side), { label, type }));
    onDone();
  }

  return (
    <div className="q-rule-settings">
      <WordsInput autoFocus label={side === "input" ? t`What is asked?` : t`What follows?`} value={label} onChange={setLabel} onEnter={() => void add()} />
      <Labelled label={t`Holds`}>{(id) => <Select id={id} value={type} onChange={setType} options={TYPES.map((each) => ({ value: each, label: words(each) }))} />}</Labelled>
      <Button type="primary" size="small" disabled={!say(label).trim()} onClick={() => void add()}>
        {t`Add the column`}
      </Button>
    </div>
  );
}
