/** A related list as any other list: sorted, by chosen columns, edited in place, chosen by the row, to its last record. */
import { useLingui } from "@lingui/react/macro";
import { Button, Popover } from "antd";
import { Columns3 } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useSetting } from "../../kit/settings";
import { Bones, Failed } from "../../kit/states";
import { useDefs } from "../context";
import { fieldAt, type ObjectInfo, type RecordAnswer, recordPath } from "../definitions";
import { nextSort } from "../filters";
import { BulkBar } from "../list/BulkBar";
import { ColumnChooser } from "../list/ColumnChooser";
import { columnsOf } from "../list/columns";
import { Grid } from "../list/Grid";
import { useCellWrites } from "../list/writes";
import { askedFields, defaultColumns, useRecordList } from "../query";
import type { RelatedList } from "./Related";

const ROW = 40;
const MOST = 12;
const NO_TONES = () => ({ fields: {} });

interface RelatedGridProps {
  list: RelatedList;
  object: ObjectInfo;
  record: RecordAnswer;
  /** What can be done beside choosing columns. */
  children?: React.ReactNode;
}

interface Kept {
  columns?: string[];
  sort?: string;
}

export default function RelatedGrid({ list, object, record, children }: RelatedGridProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const navigate = useNavigate();
  const target = definitions.objects[list.object]!;
  const [kept, keep] = useSetting<Kept>(`related.${object.name}.${list.name}`, {});
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const paths = (kept.columns ?? defaultColumns(target).filter((path) => path !== list.field)).filter((path) => fieldAt(definitions, target, path));
  const sort = kept.sort ?? target.sort ?? "";
  const where = `${list.field} = ${record.id}`;
  const related = useRecordList({ object: target.name, where, sort, fields: askedFields(target, [...new Set([target.title, ...paths])].filter((path) => fieldAt(definitions, target, path)), definitions) });
  const { rows, count } = related;
  const columns = columnsOf(definitions, target, paths);
  const writes = useCellWrites(target, columns, rows);
  if (related.isPending) return <Bones lines={4} title={false} />;
  if (related.isError && rows.length === 0) return <Failed error={related.error} retry={() => related.refetch()} />;
  return (
    <div className="q-related-grid">
      <div className="q-related-end">
        {children}
        <span className="q-grow" />
        <Popover trigger="click" placement="bottomRight" destroyOnHidden content={<ColumnChooser object={target} columns={paths} onChange={(next) => keep({ ...kept, columns: next })} />}>
          <Button size="small" type="text" icon={<Columns3 size={14} aria-hidden />}>{t`Columns`}</Button>
        </Popover>
      </div>
      <div className="q-list-frame" data-stale={related.isPlaceholderData || undefined} style={{ height: ROW * (Math.min(rows.length, MOST) + 1) + 16 }}>
        <Grid
          name={target.name}
          label={list.label}
          title={target.title}
          object={target}
          columns={columns}
          rows={rows}
          total={count?.value}
          sort={sort}
          onSort={(path, beside) => keep({ ...kept, sort: nextSort(sort, path, beside) })}
          selected={selected}
          onSelect={setSelected}
          onOpen={(row) => void navigate(recordPath(target.name, row.id))}
          tones={NO_TONES}
          onEndReached={() => void (related.hasNextPage && !related.isFetchingNextPage && related.fetchNextPage())}
          onEdit={writes.edit}
          onPaste={writes.paste}
        />
      </div>
      {selected.size > 0 && <BulkBar object={target} rows={rows.filter((row) => selected.has(row.id))} isTrash={false} fitting={{ where, search: "", count }} onDone={() => setSelected(new Set())} />}
    </div>
  );
}
