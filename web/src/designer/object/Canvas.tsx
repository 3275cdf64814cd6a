/** The form itself, taken in hand: sections with their fields, lines with their columns. */
import { useLingui } from "@lingui/react/macro";
import { Button, Dropdown, Input } from "antd";
import { ChevronDown, GripVertical, MousePointerClick, PanelTop, Plus, StickyNote, Zap } from "lucide-react";
import { type KeyboardEvent, useEffect, useState } from "react";
import { useIsPhone } from "../../kit/media";
import { useDefs } from "../../records/context";
import { wholeObject } from "../acts";
import { useDesign } from "../context";
import type { Body } from "../draft";
import { useDropHead, useDropZone, useIsDragging, useSorted } from "../drag";
import { FIELD_TYPES, fieldTypeOf, iconOf } from "../fieldTypes";
import { fieldsOf, type Item, REST, type Section } from "../layout";
import { say } from "../words";
import { labelOfItem, type Selection, useEditing, useFieldActs } from "./editing";
import { FieldPreview } from "./preview";

export function Canvas() {
  const { t } = useLingui();
  const { sections } = useEditing();
  const isEmpty = sections.every((section) => section.items.length === 0);
  return (
    <div className="q-canvas">
      {isEmpty && <p className="q-canvas-empty">{t`Drag a field here, or click one at the left.`}</p>}
      {blocksOf(sections).map((block) =>
        block[0]!.section.kind === "section" ? <SectionCard key={block[0]!.section.name} {...block[0]!} /> : <TabBlock key={block[0]!.section.kind + block[0]!.index} tabs={block} />,
      )}
      <AddParts />
    </div>
  );
}

interface Placed {
  section: Section;
  /** Among all sections of the form. */
  index: number;
}

/** Tabs and steps that follow each other stand in one bar, as the form shows them. */
function blocksOf(sections: Section[]): Placed[][] {
  const blocks: Placed[][] = [];
  for (const [index, section] of sections.entries()) {
    const last = blocks.at(-1);
    if (last && section.kind !== "section" && last[0]!.section.kind === section.kind) last.push({ section, index });
    else blocks.push([{ section, index }]);
  }
  return blocks;
}

const isWithin = (section: Section, selection: Selection): boolean => {
  if (selection?.what === "section") return selection.section === section.name;
  return section.items.some((item) => (selection?.what === "field" ? item.field === selection.field : selection?.what === "item" && item.name === selection.item));
};

/** A bar of tabs or steps and the inside of the one that is open: what is chosen opens its tab, and so does a field held over it. */
function TabBlock({ tabs }: { tabs: Placed[] }) {
  const { selection } = useEditing();
  const isDragging = useIsDragging();
  const chosen = tabs.find(({ section }) => isWithin(section, selection))?.section.name;
  const [kept, keep] = useState({ open: chosen ?? tabs[0]!.section.name, chosen });
  if (chosen !== kept.chosen) keep({ open: chosen ?? kept.open, chosen });
  const open = tabs.find(({ section }) => section.name === kept.open) ?? tabs[0]!;
  const [start, setStart] = useState(open.section.name);
  if (!isDragging && start !== open.section.name) setStart(open.section.name);
  return (
    <section className="q-canvas-section q-canvas-block">
      <header className={`q-canvas-tabs q-canvas-${open.section.kind}s`}>
        {tabs.map((tab, at) => (
          <TabHead key={tab.section.name} {...tab} number={at + 1} isOpen={tab === open} onOpen={() => keep({ ...kept, open: tab.section.name })} />
        ))}
      </header>
      {tabs
        .filter((tab) => tab === open || (isDragging && tab.section.name === start))
        .map((tab) => (
          // What is being dragged stays on the page until it is let go.
          <div key={tab.section.name} className={tab === open ? undefined : "q-canvas-behind"}>
            <SectionItems section={tab.section} />
          </div>
        ))}
    </section>
  );
}

const HELD_OVER = 450;

function TabHead({ section, index, number, isOpen, onOpen }: Placed & { number: number; isOpen: boolean; onOpen: () => void }) {
  const { t } = useLingui();
  const { selection, select } = useEditing();
  const { ref, handleRef, isDragging } = useSorted(`section ${section.name}`, index, "sections", "section", ["section"]);
  const zone = useDropHead(section.name, section.items.length);
  const isChosen = selection?.what === "section" && selection.section === section.name;
  const title = say(section.label) || (section.kind === "tab" ? t`Tab` : t`Step`);
  const isHeldOver = zone.isDropTarget && !isOpen;
  useEffect(() => {
    if (!isHeldOver) return;
    const waiting = setTimeout(onOpen, HELD_OVER);
    return () => clearTimeout(waiting);
  }, [isHeldOver]);
  function open(): void {
    onOpen();
    select({ what: "section", section: section.name });
  }
  return (
    <span ref={ref} className={`q-canvas-tab${isOpen ? " q-open" : ""}${isChosen ? " q-chosen" : ""}${isDragging ? " q-lifted" : ""}${zone.isDropTarget ? " q-over" : ""}`}>
      <button type="button" ref={handleRef} className="q-handle" aria-label={t`Move ${title}`}>
        <GripVertical size={14} aria-hidden />
      </button>
      <button type="button" ref={zone.ref} aria-pressed={isOpen} onClick={open}>
        {section.kind === "step" && <span className="q-step-number">{number}</span>}
        {title}
        {section.when && <span className="q-tag q-tag-info">{t`Sometimes`}</span>}
      </button>
    </span>
  );
}

function SectionCard({ section, index }: Placed) {
  const { t } = useLingui();
  const { selection, select } = useEditing();
  const isRest = section.name === REST;
  const { ref, handleRef, isDragging } = useSorted(`section ${section.name}`, index, "sections", "section", ["section"]);
  const isChosen = selection?.what === "section" && selection.section === section.name;
  const title = isRest ? t`Not placed: shown at the end` : say(section.label) || t`Section`;
  return (
    <section ref={ref} className={`q-canvas-section${isChosen ? " q-chosen" : ""}${isDragging ? " q-lifted" : ""}${isRest ? " q-canvas-rest" : ""}`}>
      <header>
        {!isRest && (
          <button type="button" ref={handleRef} className="q-handle" aria-label={t`Move ${title}`}>
            <GripVertical size={15} aria-hidden />
          </button>
        )}
        {isRest ? (
          <span className="q-muted">{title}</span>
        ) : (
          <button type="button" className="q-canvas-title" aria-pressed={isChosen} onClick={() => select({ what: "section", section: section.name })}>
            <span className={say(section.label) ? "" : "q-muted"}>{title}</span>
            {section.is_side && <span className="q-tag q-tag-neutral">{t`At the side`}</span>}
            {section.when && <span className="q-tag q-tag-info">{t`Sometimes`}</span>}
          </button>
        )}
      </header>
      <SectionItems section={section} />
    </section>
  );
}

function SectionItems({ section }: { section: Section }) {
  const { t } = useLingui();
  const zone = useDropZone(section.name, section.items.length);
  const isPhone = useIsPhone();
  const columns = isPhone ? 1 : section.columns;
  return (
    <div ref={zone.ref} className={`q-canvas-items${zone.isDropTarget ? " q-over" : ""}`} style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
      {section.items.map((item, at) => (
        <ItemCard key={item.name} item={item} index={at} section={section} columns={columns} />
      ))}
      {section.items.length === 0 && <p className="q-canvas-none">{t`Empty: drop fields here`}</p>}
    </div>
  );
}

function ItemCard({ item, index, section, columns }: { item: Item; index: number; section: Section; columns: number }) {
  const { t, i18n } = useLingui();
  const { whole, sections, selection, select } = useEditing();
  const acts = useFieldActs();
  const { ref, handleRef, isDragging } = useSorted(item.name, index, section.name);
  const body = item.field ? (whole.body.fields[item.field] as Body | undefined) : undefined;
  const label = labelOfItem(whole, sections, item.name);
  const kind = body ? i18n._(fieldTypeOf(body.type)?.label ?? { id: body.type }) : item.operation ? t`Button` : t`Note`;
  const isChosen = item.field ? selection?.what === "field" && selection.object === whole.name && selection.field === item.field : selection?.what === "item" && selection.item === item.name;
  const choose = () => select(item.field ? { what: "field", object: whole.name, field: item.field } : { what: "item", item: item.name });

  function press(event: KeyboardEvent): void {
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      if (item.field) choose();
      else acts.dropItem(item.name);
    }
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    acts.nudge(item.name, event.key === "ArrowUp" ? -1 : 1);
  }

  return (
    <div ref={ref} className={`q-canvas-item${isChosen ? " q-chosen" : ""}${isDragging ? " q-lifted" : ""}`} style={{ gridColumn: `span ${Math.min(item.width, columns)}` }} data-field={item.field}>
      <button type="button" className="q-canvas-choose" aria-pressed={isChosen} aria-label={`${label}: ${kind}`} title={t`Alt and arrow keys move it`} onClick={choose} onKeyDown={press} />
      <button type="button" ref={handleRef} className="q-handle" aria-label={t`Move ${label}`}>
        <GripVertical size={15} aria-hidden />
      </button>
      {body ? body.type === "lines" ? <LinesPreview body={body} label={label} /> : <FieldPreview object={whole.name} name={item.field ?? ""} body={body} /> : <OtherItem item={item} label={label} />}
    </div>
  );
}

function OtherItem({ item, label }: { item: Item; label: string }) {
  const { operations } = useDefs();
  const { t } = useLingui();
  if (item.operation) return <span className="q-canvas-button">{operations[item.operation]?.label ?? item.operation}</span>;
  if (item.field) return <span className="q-preview-stand">{t`The list of ${label}`}</span>;
  return <p className="q-note q-canvas-note">{label || t`A note beside the fields`}</p>;
}

/** Lines with their own columns, each chosen and moved like a field. */
function LinesPreview({ body, label }: { body: Body; label: string }) {
  const { definitions } = useDesign();
  const acts = useFieldActs();
  const child = body.of ? wholeObject(definitions, body.of) : undefined;
  const columns = child ? fieldsOf(child.body).filter(([, field]) => !field.hidden) : [];
  const zone = useDropZone(`lines ${body.of}`, columns.length, ["column", "fresh"]);
  return (
    <div className="q-preview">
      <span className="q-preview-label">{label}</span>
      <div ref={zone.ref} className={`q-canvas-columns${zone.isDropTarget ? " q-over" : ""}`}>
        {columns.map(([name, field], index) => (
          <ColumnChip key={name} object={body.of} name={name} field={field} index={index} />
        ))}
        <AddColumn label={label} onAdd={(type) => acts.add(type, body.of)} />
      </div>
    </div>
  );
}

const IN_LINES = FIELD_TYPES.filter(({ name }) => !["lines", "capitals", "query"].includes(name));

/** The types of a column; typing finds one, Enter takes the first. */
function AddColumn({ label, onAdd }: { label: string; onAdd: (type: string) => void }) {
  const { t, i18n } = useLingui();
  const [isOpen, setOpen] = useState(false);
  const [typed, type] = useState("");
  const items = IN_LINES.map(({ name, label: words }) => {
    const Icon = iconOf(name);
    return { key: name, label: i18n._(words), icon: <Icon size={15} aria-hidden /> };
  }).filter((each) => each.label.toLocaleLowerCase().includes(typed.trim().toLocaleLowerCase()));
  function turn(open: boolean): void {
    setOpen(open);
    type("");
  }
  function add(name: string | undefined): void {
    if (!name) return;
    turn(false);
    onAdd(name);
  }
  return (
    <Dropdown
      trigger={["click"]}
      open={isOpen}
      onOpenChange={turn}
      menu={{ items, onClick: ({ key }) => add(key), style: { maxHeight: 340, overflow: "auto", boxShadow: "none" } }}
      popupRender={(menu) => (
        <div className="q-column-types">
          <Input
            autoFocus
            size="small"
            aria-label={t`Find a kind of field`}
            placeholder={t`Find a kind of field`}
            value={typed}
            onChange={(event) => type(event.target.value)}
            onKeyDown={(event) => event.key === "Enter" && !event.nativeEvent.isComposing && add(items[0]?.key)}
          />
          {menu}
        </div>
      )}
    >
      <Button type="dashed" size="small" className="q-add-column" icon={<Plus size={14} aria-hidden />} aria-label={t`Add a column to ${label}`}>
        {t`Column`}
      </Button>
    </Dropdown>
  );
}

function ColumnChip({ object, name, field, index }: { object: string; name: string; field: Body; index: number }) {
  const { t, i18n } = useLingui();
  const { selection, select } = useEditing();
  const { ref, handleRef, isDragging } = useSorted(`column ${object} ${name}`, index, `lines ${object}`, "column", ["column", "fresh"]);
  const isChosen = selection?.what === "field" && selection.object === object && selection.field === name;
  const label = say(field.label, name);
  const Icon = iconOf(field.formula !== undefined ? "formula" : field.type);
  return (
    <span ref={ref} className={`q-column-chip${isChosen ? " q-chosen" : ""}${isDragging ? " q-lifted" : ""}`}>
      <button type="button" ref={handleRef} className="q-handle" aria-label={t`Move ${label}`}>
        <GripVertical size={13} aria-hidden />
      </button>
      <button type="button" className="q-column-name" aria-pressed={isChosen} aria-label={`${label}: ${i18n._(fieldTypeOf(field.type)?.label ?? { id: field.type })}`} onClick={() => select({ what: "field", object, field: name })}>
        <Icon size={14} aria-hidden /> {label}
      </button>
    </span>
  );
}

function AddParts() {
  const { t } = useLingui();
  const { whole } = useEditing();
  const acts = useFieldActs();
  const { objects, operations } = useDefs();
  const own = (objects[whole.name]?.operations ?? []).flatMap((name) => (operations[name] ? [{ key: name, label: operations[name].label }] : []));
  const sections = [
    { key: "section", label: t`Section` },
    { key: "tab", label: t`Tab` },
    { key: "step", label: t`Step` },
  ];
  const named: Record<string, Record<string, string>> = { section: { en: "New section", zh: "新分区" }, tab: { en: "New tab", zh: "新标签页" }, step: { en: "New step", zh: "新步骤" } };
  return (
    <div className="q-add-parts">
      <Dropdown trigger={["click"]} menu={{ items: sections, onClick: ({ key }) => acts.addSection(key as Section["kind"], named[key] ?? {}) }}>
        <Button size="small" icon={<PanelTop size={14} aria-hidden />}>
          {t`Add a section or tab`} <ChevronDown size={13} aria-hidden />
        </Button>
      </Dropdown>
      <Button size="small" icon={<StickyNote size={14} aria-hidden />} onClick={() => acts.addItem({ note: { en: "Say here what helps.", zh: "在此写下提示。" }, width: 2 }, "note")}>
        {t`Add a note`}
      </Button>
      {own.length > 0 && (
        <Dropdown trigger={["click"]} menu={{ items: own, onClick: ({ key }) => acts.addItem({ operation: key }, "button") }}>
          <Button size="small" icon={<Zap size={14} aria-hidden />}>
            {t`Add a button`} <ChevronDown size={13} aria-hidden />
          </Button>
        </Dropdown>
      )}
      <span className="q-muted q-small q-desk-only">
        <MousePointerClick size={13} aria-hidden /> {t`Drag by the dots, or press Alt and an arrow key.`}
      </span>
    </div>
  );
}
