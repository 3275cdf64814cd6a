/** One app: what it is called, its forms in the order of the menu, and how to make another. */
import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { FilePlus2, GripVertical } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { NamedIcon } from "../../kit/icons";
import { EmptyState } from "../../kit/states";
import { alive, bodyOf, menuOf, reorderedMenu } from "../acts";
import { labelOf, useDesign } from "../context";
import type { Body } from "../draft";
import { DragArea, useSorted } from "../drag";
import { IconChoice } from "../parts";
import { say, WordsInput } from "../words";
import { NewPublicForm } from "../roles/NewPublicForm";
import { WordsHint } from "../WordsHint";
import { NewObjectDialog } from "./NewObjectDialog";

export function AppEditor({ name }: { name: string }) {
  const { t } = useLingui();
  const { definitions, act } = useDesign();
  const [isMaking, setMaking] = useState(false);
  const body = bodyOf(definitions, "app", name);
  if (!body) return <EmptyState title={t`Not here`}>{t`This app is not in the draft.`}</EmptyState>;
  const put = (patch: Body, typing: string) => act(t`Change the app`, [{ kind: "app", name, body: { ...body, ...patch } }], typing);
  return (
    <div className="q-design-page">
      <div className="q-design-head">
        <div className="q-name-line q-narrow">
          <IconChoice value={body.icon} onChange={(icon) => put({ icon }, "")} />
          <WordsInput label={t`Name of the app`} value={body.label} onChange={(label) => put({ label }, `app ${name} label`)} />
        </div>
        <Button type="primary" icon={<FilePlus2 size={16} aria-hidden />} onClick={() => setMaking(true)}>
          {t`New form`}
        </Button>
      </div>
      <p className="q-muted q-small">{t`Name in formulas and addresses: ${name}`}</p>
      <WordsHint app={name} />
      <Forms app={name} body={body} onNew={() => setMaking(true)} />
      <Others app={name} />
      {isMaking && <NewObjectDialog app={name} onClose={() => setMaking(false)} />}
    </div>
  );
}

function Forms({ app, body, onNew }: { app: string; body: Body; onNew: () => void }) {
  const { t } = useLingui();
  const { definitions, act } = useDesign();
  const menu = menuOf(body);
  const listed = new Set(menu.map(([, item]) => item.object));
  const more = alive(definitions, "object").filter(([name, object]) => !object.extend && !object.lines_of && name.startsWith(`${app}.`) && !listed.has(name));
  if (menu.length === 0 && more.length === 0)
    return (
      <EmptyState
        title={t`What do people write down here?`}
        action={
          <Button type="primary" onClick={onNew}>
            {t`Make the first form`}
          </Button>
        }
      >
        {t`Each form becomes a list, a page for each record, a search, an import and an export, with no further work.`}
      </EmptyState>
    );
  return (
    <section className="q-box">
      <h2>{t`In the menu`}</h2>
      <DragArea onDrop={({ from, to }) => act(t`Change the order of the menu`, reorderedMenu(definitions, app, from.index, to.index))}>
        <ol className="q-menu-order">
          {menu.map(([key, item], index) => (
            <MenuRow key={key} id={key} index={index} item={item} app={app} />
          ))}
        </ol>
      </DragArea>
      {more.length > 0 && (
        <>
          <h3>{t`Not in the menu`}</h3>
          <ul className="q-menu-order">
            {more.map(([name, object]) => (
              <li key={name}>
                <ObjectLink name={name} label={labelOf(object, name)} icon={object.icon} app={app} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function MenuRow({ id, index, item, app }: { id: string; index: number; item: Body; app: string }) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const { ref, handleRef, isDragging } = useSorted(id, index, "menu");
  const object = item.object ? bodyOf(definitions, "object", item.object) : undefined;
  const view = item.view ? bodyOf(definitions, "view", item.view) : undefined;
  const label = say(item.label) || (view ? labelOf(view, item.view) : object ? say(object.plural) || labelOf(object, item.object) : id);
  return (
    <li ref={ref} className={isDragging ? "q-lifted" : ""}>
      <button type="button" ref={handleRef} className="q-handle" aria-label={t`Move ${label}`}>
        <GripVertical size={16} aria-hidden />
      </button>
      {item.object && !item.view ? <ObjectLink name={item.object} label={label} icon={item.icon} app={app} /> : item.view ? <ViewLink name={item.view} label={label} icon={item.icon} /> : <span>{label}</span>}
      {object && !item.view && <NewPublicForm object={item.object} />}
    </li>
  );
}

function ObjectLink({ name, label, icon, app }: { name: string; label: string; icon?: string; app: string }) {
  const { number } = useDesign();
  return (
    <Link to={`/design/${number}/object/${name}`}>
      <NamedIcon name={icon} object={name} app={app} /> {label}
    </Link>
  );
}

function ViewLink({ name, label, icon }: { name: string; label: string; icon?: string }) {
  const { number } = useDesign();
  return (
    <Link to={`/design/${number}/view/${name}`}>
      <NamedIcon name={icon} /> {label}
    </Link>
  );
}

/** Views, homes and prints of the app, each with a simple editor. */
function Others({ app }: { app: string }) {
  const { t } = useLingui();
  const { definitions, number } = useDesign();
  const kinds: [string, string][] = [
    ["view", t`Views`],
    ["home", t`Home pages`],
    ["print", t`Print templates`],
    ["public_form", t`Public forms`],
  ];
  return kinds.map(([kind, title]) => {
    const found = alive(definitions, kind).filter(([name]) => name.startsWith(`${app}.`));
    if (found.length === 0) return null;
    return (
      <section className="q-box" key={kind}>
        <h2>{title}</h2>
        <ul className="q-menu-order">
          {found.map(([name, body]) => (
            <li key={name}>
              <Link to={`/design/${number}/${kind}/${name}`}>{kind === "home" ? t`Home of ${body.role}` : labelOf(body, name)}</Link>
            </li>
          ))}
        </ul>
      </section>
    );
  });
}
