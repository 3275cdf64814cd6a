import { Plural, useLingui } from "@lingui/react/macro";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { showDecimal } from "../../kit/decimal";
import { useIsPhone, useIsWide } from "../../kit/media";
import { PageTitle } from "../../kit/PageTitle";
import { Bones, Failed, FailedPage } from "../../kit/states";
import { Problem } from "../../kit/api";
import { useDefs } from "../context";
import { fieldOf, type ObjectInfo, recordPath } from "../definitions";
import { joinWhere, nextSort } from "../filters";
import { askedFields, useRecordList } from "../query";
import "../records.css";
import { BulkBar } from "./BulkBar";
import { columnsOf } from "./columns";
import { FilterBar } from "./FilterBar";
import { Grid } from "./Grid";
import { besides, useFolded } from "./groups";
import { ListActions } from "./ListActions";
import { NothingHere } from "./NothingHere";
import { PhoneList } from "./PhoneList";
import { useCellWrites } from "./writes";
import { useListState } from "./state";
import { useColourPaths, useColours } from "../views/colours";
import { figureText } from "../views/figures";
import { DRAWINGS, type ViewProps } from "../views/kinds";
import { type Group, useTotals } from "../views/totals";
import { ViewTabs } from "../views/ViewTabs";
import "../views/views.css";

const SidePanel = lazy(() => import("../record/SidePanel"));
const TrashList = lazy(() => import("../../upkeep/TrashList"));
const NO_GROUPS: Group[] = [];

export function Component() {
  const { app, object: name } = useParams();
  const definitions = useDefs();
  const object = definitions.objects[`${app}.${name}`];
  if (!object) return <FailedPage error={new Problem(404, { detail: `${app}.${name}` })} />;
  return <ListPage key={object.name} object={object} />;
}

function ListPage({ object }: { object: ObjectInfo }) {
  const [state, change] = useListState(object);
  const isWide = useIsWide();
  const navigate = useNavigate();
  const open = (id: number | null) => {
    if (id !== null && !isWide) navigate(recordPath(object.name, id));
    else change({ open: id === null ? null : String(id) });
  };
  return (
    <div className="q-list-page">
      <div className="q-list-main">
        <PageTitle title={object.plural} actions={<ListActions object={object} state={state} change={change} />} />
        <ViewTabs object={object} state={state} change={change} />
        <FilterBar object={object} state={state} change={change} />
        {state.trash ? (
          <Suspense fallback={<Bones />}>
            <TrashList object={object} state={state} change={change} />
          </Suspense>
        ) : (
          <Drawing object={object} state={state} change={change} onOpen={open} />
        )}
      </div>
      {state.open && isWide && (
        <Suspense fallback={<aside className="q-panel" />}>
          <SidePanel key={state.open} object={object} id={state.open} onClose={() => open(null)} />
        </Suspense>
      )}
    </div>
  );
}

function Drawing(props: ViewProps) {
  const { as, isPending } = props.state;
  if (isPending) return <Bones lines={10} title={false} />;
  if (as === "list") return <ListBody {...props} />;
  const View = DRAWINGS[as];
  return (
    <Suspense fallback={<Bones />}>
      <View {...props} />
    </Suspense>
  );
}

function ListBody({ object, state, change, onOpen }: ViewProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const isPhone = useIsPhone();
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const columns = columnsOf(definitions, object, state.columns);
  const { shape } = state;
  const [group] = shape.group ? columnsOf(definitions, object, [shape.group]) : [];
  const coloured = useColourPaths(object, shape);
  const [folded, fold] = useFolded(object, isPhone ? undefined : group?.field, shape.unit);
  const asked = [...state.columns, ...(group ? [group.path] : []), ...coloured];
  const list = useRecordList({
    object: object.name,
    where: joinWhere([state.formula, group && besides(group.field, shape.unit, folded)]),
    sort: withGroup(state.sort, shape.group),
    search: state.search,
    fields: askedFields(object, phoneFields(object, asked), definitions),
    trash: state.trash,
  });
  const { fetchNextPage, hasNextPage, isFetchingNextPage, rows } = list;
  const totals = useTotals(object, shape.totals, state, group?.path, shape.unit).data;
  const count = folded.size > 0 && totals ? { value: totals.count, exact: true } : list.count;
  const tones = useColours(object, shape, rows);
  const writes = useCellWrites(object, columns, rows);
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  useEffect(() => setSelected(new Set()), [state.formula, state.search, state.trash]);

  if (list.isPending) return <Bones lines={10} title={false} />;
  if (list.isError && rows.length === 0) return <Failed error={list.error} retry={() => list.refetch()} />;
  if (rows.length === 0 && !(folded.size > 0 && totals?.count)) return <NothingHere object={object} state={state} change={change} />;
  return (
    <>
      <div className="q-list-frame" data-stale={list.isPlaceholderData || undefined}>
        {isPhone ? (
          <PhoneList object={object} columns={columns} rows={rows} tones={tones} onOpen={(row) => onOpen(row.id)} onEndReached={more} />
        ) : (
          <Grid
            name={object.name}
            label={object.plural}
            title={object.title}
            columns={columns}
            rows={rows}
            total={count?.value}
            sort={state.sort}
            onSort={(path, beside) => change({ sort: nextSort(state.sort, path, beside) })}
            selected={selected}
            onSelect={setSelected}
            onOpen={(row) => onOpen(row.id)}
            openId={state.open}
            group={group && { column: group, unit: shape.unit, figures: inOrder(totals?.groups ?? NO_GROUPS, state.sort, shape.group), folded, onFold: fold, isWhole: !hasNextPage }}
            object={object}
            totals={totals && Object.keys(shape.totals).length > 0 ? { figures: totals, aggregates: shape.totals } : undefined}
            tones={tones}
            onEndReached={more}
            onEdit={writes.edit}
            onPaste={writes.paste}
          />
        )}
      </div>
      <footer className="q-list-foot">
        {selected.size > 0 ? (
          <BulkBar object={object} rows={rows.filter((row) => selected.has(row.id))} isTrash={state.trash} fitting={{ where: state.formula, search: state.search, count }} onDone={() => setSelected(new Set())} />
        ) : (
          <span className="q-muted" aria-live="polite">
            {group && !isPhone && totals?.more && t`Only the first 500 groups are counted and can be folded.`} {isPhone && totals && figureText(object, totals)} {count && (count.exact ? <Plural value={count.value} one="# record" other="# records" /> : t`more than ${showDecimal(count.value)} records`)}
          </span>
        )}
      </footer>
    </>
  );
}

/** Phone cards name the record, say its state and its second line, whatever the columns are. */
function phoneFields(object: ObjectInfo, columns: string[]): string[] {
  const extra = [object.title, object.subtitle, object.state_field].filter((path): path is string => Boolean(path && /^\w+(\.\w+)*$/.test(path)));
  return [...new Set([...columns, ...extra.filter((path) => path.includes(".") || fieldOf(object, path))])];
}

/** The server answers groups ascending, the blank one last; turned round they are as a list that descends. */
const inOrder = (groups: Group[], sort: string, group: string): Group[] => (withGroup(sort, group).startsWith("-") ? groups.toReversed() : groups);

function withGroup(sort: string, group: string): string {
  if (!group) return sort;
  const parts = sort.split(",").filter(Boolean);
  const own = parts.find((part) => part.replace(/^-/, "") === group) ?? group;
  return [own, ...parts.filter((part) => part !== own)].join(",");
}
