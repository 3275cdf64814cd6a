import { useLingui } from "@lingui/react/macro";
import { Button, Dropdown, Input, Popover } from "antd";
import { Filter, Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useDefs } from "../context";
import { fieldAt, type ObjectInfo, SYSTEM_FIELDS } from "../definitions";
import { kindOf } from "../fields/registry";
import { type Condition } from "../filters";
import { ConditionEditor, useConditionWords } from "./ConditionEditor";
import type { ListChange, ListState } from "./state";
import { inSentence } from "../../kit/i18n";

interface FilterBarProps {
  object: ObjectInfo;
  state: ListState;
  change: (change: ListChange) => void;
}

export function FilterBar({ object, state, change }: FilterBarProps) {
  const { t } = useLingui();
  const [fresh, setFresh] = useState<string | null>(null);

  function set(index: number, condition: Condition | null): void {
    const conditions = state.conditions.map((old, at) => (at === index ? condition : old)).filter((each) => each !== null);
    change({ conditions });
  }

  function add(path: string): void {
    setFresh(path);
    change({ conditions: [...state.conditions, startOf(object, path)] });
  }

  return (
    <div className="q-filters" role="search">
      <SearchBox value={state.search} onChange={(search) => change({ search })} label={t`Search ${inSentence(object.plural)}`} />
      {state.where && (
        <span className="q-chip q-chip-named">
          <Popover content={<code className="q-formula">{state.where}</code>} trigger="click">
            <button type="button">{state.named || state.where}</button>
          </Popover>
          <button type="button" aria-label={t`Remove this filter`} onClick={() => change({ where: "", named: "" })}>
            <X size={13} aria-hidden />
          </button>
        </span>
      )}
      {state.conditions.map((condition, index) => (
        <Chip
          key={`${condition.path}-${index}`}
          object={object}
          condition={condition}
          startsOpen={fresh === condition.path && index === state.conditions.length - 1}
          onChange={(next) => set(index, next)}
          onRemove={() => set(index, null)}
        />
      ))}
      <AddFilter object={object} onAdd={add} />
      {state.conditions.length > 1 && (
        <Button type="text" size="small" onClick={() => change({ conditions: [], where: "", named: "" })}>
          {t`Clear`}
        </Button>
      )}
    </div>
  );
}

/** Waits until the person stops typing; Chinese composition counts as typing. */
function SearchBox({ value, onChange, label }: { value: string; onChange: (text: string) => void; label: string }) {
  const [typed, setTyped] = useState(value);
  const composing = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);

  function later(text: string): void {
    setTyped(text);
    clearTimeout(timer.current);
    if (!composing.current) timer.current = setTimeout(() => onChange(text), 250);
  }

  return (
    <Input
      className="q-search-box"
      prefix={<Search size={15} aria-hidden />}
      allowClear
      aria-label={label}
      placeholder={label}
      value={typed}
      onChange={(event) => later(event.target.value)}
      onCompositionStart={() => {
        composing.current = true;
      }}
      onCompositionEnd={(event) => {
        composing.current = false;
        later(event.currentTarget.value);
      }}
      onPressEnter={() => onChange(typed)}
    />
  );
}

interface ChipProps {
  object: ObjectInfo;
  condition: Condition;
  startsOpen: boolean;
  onChange: (condition: Condition) => void;
  onRemove: () => void;
}

/** Shows what the person set at once; the address and the list follow. */
function Chip({ object, condition: kept, startsOpen, onChange, onRemove }: ChipProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const words = useConditionWords();
  const [isOpen, setOpen] = useState(startsOpen);
  const [condition, setCondition] = useState(kept);
  const text = JSON.stringify(kept);
  useEffect(() => setCondition(JSON.parse(text) as Condition), [text]);

  function set(next: Condition): void {
    setCondition(next);
    onChange(next);
  }

  const field = fieldAt(definitions, object, condition.path);
  if (!field) return null;
  return (
    <span className="q-chip">
      <Popover
        open={isOpen}
        onOpenChange={setOpen}
        trigger="click"
        placement="bottomLeft"
        destroyOnHidden
        content={<ConditionEditor field={field} condition={condition} onChange={set} onClose={() => setOpen(false)} />}
      >
        <button type="button" aria-expanded={isOpen}>
          <span className="q-muted">{field.label}</span> {words(field, condition)}
        </button>
      </Popover>
      <button type="button" aria-label={t`Remove the filter on ${field.label}`} onClick={onRemove}>
        <X size={13} aria-hidden />
      </button>
    </span>
  );
}

function AddFilter({ object, onAdd }: { object: ObjectInfo; onAdd: (path: string) => void }) {
  const { t } = useLingui();
  const fields = object.fields.filter((field) => kindOf(field).operators.length > 0 && (!SYSTEM_FIELDS.has(field.name) || /_at$|_by$/.test(field.name)));
  const items = fields.map((field) => {
    const { icon: Icon } = kindOf(field);
    return { key: field.name, label: field.label, icon: <Icon size={14} aria-hidden /> };
  });
  return (
    <Dropdown trigger={["click"]} menu={{ items, onClick: ({ key }) => onAdd(key), className: "q-tall-menu" }}>
      <Button type="text" icon={<Filter size={15} aria-hidden />}>
        {t`Filter`}
      </Button>
    </Dropdown>
  );
}

function startOf(object: ObjectInfo, path: string): Condition {
  const field = object.fields.find((each) => each.name === path);
  const operator = field && kindOf(field).operators[0];
  return { path, operator: operator?.name ?? "blank", values: [] };
}
