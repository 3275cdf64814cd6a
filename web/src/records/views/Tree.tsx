/** Records under each other by a link of their own kind. A branch is asked for when it is opened; what a filter
finds stands where it belongs, below all that it is part of. */
import { useLingui } from "@lingui/react/macro";
import { Button, Modal } from "antd";
import { ChevronRight, CornerDownRight } from "lucide-react";
import { createContext, type KeyboardEvent, type ReactNode, useContext, useState } from "react";
import { Bones, Failed } from "../../kit/states";
import { canWrite, type Field, fieldOf, type ObjectInfo, type RecordAnswer } from "../definitions";
import { isBlank } from "../fields/kind";
import { LinkChooser } from "../fields/LinkChooser";
import { kindOf } from "../fields/registry";
import { NothingHere } from "../list/NothingHere";
import type { ListState } from "../list/state";
import { titleOf, useRecordList } from "../query";
import { useDefs } from "../context";
import { fieldAt } from "../definitions";
import { useCardFields } from "./all";
import { groundClass, type Tones, useColours } from "./colours";
import { useDragging } from "./dragging";
import type { ViewProps } from "./kinds";
import { keyOf, useTotals } from "./totals";
import { type FoundTree, useFoundTree } from "./foundTree";
import { useTreeMoves } from "./treeMoves";
import { treeKeys } from "./treeKeys";

interface TreeFacts {
  object: ObjectInfo;
  state: ListState;
  parent: Field;
  found?: FoundTree;
  isOpen: (id: number) => boolean;
  toggle: (id: number, isOpen?: boolean) => void;
  moves: ReturnType<typeof useTreeMoves>;
  over: string | null;
  grab?: ReturnType<typeof useDragging<RecordAnswer>>["grab"];
  ask?: (row: RecordAnswer) => void;
  onOpen: (id: number) => void;
}

const Facts = createContext<TreeFacts | null>(null);
const TOP = "top";

export default function Tree({ object, state, change, onOpen }: ViewProps) {
  const { t } = useLingui();
  const parent = fieldOf(object, state.shape.parent);
  const isFiltered = Boolean(state.formula || state.search);
  const found = useFoundTree(object, state, parent, isFiltered);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [shut, setShut] = useState<ReadonlySet<number>>(new Set());
  const [asked, setAsked] = useState<RecordAnswer | null>(null);
  const moves = useTreeMoves(object, parent);
  const dragging = useDragging<RecordAnswer>(({ carried, over }) => {
    if (over !== null && over !== String(carried.id)) void moves.put(carried, over === TOP ? null : Number(over));
  });
  if (!parent) return null;
  const canMove = Boolean(object.may.change) && !object.append_only && canWrite(parent, false);
  const leads = (id: number): boolean => Boolean(found.tree?.below.has(id));
  const isOpen = (id: number): boolean => (leads(id) ? !shut.has(id) : open.has(id));
  const toggle = (id: number, opens = !isOpen(id)) => (leads(id) ? setShut(having(shut, id, !opens)) : setOpen(having(open, id, opens)));
  const { dragged, grab } = dragging;
  const facts: TreeFacts = { object, state, parent, found: found.tree, isOpen, toggle, moves, over: dragged?.over ?? null, onOpen, ...(canMove ? { grab, ask: setAsked } : {}) };
  const empty = <NothingHere object={object} state={state} change={change} />;
  return (
    <Facts value={facts}>
      <div className="q-tree" data-scrolls>
        <div role="tree" aria-label={object.plural} aria-describedby="q-tree-keys" onKeyDown={(event) => treeKeys(event, toggle)}>
          {isFiltered ? <Found answer={found} empty={empty} /> : <Branch above={null} depth={0} empty={empty} />}
        </div>
        {dragged && <div className={`q-tree-top${dragged.over === TOP ? " q-over" : ""}`} data-drop={TOP}>{t`To the top`}</div>}
        <p id="q-tree-keys" className="q-hidden">{t`Arrows lead through the tree. Alt with right puts a record under the one before it, Alt with left takes it out.`}</p>
      </div>
      {asked && <MoveDialog row={asked} onClose={() => setAsked(null)} />}
    </Facts>
  );
}

const having = (ids: ReadonlySet<number>, id: number, is: boolean): ReadonlySet<number> => new Set(is ? [...ids, id] : [...ids].filter((each) => each !== id));

function Found({ answer, empty }: { answer: ReturnType<typeof useFoundTree>; empty: ReactNode }) {
  const { t } = useLingui();
  if (answer.error) return <Failed error={answer.error} retry={answer.retry} />;
  if (!answer.tree) return <Bones lines={3} title={false} />;
  const top = answer.tree.below.get(null);
  if (!top) return empty;
  return (
    <>
      {answer.hasMore && <p className="q-muted">{t`There is more here than can be drawn; narrow the filter to see all.`}</p>}
      <Items rows={top} above={null} depth={0} />
    </>
  );
}

interface BranchProps {
  above: RecordAnswer | null;
  depth: number;
  empty?: ReactNode;
}

function Branch({ above, depth, empty }: BranchProps) {
  const { t } = useLingui();
  const { object, state, parent } = useContext(Facts)!;
  const fields = useCardFields(object, state, [parent.name]);
  const where = above ? `${parent.name} = ${above.id}` : `blank(${parent.name})`;
  const list = useRecordList({ object: object.name, where, sort: state.sort, fields, trash: state.trash, pageSize: 100 });
  if (list.isPending) return <Bones lines={3} title={false} />;
  if (list.isError && list.rows.length === 0) return <Failed error={list.error} retry={() => list.refetch()} />;
  if (list.rows.length === 0) return empty;
  return (
    <>
      <Items rows={list.rows} above={above} depth={depth} />
      {list.hasNextPage && (
        <Button type="text" size="small" style={{ marginLeft: 24 * depth + 24 }} onClick={() => list.fetchNextPage()}>
          {t`Show more`}
        </Button>
      )}
    </>
  );
}

/** How many stand under each is asked at once for all of them. */
function Items({ rows, above, depth }: { rows: RecordAnswer[]; above: RecordAnswer | null; depth: number }) {
  const { object, state, parent } = useContext(Facts)!;
  const below = useTotals(object, {}, { formula: `${parent.name} in (${rows.map(({ id }) => id).join(", ")})`, search: "" }, parent.name);
  const tones = useColours(object, state.shape, rows);
  const counts = new Map(below.data?.groups.map((group) => [keyOf(group), group.count]));
  return rows.map((row, at) => (
    <TreeItem key={row.id} row={row} above={above} before={rows[at - 1]} depth={depth} count={counts.get(String(row.id)) ?? 0} tones={tones(row)} place={{ at: at + 1, of: rows.length }} />
  ));
}

interface TreeItemProps {
  row: RecordAnswer;
  above: RecordAnswer | null;
  before?: RecordAnswer;
  depth: number;
  count: number;
  tones: Tones;
  place: { at: number; of: number };
}

function TreeItem({ row, above, before, depth, count, tones, place }: TreeItemProps) {
  const { t } = useLingui();
  const { object, parent, found, toggle, moves, over, grab, ask, onOpen, ...facts } = useContext(Facts)!;
  const title = titleOf(object, row);
  const under = found?.below.get(row.id);
  const isOpen = facts.isOpen(row.id) && (count > 0 || under !== undefined);

  function press(event: KeyboardEvent): void {
    if (event.target !== event.currentTarget) return;
    if (event.key === "Enter") onOpen(row.id);
    else if (event.altKey && grab && event.key === "ArrowRight" && before) void moves.put(row, before.id).then((done) => done && toggle(before.id, true));
    else if (event.altKey && grab && event.key === "ArrowLeft" && above) void moves.put(row, (above[parent.name] as number | null) ?? null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <>
      <div
        role="treeitem"
        aria-level={depth + 1}
        aria-expanded={count > 0 ? isOpen : undefined}
        aria-setsize={place.of}
        aria-posinset={place.at}
        aria-label={title}
        tabIndex={depth === 0 && place.at === 1 ? 0 : -1}
        data-id={row.id}
        data-drop={grab && row.id}
        data-moves={grab ? "" : undefined}
        className={`q-tree-item${groundClass(tones)}${over === String(row.id) ? " q-over" : ""}${found?.around.has(row.id) ? " q-around" : ""}`}
        style={{ paddingLeft: 8 + 24 * depth, ...tones.paint }}
        onPointerDown={grab && ((event) => grab(event, row))}
        onClick={() => onOpen(row.id)}
        onKeyDown={press}
      >
        {count > 0 ? (
          <span
            className={`q-fold${isOpen ? " q-open" : ""}`}
            onClick={(event) => {
              event.stopPropagation();
              toggle(row.id);
            }}
          >
            <ChevronRight size={15} aria-hidden />
          </span>
        ) : (
          <span className="q-fold-none" />
        )}
        <strong className="q-ellipsis">{title}</strong>
        {count > 0 && <span className="q-count">{count}</span>}
        <ItemFields row={row} />
        {ask && (
          <Button
            type="text"
            size="small"
            tabIndex={-1}
            className="q-tree-move"
            aria-label={t`Move ${title}`}
            icon={<CornerDownRight size={14} aria-hidden />}
            onPointerDown={(event) => event.stopPropagation()}
            onClick={(event) => {
              event.stopPropagation();
              ask(row);
            }}
          />
        )}
      </div>
      {isOpen && (under ? <Items rows={under} above={row} depth={depth + 1} /> : <Branch above={row} depth={depth + 1} />)}
    </>
  );
}

function ItemFields({ row }: { row: RecordAnswer }) {
  const definitions = useDefs();
  const { object, state, parent } = useContext(Facts)!;
  const shown = state.columns.filter((path) => path !== object.title && path !== parent.name && !isBlank(row[path])).slice(0, 4);
  return (
    <span className="q-tree-fields">
      {shown.map((path) => {
        const field = fieldAt(definitions, object, path);
        const text = field && kindOf(field).text(row[path], field, row);
        return (
          text && (
            <span key={path} title={field.label} className="q-ellipsis">
              {text}
            </span>
          )
        );
      })}
    </span>
  );
}

/** The way without a mouse, and to places out of sight. */
function MoveDialog({ row, onClose }: { row: RecordAnswer; onClose: () => void }) {
  const { t } = useLingui();
  const { object, parent, moves } = useContext(Facts)!;
  const [to, setTo] = useState<number | null>((row[parent.name] as number | null) ?? null);
  const [label, setLabel] = useState<string | undefined>(row[`${parent.name}._label`] as string | undefined);
  return (
    <Modal open title={t`Move ${titleOf(object, row)}`} okText={t`Move`} onCancel={onClose} onOk={() => void moves.put(row, to).then((done) => done && onClose())}>
      <LinkChooser
        field={{ ...parent, required: false }}
        value={to}
        label={label}
        ariaLabel={parent.label}
        placeholder={t`At the top`}
        onChange={(id, name) => {
          setTo(id as number | null);
          setLabel(name);
        }}
      />
    </Modal>
  );
}
