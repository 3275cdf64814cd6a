/** Records under each other by a link of their own kind. A branch is asked for when it is opened. */
import { useLingui } from "@lingui/react/macro";
import { Button, Modal } from "antd";
import { ChevronRight, CornerDownRight } from "lucide-react";
import { createContext, type KeyboardEvent, useContext, useState } from "react";
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
import { toneClass, useColours } from "./colours";
import { useDragging } from "./dragging";
import type { ViewProps } from "./kinds";
import { keyOf, useTotals } from "./totals";
import { useTreeMoves } from "./treeMoves";
import { treeKeys } from "./treeKeys";

interface TreeFacts {
  object: ObjectInfo;
  state: ListState;
  parent: Field;
  open: ReadonlySet<number>;
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
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [asked, setAsked] = useState<RecordAnswer | null>(null);
  const moves = useTreeMoves(object, parent);
  const dragging = useDragging<RecordAnswer>(({ carried, over }) => {
    if (over !== null && over !== String(carried.id)) void moves.put(carried, over === TOP ? null : Number(over));
  });
  if (!parent) return null;
  const canMove = Boolean(object.may.change) && !object.append_only && canWrite(parent, false);
  const toggle = (id: number, isOpen = !open.has(id)) => setOpen(isOpen ? new Set([...open, id]) : new Set([...open].filter((each) => each !== id)));
  const isFiltered = Boolean(state.formula || state.search);
  const { dragged, grab } = dragging;
  const facts: TreeFacts = { object, state, parent, open, toggle, moves, over: dragged?.over ?? null, onOpen, ...(canMove ? { grab, ask: setAsked } : {}) };
  return (
    <Facts value={facts}>
      <div className="q-tree" data-scrolls>
        <div role="tree" aria-label={object.plural} aria-describedby="q-tree-keys" onKeyDown={(event) => treeKeys(event, toggle)}>
          <Branch above={null} depth={0} isFound={isFiltered} empty={<NothingHere object={object} state={state} change={change} />} />
        </div>
        {dragged && <div className={`q-tree-top${dragged.over === TOP ? " q-over" : ""}`} data-drop={TOP}>{t`To the top`}</div>}
        <p id="q-tree-keys" className="q-hidden">{t`Arrows lead through the tree. Alt with right puts a record under the one before it, Alt with left takes it out.`}</p>
      </div>
      {asked && <MoveDialog row={asked} onClose={() => setAsked(null)} />}
    </Facts>
  );
}

interface BranchProps {
  above: RecordAnswer | null;
  depth: number;
  /** What the filter found stands at the top, wherever it belongs. */
  isFound?: boolean;
  empty?: React.ReactNode;
}

function Branch({ above, depth, isFound, empty }: BranchProps) {
  const { t } = useLingui();
  const { object, state, parent } = useContext(Facts)!;
  const fields = useCardFields(object, state, [parent.name]);
  const level = above ? `${parent.name} = ${above.id}` : `blank(${parent.name})`;
  const list = useRecordList({ object: object.name, where: isFound ? state.formula : level, sort: state.sort, search: isFound ? state.search : "", fields, trash: state.trash, pageSize: 100 });
  const ids = list.rows.map(({ id }) => id);
  const below = useTotals(object, {}, { formula: ids.length ? `${parent.name} in (${ids.join(", ")})` : "", search: "" }, parent.name, "", ids.length > 0);
  const tones = useColours(object, state.shape.colours, list.rows);
  if (list.isPending) return <Bones lines={3} title={false} />;
  if (list.isError && list.rows.length === 0) return <Failed error={list.error} retry={() => list.refetch()} />;
  if (list.rows.length === 0) return empty;
  const counts = new Map(below.data?.groups.map((group) => [keyOf(group), group.count]));
  return (
    <>
      {list.rows.map((row, at) => (
        <TreeItem key={row.id} row={row} above={above} before={list.rows[at - 1]} depth={depth} count={counts.get(String(row.id)) ?? 0} tone={toneClass(tones(row).row)} place={{ at: at + 1, of: list.rows.length }} />
      ))}
      {list.hasNextPage && (
        <Button type="text" size="small" style={{ marginLeft: 24 * depth + 24 }} onClick={() => list.fetchNextPage()}>
          {t`Show more`}
        </Button>
      )}
    </>
  );
}

interface TreeItemProps {
  row: RecordAnswer;
  above: RecordAnswer | null;
  before?: RecordAnswer;
  depth: number;
  count: number;
  tone: string;
  place: { at: number; of: number };
}

function TreeItem({ row, above, before, depth, count, tone, place }: TreeItemProps) {
  const { t } = useLingui();
  const { object, parent, open, toggle, moves, over, grab, ask, onOpen } = useContext(Facts)!;
  const title = titleOf(object, row);
  const isOpen = open.has(row.id) && count > 0;

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
        className={`q-tree-item${tone}${over === String(row.id) ? " q-over" : ""}`}
        style={{ paddingLeft: 8 + 24 * depth }}
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
      {isOpen && <Branch above={row} depth={depth + 1} />}
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
