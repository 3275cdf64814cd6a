/** The choices of a field: words, colours, order, what is no longer offered, and in trees what belongs under what. */
import { useLingui } from "@lingui/react/macro";
import { Button, Dropdown, Input, Select } from "antd";
import { ArchiveRestore, Ellipsis, GripVertical, Plus } from "lucide-react";
import { useState } from "react";
import { language } from "../../kit/i18n";
import type { Tone } from "../../kit/theme";
import { wholeObject } from "../acts";
import { isShipped, useDesign } from "../context";
import type { Body } from "../draft";
import { DragArea, useSorted } from "../drag";
import { identifier, spelled, unused } from "../names";
import { released } from "../released";
import { say } from "../words";
import { useFieldActs } from "./editing";
import { RenameDialog } from "./RenameDialog";

const TONES: Tone[] = ["neutral", "info", "good", "warning", "bad"];

const inOrder = (field: Body | undefined): [string, Body][] => Object.entries((field?.choices ?? {}) as Record<string, Body>).toSorted(([, one], [, other]) => (one.order ?? 0) - (other.order ?? 0));

interface ChoicesEditorProps {
  object: string;
  field: string;
  body: Body;
  set: (news: Body, typing?: string) => void;
  isTree: boolean;
}

export function ChoicesEditor({ object, field, body, set, isTree }: ChoicesEditorProps) {
  const { t } = useLingui();
  const { isPublished } = useFieldActs();
  const { store, definitions } = useDesign();
  const [renaming, setRenaming] = useState<string | null>(null);
  const choices = inOrder(body);
  const write = (next: [string, Body][], typing = "") => set({ choices: Object.fromEntries(next.map(([name, choice], at) => [name, { ...choice, order: 10 * (at + 1) }])) }, typing);
  const change = (at: number, news: Body, typing = "") => write(choices.map(([name, choice], place) => [name, place === at ? clean({ ...choice, ...news }) : choice]), typing);

  function add(): void {
    const name = unused("choice", choices.map(([each]) => each));
    write([...choices, [name, { label: {} }]]);
    requestAnimationFrame(() => writeIn(choices.length));
  }

  /** Enter: the next choice; behind the last one a new one; from one left empty on to the next field. */
  function goOn(at: number): void {
    if (at + 1 < choices.length) return writeIn(at + 1);
    if (say(choices[at]?.[1].label)) return add();
    document.getElementById("q-field-search")?.focus();
    if (choices.length > 1) write(choices.slice(0, -1));
  }

  /** A choice that no record can hold yet is named as it is called. Meanwhile others may have been typed. */
  async function settle(at: number): Promise<void> {
    const found = choices[at];
    if (!found || !say(found[1].label) || isPublished(object, field, found[0])) return;
    await released();
    const wanted = identifier(await spelled(say(found[1].label)), "choice");
    const now = inOrder(wholeObject(store.read().definitions, object)?.body.fields[store.nameNow(object, field)] as Body | undefined);
    if (!now.some(([each]) => each === found[0])) return;
    const name = unused(wanted, now.flatMap(([each]) => (each === found[0] ? [] : [each])));
    if (name === found[0]) return;
    write(now.map(([each, choice]) => (each === found[0] ? [name, choice] : [each, choice.under === found[0] ? { ...choice, under: name } : choice])), "choices");
  }

  return (
    <fieldset className="q-setting-group">
      <legend>{t`Choices`}</legend>
      <DragArea onDrop={({ from, to }) => write(moved(choices, from.index, to.index))}>
        <ol className="q-choices">
          {choices.map(([name, choice], index) => (
            <ChoiceRow
              key={index}
              name={name}
              index={index}
              choice={choice}
              others={isTree ? choices.filter(([other]) => other !== name) : []}
              isTree={isTree}
              onChange={(news, typing) => change(index, news, typing)}
              onDone={() => void settle(index)}
              onNext={() => goOn(index)}
              onRename={isPublished(object, field, name) && !isShipped(definitions, object, field, name) ? () => setRenaming(name) : undefined}
              onRemove={() => (isPublished(object, field, name) ? change(index, { retired: true }) : write(choices.filter((_, at) => at !== index)))}
            />
          ))}
        </ol>
      </DragArea>
      <Button size="small" type="dashed" icon={<Plus size={14} aria-hidden />} onClick={add}>
        {t`Add a choice`}
      </Button>
      {renaming && <RenameDialog object={object} field={field} choice={renaming} label={say(body.choices[renaming]?.label, renaming)} onClose={() => setRenaming(null)} />}
    </fieldset>
  );
}

const writeIn = (at: number) => document.querySelectorAll<HTMLInputElement>("[data-choice] .q-grow > input")[at]?.focus();

const clean = (choice: Body): Body => Object.fromEntries(Object.entries(choice).filter(([, value]) => value !== undefined && value !== false && value !== "" && value !== "neutral"));

function moved<T>(items: T[], from: number, to: number): T[] {
  const item = items[from];
  return item === undefined ? items : items.toSpliced(from, 1).toSpliced(to, 0, item);
}

interface ChoiceRowProps {
  name: string;
  index: number;
  choice: Body;
  others: [string, Body][];
  isTree: boolean;
  onChange: (news: Body, typing?: string) => void;
  onDone: () => void;
  onNext: () => void;
  onRename?: () => void;
  onRemove: () => void;
}

function ChoiceRow({ name, index, choice, others, isTree, onChange, onDone, onNext, onRename, onRemove }: ChoiceRowProps) {
  const { t } = useLingui();
  const { ref, handleRef, isDragging } = useSorted(`choice ${index}`, index, "choices");
  const here = language();
  const words = say(choice.label);
  const tone = (choice.tone ?? "neutral") as Tone;
  const names: Record<Tone, string> = { neutral: t`Grey`, info: t`Blue`, good: t`Green`, warning: t`Yellow`, bad: t`Red` };
  const colours = TONES.map((each) => ({ key: each, label: <span className={`q-tag q-tag-${each}`}>{names[each]}</span> }));
  return (
    <li ref={ref} data-choice={name} className={`q-choice${isDragging ? " q-lifted" : ""}${choice.retired ? " q-choice-retired" : ""}`}>
      <button type="button" ref={handleRef} className="q-handle" aria-label={t`Move ${words}`}>
        <GripVertical size={14} aria-hidden />
      </button>
      <Dropdown trigger={["click"]} menu={{ items: colours, onClick: ({ key }) => onChange({ tone: key }) }}>
        <button type="button" className={`q-tone q-tag-${tone}`} aria-label={t`Colour of ${words}: ${names[tone]}`} />
      </Dropdown>
      <div className="q-grow">
        <Input
          size="small"
          aria-label={t`Choice ${index + 1}`}
          value={choice.label?.[here] ?? ""}
          placeholder={words || t`Choice ${index + 1}`}
          onChange={(event) => onChange({ label: { ...choice.label, [here]: event.target.value } }, `choice ${index}`)}
          onFocus={({ target }) => target.select()}
          onBlur={onDone}
          onKeyDown={(event) => event.key === "Enter" && !event.nativeEvent.isComposing && onNext()}
        />
        {isTree && (
          <Select size="small" allowClear aria-label={t`${words} belongs under`} placeholder={t`Belongs under`} value={choice.under} options={others.map(([other, each]) => ({ value: other, label: say(each.label, other) }))} onChange={(under) => onChange({ under })} />
        )}
      </div>
      {choice.retired ? (
        <Button size="small" type="text" aria-label={t`Offer ${words} again`} icon={<ArchiveRestore size={14} aria-hidden />} onClick={() => onChange({ retired: false })} />
      ) : (
        <Dropdown
          trigger={["click"]}
          menu={{
            items: [
              { key: "retire", label: t`Offer it no longer` },
              ...(onRename ? [{ key: "rename", label: t`Rename…` }] : []),
              { key: "remove", label: t`Remove`, danger: true },
            ],
            onClick: ({ key }) => (key === "retire" ? onChange({ retired: true }) : key === "rename" ? onRename?.() : onRemove()),
          }}
        >
          <Button size="small" type="text" aria-label={t`More for ${words}`} icon={<Ellipsis size={14} aria-hidden />} />
        </Dropdown>
      )}
    </li>
  );
}
