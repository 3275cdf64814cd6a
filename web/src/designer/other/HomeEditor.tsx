/** The home page of a role: what waits, counted, and figures. */
import { useLingui } from "@lingui/react/macro";
import { Button, Input, Select } from "antd";
import { Plus, Trash2 } from "lucide-react";
import { EmptyState } from "../../kit/states";
import { alive, bodyOf } from "../acts";
import { ConditionBuilder } from "../ConditionBuilder";
import { labelOf, useDesign } from "../context";
import type { Body } from "../draft";
import { unused } from "../names";
import { Labelled } from "../parts";
import { type Words, WordsInput } from "../words";

export function HomeEditor({ name }: { name: string }) {
  const { t } = useLingui();
  const { definitions, act } = useDesign();
  const body = bodyOf(definitions, "home", name);
  if (!body) return <EmptyState title={t`Not here`}>{t`This home page is not in the draft.`}</EmptyState>;
  const put = (news: Body, typing = "") => act(t`Change a home page`, [{ kind: "home", name, body: { ...body, ...news } }], typing && `${name} ${typing}`);
  return (
    <div className="q-design-page">
      <Parts title={t`What waits, counted`} kind="cards" body={body} put={put} add={t`Add what waits`} />
      <Parts title={t`Figures`} kind="tiles" body={body} put={put} add={t`Add a figure`} />
    </div>
  );
}

interface PartsProps {
  title: string;
  kind: "cards" | "tiles";
  body: Body;
  put: (news: Body, typing?: string) => void;
  add: string;
}

function Parts({ title, kind, body, put, add }: PartsProps) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const parts = (body[kind] ?? {}) as Record<string, Body>;
  const objects = alive(definitions, "object").filter(([, each]) => !each.extend && !each.lines_of);
  const first = objects.find(([name]) => name.startsWith(`${(body.home as string).split(".")[0]}.`))?.[0] ?? objects[0]?.[0];
  const set = (name: string, news: Body, typing = "") => put({ [kind]: { ...parts, [name]: { ...parts[name], ...news } } }, typing && `${name} ${typing}`);
  const start = { label: { en: "New", zh: "新项目" }, object: first, where: "true", order: 10 * (Object.keys(parts).length + 1), ...(kind === "tiles" ? { value: "count(rows)" } : {}) };
  return (
    <section className="q-box">
      <h2>{title}</h2>
      {Object.entries(parts)
        .toSorted(([, one], [, other]) => (one.order ?? 0) - (other.order ?? 0))
        .map(([name, part]) => (
          <div key={name} className="q-linkage-rule">
            <div className="q-two-fields">
              <WordsInput label={t`Says`} value={part.label as Words} onChange={(label) => set(name, { label }, "label")} />
              <Labelled label={t`Counts`}>{(id) => <Select id={id} showSearch={{ optionFilterProp: "label" }} value={part.object as string} options={objects.map(([object, each]) => ({ value: object, label: labelOf(each, object) }))} onChange={(object) => set(name, { object, where: "true" })} />}</Labelled>
            </div>
            <ConditionBuilder object={part.object} label={t`Only records with`} value={part.where === "true" ? "" : part.where} onChange={(where) => set(name, { where: where || "true" }, "where")} />
            {kind === "tiles" && <Labelled label={t`Figure`} help={t`count(rows), sum(rows.amount), avg(rows.score)`}>{(id) => <Input id={id} value={part.value as string} onChange={(event) => set(name, { value: event.target.value }, "value")} />}</Labelled>}
            <Button danger type="text" size="small" icon={<Trash2 size={14} aria-hidden />} onClick={() => put({ [kind]: Object.fromEntries(Object.entries(parts).filter(([each]) => each !== name)) })}>
              {t`Remove`}
            </Button>
          </div>
        ))}
      <Button type="dashed" icon={<Plus size={15} aria-hidden />} onClick={() => put({ [kind]: { ...parts, [unused("part", Object.keys(parts))]: start } })}>
        {add}
      </Button>
    </section>
  );
}
