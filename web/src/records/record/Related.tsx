import { useLingui } from "@lingui/react/macro";
import { Button, Modal } from "antd";
import { ArrowRight, Plus, Table2 } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { Link } from "react-router";
import { showDecimal } from "../../kit/decimal";
import { useIsPhone } from "../../kit/media";
import { Bones, Failed } from "../../kit/states";
import { useDefs } from "../context";
import { canWrite, fieldAt, fieldOf, isLink, type ObjectInfo, objectPath, type RecordAnswer, recordPath } from "../definitions";
import { kindOf } from "../fields/registry";
import { writeCondition } from "../filters";
import { askedFields, defaultColumns, titleOf, useRecordList } from "../query";
import { inSentence } from "../../kit/i18n";

const RelatedGrid = lazy(() => import("./RelatedGrid"));

export type RelatedList = ObjectInfo["related"][number];

function useRelated(list: RelatedList, record: RecordAnswer) {
  const definitions = useDefs();
  const target = definitions.objects[list.object]!;
  const paths = [target.title, target.state_field ?? "", ...defaultColumns(target)].filter((path) => path && fieldAt(definitions, target, path));
  return useRecordList({
    object: target.name,
    where: `${list.field} = ${record.id}`,
    sort: target.sort ?? "",
    fields: askedFields(target, [...new Set(paths)], definitions),
    pageSize: 10,
  });
}

export function useRelatedCount(list: RelatedList, record: RecordAnswer): number | undefined {
  return useRelated(list, record).count?.value;
}

interface RelatedProps {
  list: RelatedList;
  object: ObjectInfo;
  record: RecordAnswer;
  /** There is room for a grid. */
  isWide?: boolean;
}

export function Related({ list, object, record, isWide }: RelatedProps) {
  const { t } = useLingui();
  const isPhone = useIsPhone();
  const related = useRelated(list, record);
  const [isLarge, setLarge] = useState(false);
  if (related.isPending) return <Bones lines={4} title={false} />;
  if (related.isError) return <Failed error={related.error} retry={() => related.refetch()} />;
  const create = <NewRelated list={list} object={object} record={record} />;
  if (related.rows.length === 0) return <Few {...{ list, object, record }} rows={[]}>{create}</Few>;
  const grid = (
    <Suspense fallback={<Bones lines={4} title={false} />}>
      <RelatedGrid list={list} object={object} record={record}>
        {create}
        <AllOf list={list} object={object} record={record} count={related.count} />
      </RelatedGrid>
    </Suspense>
  );
  if (isWide && !isPhone) return grid;
  return (
    <Few {...{ list, object, record }} rows={related.rows}>
      {create}
      {isPhone ? related.hasNextPage && <AllOf list={list} object={object} record={record} count={related.count} /> : (
        <Button type="text" size="small" icon={<Table2 size={14} aria-hidden />} onClick={() => setLarge(true)}>
          {related.hasNextPage ? t`All ${showDecimal(related.count?.value ?? related.rows.length)} as a table` : t`As a table`}
        </Button>
      )}
      <Modal open={isLarge} title={`${titleOf(object, record)} · ${list.label}`} width="min(1200px, 94vw)" footer={null} destroyOnHidden onCancel={() => setLarge(false)}>
        {grid}
      </Modal>
    </Few>
  );
}

/** The first of them in two lines each, where there is little room. */
function Few({ list, record, rows, children }: RelatedProps & { rows: RecordAnswer[]; children: ReactNode }) {
  const { t } = useLingui();
  const target = useDefs().objects[list.object]!;
  return (
    <div className="q-related">
      {rows.length === 0 && <p className="q-muted">{t`No ${inSentence(list.label)} yet.`}</p>}
      <ul>
        {rows.map((row) => (
          <li key={row.id}>
            <RelatedRow target={target} row={row} via={list.field} around={record} />
          </li>
        ))}
      </ul>
      <div className="q-related-end">{children}</div>
    </div>
  );
}

function NewRelated({ list, object, record }: RelatedProps) {
  const { t } = useLingui();
  const target = useDefs().objects[list.object]!;
  const link = fieldOf(target, list.field);
  if (!target.may.create || target.creatable === false || !link || link.read_only) return null;
  return (
    <Link to={`${objectPath(target.name)}/new?${startWith(object, record, target, list.field)}`}>
      <Button size="small" tabIndex={-1} icon={<Plus size={14} aria-hidden />}>
        {t`New ${inSentence(target.label)}`}
      </Button>
    </Link>
  );
}

/** The object's own list, filtered by the link. */
function AllOf({ list, object, record, count }: RelatedProps & { count: ReturnType<typeof useRelated>["count"] }) {
  const { t } = useLingui();
  const all = writeCondition({ path: list.field, operator: "any_of", values: [String(record.id)], labels: [titleOf(object, record)] });
  return (
    <Link to={`${objectPath(list.object)}?${new URLSearchParams({ f: all })}`}>
      {count?.exact ? t`All ${showDecimal(count.value)}` : t`All`} <ArrowRight size={13} aria-hidden />
    </Link>
  );
}

/** A new related record begins with the link back, and with the links that both share (the deal's customer). */
export function startWith(object: ObjectInfo, record: RecordAnswer, target: ObjectInfo, via: string): URLSearchParams {
  const start = new URLSearchParams({ [via]: String(record.id), [`${via}._label`]: titleOf(object, record) });
  for (const field of object.fields) {
    const same = fieldOf(target, field.name);
    const label = record._labels?.[field.name];
    if (!isLink(field) || !field.to || same?.to !== field.to || !label || field.name === via || !canWrite(same, true) || same.default === "me") continue;
    start.set(field.name, String(record[field.name]));
    start.set(`${field.name}._label`, label);
  }
  return start;
}

interface RelatedRowProps {
  target: ObjectInfo;
  row: RecordAnswer;
  via: string;
  /** The record that the row hangs on: what both link to needs no repeating. */
  around: RecordAnswer;
}

function RelatedRow({ target, row, via, around }: RelatedRowProps) {
  const definitions = useDefs();
  const state = target.state_field ? fieldOf(target, target.state_field) : undefined;
  const State = state && kindOf(state).Cell;
  const shown = defaultColumns(target)
    .filter((path) => path !== target.title && path !== state?.name && path !== via && path !== target.title.split(".")[0])
    .flatMap((path) => {
      const field = fieldAt(definitions, target, path);
      const isSaid = field && isLink(field) && row[path] === around[path];
      return field && !isSaid && row[path] !== null && row[path] !== undefined ? [field] : [];
    });
  const money = shown.find((field) => field.type === "money");
  const Money = money && kindOf(money).Cell;
  const rest = shown.filter((field) => field !== money && field.type !== "boolean").slice(0, 2);
  return (
    <Link to={recordPath(target.name, row.id)} className="q-related-row">
      <span className="q-related-main">
        <strong className="q-ellipsis">{titleOf(target, row)}</strong>
        <span className="q-muted q-ellipsis">{rest.map((field) => kindOf(field).text(row[field.name], field, row)).filter(Boolean).join(" · ")}</span>
      </span>
      <span className="q-related-side">
        {state && State && <State value={row[state.name]} field={state} row={row} dense />}
        {money && Money && <Money value={row[money.name]} field={money} row={row} dense />}
      </span>
    </Link>
  );
}
