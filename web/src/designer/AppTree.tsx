/** All that an app is made of, at hand at the left: forms with their lists and prints, home pages, words. */
import { useLingui } from "@lingui/react/macro";
import { Button, Dropdown, Select } from "antd";
import { House, Languages, LayoutList, Plus, Printer, SquarePlus, Table2, Workflow } from "lucide-react";
import { type ReactNode, useState } from "react";
import { NavLink, useNavigate, useParams } from "react-router";
import { NamedIcon } from "../kit/icons";
import { NewFlowDialog } from "../flows/NewFlowDialog";
import { alive, bodyOf, menuOf, rolesOf } from "./acts";
import { NewHomeDialog } from "./app/NewHomeDialog";
import { NewObjectDialog } from "./app/NewObjectDialog";
import { labelOf, useDesign } from "./context";
import type { Definitions } from "./draft";
import { kindOfRule } from "./rules/kinds";
import { NewRuleDialog } from "./rules/NewRuleDialog";
import { say } from "./words";

/** An editor with the tree of its app beside it. */
export function WithTree({ app, children }: { app: string; children: ReactNode }) {
  const { t } = useLingui();
  return (
    <div className="q-with-tree">
      <aside className="q-pane q-pane-left q-desk-only" aria-label={t`The app`}>
        <AppTree app={app} />
      </aside>
      <div className="q-beside-tree">{children}</div>
    </div>
  );
}

/** The app that a definition belongs to, as its name says. */
export const appOf = (kind: string, name: string): string => (kind === "app" || kind === "words" ? name : (name.split(".")[0] ?? ""));

export function AppTree({ app }: { app: string }) {
  const { t } = useLingui();
  const { definitions, number } = useDesign();
  const navigate = useNavigate();
  const apps = alive(definitions, "app").toSorted(([, one], [, other]) => (one.order ?? 0) - (other.order ?? 0));
  return (
    <nav className="q-tree" aria-label={t`What the app is made of`}>
      <div className="q-tree-head">
        <Select
          aria-label={t`App`}
          showSearch={{ optionFilterProp: "label" }}
          value={app}
          options={apps.map(([name, body]) => ({ value: name, label: labelOf(body, name) }))}
          onChange={(name: string) => navigate(`/design/${number}/app/${name}`)}
        />
        <MakeNew app={app} />
      </div>
      <Branch to={`app/${app}`} icon={<NamedIcon name={bodyOf(definitions, "app", app)?.icon} app={app} size={16} />} label={t`Menu and name`} />
      <Forms app={app} />
      <Rules app={app} />
      <Flows app={app} />
      <Homes app={app} />
      <Branch to={`words/${app}`} icon={<Languages size={16} aria-hidden />} label={t`Words in both languages`} />
    </nav>
  );
}

function Branch({ to, icon, label, isInner }: { to: string; icon: ReactNode; label: string; isInner?: boolean }) {
  const { number } = useDesign();
  return (
    <NavLink to={`/design/${number}/${to}`} className={isInner ? "q-branch q-branch-inner" : "q-branch"}>
      {icon} <span className="q-ellipsis">{label}</span>
    </NavLink>
  );
}

function Forms({ app }: { app: string }) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const { name: open } = useParams();
  const objects = inMenuOrder(definitions, app);
  if (objects.length === 0) return null;
  return (
    <section>
      <h3>{t`Forms`}</h3>
      {objects.map(([name, body]) => {
        const views = partsOf(definitions, "view", name);
        const prints = partsOf(definitions, "print", name);
        const isOpen = [name, ...[...views, ...prints].map(([each]) => each)].includes(open ?? "");
        return (
          <div key={name}>
            <Branch to={`object/${name}`} icon={<NamedIcon name={body.icon} object={name} app={app} size={16} />} label={labelOf(body, name)} />
            {isOpen && views.map(([view, each]) => <Branch key={view} isInner to={`view/${view}`} icon={<LayoutList size={15} aria-hidden />} label={labelOf(each, view)} />)}
            {isOpen && prints.map(([print, each]) => <Branch key={print} isInner to={`print/${print}`} icon={<Printer size={15} aria-hidden />} label={labelOf(each, print)} />)}
          </div>
        );
      })}
    </section>
  );
}

const partsOf = (definitions: Definitions, kind: string, object: string) => alive(definitions, kind).filter(([, body]) => body.object === object);

/** As the menu has them; what isn't in the menu follows. */
function inMenuOrder(definitions: Definitions, app: string) {
  const places = menuOf(bodyOf(definitions, "app", app) ?? {}).map(([, item]) => item.object as string | undefined);
  const place = (name: string) => (places.includes(name) ? places.indexOf(name) : places.length);
  return alive(definitions, "object")
    .filter(([name, body]) => !body.extend && !body.lines_of && name.startsWith(`${app}.`))
    .toSorted(([one], [other]) => place(one) - place(other));
}

function Rules({ app }: { app: string }) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const rules = alive(definitions, "rule").filter(([name]) => name.startsWith(`${app}.`));
  if (rules.length === 0) return null;
  return (
    <section>
      <h3>{t`Rules`}</h3>
      {rules.map(([name, body]) => {
        const Icon = kindOfRule(body.kind).icon;
        return <Branch key={name} to={`rule/${name}`} icon={<Icon size={16} aria-hidden />} label={labelOf(body, name)} />;
      })}
    </section>
  );
}

function Flows({ app }: { app: string }) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const flows = alive(definitions, "flow").filter(([name]) => name.startsWith(`${app}.`));
  if (flows.length === 0) return null;
  return (
    <section>
      <h3>{t`Flows`}</h3>
      {flows.map(([name, body]) => (
        <Branch key={name} to={`flow/${name}`} icon={<Workflow size={16} aria-hidden />} label={labelOf(body, name)} />
      ))}
    </section>
  );
}

function Homes({ app }: { app: string }) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const roles = rolesOf(definitions);
  const homes = alive(definitions, "home").filter(([name]) => name.startsWith(`${app}.`));
  if (homes.length === 0) return null;
  return (
    <section>
      <h3>{t`Home pages`}</h3>
      {homes.map(([name, body]) => (
        <Branch key={name} to={`home/${name}`} icon={<House size={16} aria-hidden />} label={say(roles[body.role]?.label, body.role)} />
      ))}
    </section>
  );
}

function MakeNew({ app }: { app: string }) {
  const { t } = useLingui();
  const [making, make] = useState<string | null>(null);
  const items = [
    { key: "object", label: t`New form`, icon: <SquarePlus size={15} aria-hidden /> },
    { key: "rule", label: t`New rule`, icon: <Table2 size={15} aria-hidden /> },
    { key: "flow", label: t`New flow`, icon: <Workflow size={15} aria-hidden /> },
    { key: "home", label: t`New home page`, icon: <House size={15} aria-hidden /> },
  ];
  return (
    <>
      <Dropdown trigger={["click"]} menu={{ items, onClick: ({ key }) => make(key) }}>
        <Button icon={<Plus size={16} aria-hidden />} aria-label={t`Add to the app`} />
      </Dropdown>
      {making === "object" && <NewObjectDialog app={app} onClose={() => make(null)} />}
      {making === "rule" && <NewRuleDialog app={app} onClose={() => make(null)} />}
      {making === "flow" && <NewFlowDialog app={app} onClose={() => make(null)} />}
      {making === "home" && <NewHomeDialog app={app} onClose={() => make(null)} />}
    </>
  );
}
