/** One form: what it asks, how it stands on the page, and how it behaves. */
import { useLingui } from "@lingui/react/macro";
import { Button, Drawer, Segmented } from "antd";
import { LayoutPanelTop, Plus, SlidersHorizontal } from "lucide-react";
import { useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { useIsPhone } from "../../kit/media";
import { EmptyState } from "../../kit/states";
import { wholeObject, type Whole } from "../acts";
import { appOf, AppTree, WithTree } from "../AppTree";
import { labelOf, useDesign } from "../context";
import { type Dropped, DragArea } from "../drag";
import { formsOf, isGeneral, REST } from "../layout";
import RowsWaiting from "../RowsWaiting";
import { Canvas } from "./Canvas";
import { EditingContext, layoutFor, type Selection, useEditing, useFieldActs } from "./editing";
import { FieldSettings } from "./FieldSettings";
import { ItemSettings, SectionSettings } from "./ItemSettings";
import { Linkage } from "./Linkage";
import { ObjectSettings } from "./ObjectSettings";
import { Palette } from "./Palette";
import { Rules } from "./Rules";
import { useUnfinished } from "./unfinished";
import { Variants } from "./Variants";
import { ViewList } from "./ViewList";

type Part = "form" | "rules" | "views" | "settings";

export function ObjectEditor({ name }: { name: string }) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const whole = useMemo(() => wholeObject(definitions, name), [definitions, name]);
  if (!whole) return <EmptyState title={t`Not here`}>{t`This form is not in the draft.`}</EmptyState>;
  return <OpenObject whole={whole} />;
}

function OpenObject({ whole }: { whole: Whole }) {
  const { definitions, number } = useDesign();
  const [search, setSearch] = useSearchParams();
  const forms = formsOf(definitions.form, whole.name);
  const [chosen, chooseForm] = useState<string | null>(null);
  const form = forms.find(([name]) => name === chosen)?.[0] ?? forms.find(([, body]) => isGeneral(body))?.[0] ?? null;
  const field = search.get("field");
  const [selection, select] = useState<Selection>(field && whole.body.fields[field] ? { what: "field", object: whole.name, field } : null);
  const [fresh, setFresh] = useState<string | null>(null);
  const [unfinished, setUnfinished] = useUnfinished(number);
  const part = (search.get("part") ?? "form") as Part;
  const editing = { whole, form, sections: layoutFor(definitions, whole, form), selection, select, fresh, setFresh, chooseForm, unfinished, setUnfinished };
  return (
    <EditingContext value={editing}>
      <PartTabs part={part} onPart={(next) => setSearch(next === "form" ? {} : { part: next }, { replace: true })} />
      {part === "form" ? (
        <FormPart />
      ) : (
        <WithTree app={appOf("object", whole.name)}>
          {part === "rules" && (
            <div className="q-design-page">
              <Linkage />
              <Rules />
            </div>
          )}
          {part === "views" && <ViewList />}
          {part === "settings" && <ObjectSettings />}
        </WithTree>
      )}
    </EditingContext>
  );
}

function PartTabs({ part, onPart }: { part: Part; onPart: (part: Part) => void }) {
  const { t } = useLingui();
  const { whole } = useEditing();
  return (
    <div className="q-part-tabs">
      <h2 className="q-ellipsis">{labelOf(whole.body, whole.name)}</h2>
      <Segmented
        aria-label={t`Part of the form`}
        value={part}
        onChange={onPart}
        options={[
          { value: "form", label: t`Form` },
          { value: "rules", label: t`Behaviour` },
          { value: "views", label: t`Lists` },
          { value: "settings", label: t`Settings` },
        ]}
      />
      {part === "form" && <Variants />}
    </div>
  );
}

function FormPart() {
  const isPhone = useIsPhone();
  return <Dragging>{isPhone ? <PhonePanes /> : <DeskPanes />}</Dragging>;
}

/** Whatever was dropped, and where. */
function Dragging({ children }: { children: React.ReactNode }) {
  const { whole } = useEditing();
  const acts = useFieldActs();

  function drop({ id, fresh, to, from }: Dropped): void {
    const child = /^lines (.+)$/.exec(to.group)?.[1];
    if (fresh && child) acts.add(id, child);
    else if (fresh) acts.add(id, whole.name, { section: to.group, at: to.index });
    else if (id.startsWith("section ")) acts.moveSection(from.index, to.index);
    else if (child) acts.moveColumn(child, from.index, to.index);
    else if (to.group !== REST) acts.move(id, to.group, to.index);
  }

  return <DragArea onDrop={drop}>{children}</DragArea>;
}

function DeskPanes() {
  const { t } = useLingui();
  return (
    <div className="q-panes">
      <LeftPane />
      <section className="q-pane q-pane-middle" aria-label={t`The form`}>
        <RowsWaiting />
        <Canvas />
      </section>
      <aside className="q-pane q-pane-right" aria-label={t`Settings`}>
        <Selected />
      </aside>
    </div>
  );
}

/** What can be put on the form, or where else one may go: one pane for both. */
function LeftPane() {
  const { t } = useLingui();
  const { whole } = useEditing();
  const [shown, show] = useState<"fields" | "app">("fields");
  return (
    <aside className="q-pane q-pane-left" aria-label={t`Fields and the app`}>
      <Segmented
        block
        size="small"
        aria-label={t`What stands here`}
        value={shown}
        onChange={show}
        options={[
          { value: "fields", label: t`Fields` },
          { value: "app", label: t`The app` },
        ]}
      />
      {shown === "fields" ? <Palette /> : <AppTree app={appOf("object", whole.name)} />}
    </aside>
  );
}

/** One sheet for both: what was added stands in it at once, with its name to type. */
function PhonePanes() {
  const { t } = useLingui();
  const { selection, select } = useEditing();
  const [isAdding, setAdding] = useState(false);
  const close = () => (isAdding ? setAdding(false) : select(null));
  return (
    <div className="q-panes-phone">
      <Canvas />
      <Button type="primary" block icon={<Plus size={16} aria-hidden />} onClick={() => setAdding(true)}>
        {t`Add a field`}
      </Button>
      <Drawer open={isAdding || selection !== null} placement="bottom" size="80%" title={isAdding ? t`Add a field` : t`Settings`} onClose={close}>
        {isAdding ? <Palette onAdded={() => setAdding(false)} /> : <Selected />}
      </Drawer>
    </div>
  );
}

function Selected() {
  const { t } = useLingui();
  const { selection, whole } = useEditing();
  if (selection?.what === "field") return <FieldSettings key={selection.object} object={selection.object} field={selection.field} />;
  if (selection?.what === "section") return <SectionSettings key={selection.section} name={selection.section} />;
  if (selection?.what === "item") return <ItemSettings key={selection.item} name={selection.item} />;
  return (
    <div className="q-pane-hint">
      <LayoutPanelTop size={22} aria-hidden />
      <p>{t`Choose a field in the middle to change it, or add one from the left.`}</p>
      <p className="q-muted">
        <SlidersHorizontal size={14} aria-hidden /> {t`What shows, hides or is required when is under Behaviour.`}
      </p>
      <p className="q-muted q-small">{t`Name in formulas and addresses: ${whole.name}`}</p>
    </div>
  );
}

