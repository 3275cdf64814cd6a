/** The columns of the list, and the kept ways to look at it. */
import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { Plus } from "lucide-react";
import { Link, useNavigate } from "react-router";
import { alive, bodyOf, menuOf } from "../acts";
import { useDesign, labelOf } from "../context";
import type { Body } from "../draft";
import { fieldsOf } from "../layout";
import { unused } from "../names";
import { ListColumns } from "../other/ListColumns";
import { useEditing, useFieldActs } from "./editing";

export function ViewList() {
  const { t } = useLingui();
  const { definitions, act, number } = useDesign();
  const { whole } = useEditing();
  const acts = useFieldActs();
  const navigate = useNavigate();
  const views = alive(definitions, "view").filter(([, body]) => body.object === whole.name);
  const prints = alive(definitions, "print").filter(([, body]) => body.object === whole.name);
  const listed = fieldsOf(whole.body).filter(([, field]) => field.in_list).map(([name]) => name);

  function add(): void {
    const app = whole.name.split(".")[0] ?? "";
    const name = unused(`${whole.name}_list`, Object.keys(definitions.view ?? {}));
    const label = { en: "New list", zh: "新列表" };
    const menu = bodyOf(definitions, "app", app);
    const item = { [unused("list", Object.keys(menu?.menu ?? {}))]: { view: name, order: 10 * (menuOf(menu ?? {}).length + 1) } };
    act(t`New list`, [
      { kind: "view", name, body: { view: name, object: whole.name, label, fields: listed } },
      ...(menu ? [{ kind: "app", name: app, body: { ...menu, menu: { ...menu.menu, ...item } } }] : []),
    ]);
    void navigate(`/design/${number}/view/${name}`);
  }

  function addPrint(): void {
    const name = unused(`${whole.name}_print`, Object.keys(definitions.print ?? {}));
    const lines = fieldsOf(whole.body).find(([, field]) => field.type === "lines")?.[0];
    const body: Body = { print: name, object: whole.name, label: whole.body.label, title: whole.body.label, header: listed.slice(0, 6), ...(lines ? { lines, columns: [] } : {}) };
    act(t`New print template`, [{ kind: "print", name, body }]);
    void navigate(`/design/${number}/print/${name}`);
  }

  return (
    <div className="q-design-page">
      <section className="q-box">
        <h2>{t`Columns of the list`}</h2>
        <ListColumns object={whole.name} value={listed} onChange={(names) => acts.setListed(names)} label={t`Columns of the list`} />
      </section>
      <section className="q-box">
        <h2>{t`Kept lists, boards and calendars`}</h2>
        <ul className="q-menu-order">
          {views.map(([name, body]) => (
            <li key={name}>
              <Link to={`/design/${number}/view/${name}`}>{labelOf(body, name)}</Link>
            </li>
          ))}
        </ul>
        <Button type="dashed" icon={<Plus size={15} aria-hidden />} onClick={add}>
          {t`New list`}
        </Button>
      </section>
      <section className="q-box">
        <h2>{t`Print templates`}</h2>
        <ul className="q-menu-order">
          {prints.map(([name, body]) => (
            <li key={name}>
              <Link to={`/design/${number}/print/${name}`}>{labelOf(body, name)}</Link>
            </li>
          ))}
        </ul>
        <Button type="dashed" icon={<Plus size={15} aria-hidden />} onClick={addPrint}>
          {t`New print template`}
        </Button>
      </section>
    </div>
  );
}
