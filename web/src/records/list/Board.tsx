/** Records as cards in the columns of a choice field. Cards move by mouse, or by their menu with the keyboard. */
import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Dropdown } from "antd";
import { MoveHorizontal } from "lucide-react";
import { type DragEvent, useState } from "react";
import { patch } from "../../kit/api";
import { showDecimal } from "../../kit/decimal";
import { useNotices } from "../../kit/notices";
import { Bones } from "../../kit/states";
import { ToneTag } from "../../kit/ToneTag";
import { useDefs } from "../context";
import { canWrite, type Choice, type Field, fieldAt, fieldOf, type ObjectInfo, type RecordAnswer } from "../definitions";
import { kindOf } from "../fields/registry";
import { joinWhere } from "../filters";
import { askedFields, titleOf, useRecordList } from "../query";
import type { ListState } from "./state";

interface BoardProps {
  object: ObjectInfo;
  state: ListState;
  onOpen: (id: number) => void;
}

export default function Board({ object, state, onOpen }: BoardProps) {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();
  const by = fieldOf(object, object.board_by ?? "");
  if (!by) return null;
  const canMove = Boolean(object.may.change) && canWrite(by, false);

  async function move(row: RecordAnswer, to: Choice): Promise<void> {
    if (!by || row[by.name] === to.name) return;
    try {
      await patch(`/api/records/${object.name}/${row.id}`, { [by.name]: to.name, version: row.version });
      notices.done(t`Moved to ${to.label}`, { act: () => void back(row) });
    } catch (error) {
      notices.problem(error);
    }
    await client.invalidateQueries({ queryKey: ["list", object.name] });
  }

  async function back(row: RecordAnswer): Promise<void> {
    if (!by) return;
    await patch(`/api/records/${object.name}/${row.id}`, { [by.name]: row[by.name], version: (row.version ?? 0) + 1 }).catch(notices.problem);
    await client.invalidateQueries({ queryKey: ["list", object.name] });
  }

  return (
    <div className="q-board">
      {(by.choices ?? []).map((choice) => (
        <BoardColumn key={choice.name} object={object} state={state} by={by} choice={choice} canMove={canMove} onMove={move} onOpen={onOpen} />
      ))}
    </div>
  );
}

interface BoardColumnProps extends BoardProps {
  by: Field;
  choice: Choice;
  canMove: boolean;
  onMove: (row: RecordAnswer, to: Choice) => void;
}

let dragged: RecordAnswer | null = null;

function BoardColumn({ object, state, by, choice, canMove, onMove, onOpen }: BoardColumnProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const [isOver, setOver] = useState(false);
  const paths = [object.title, object.subtitle ?? "", by.name, ...state.columns].filter((path) => path && fieldAt(definitions, object, path));
  const list = useRecordList({
    object: object.name,
    where: joinWhere([state.formula, `${by.name} = "${choice.name}"`]),
    sort: state.sort,
    search: state.search,
    fields: askedFields(object, [...new Set(paths)], definitions),
    pageSize: 30,
  });

  function drop(event: DragEvent): void {
    event.preventDefault();
    setOver(false);
    if (dragged) onMove(dragged, choice);
  }

  return (
    <section
      className={`q-board-column${isOver ? " q-over" : ""}`}
      aria-label={choice.label}
      onDragOver={(event) => {
        if (!canMove) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <header>
        <ToneTag tone={choice.tone}>{choice.label}</ToneTag>
        <span className="q-muted">{list.count && `${showDecimal(list.count.value)}${list.count.exact ? "" : "+"}`}</span>
      </header>
      <div className="q-board-cards">
        {list.isPending && <Bones lines={3} title={false} />}
        {list.rows.map((row) => (
          <BoardCard key={row.id} object={object} columns={state.columns} by={by} row={row} canMove={canMove} onMove={onMove} onOpen={onOpen} />
        ))}
        {list.hasNextPage && (
          <Button type="text" size="small" block onClick={() => list.fetchNextPage()}>
            {t`Show more`}
          </Button>
        )}
      </div>
    </section>
  );
}

interface BoardCardProps {
  object: ObjectInfo;
  columns: string[];
  by: Field;
  row: RecordAnswer;
  canMove: boolean;
  onMove: (row: RecordAnswer, to: Choice) => void;
  onOpen: (id: number) => void;
}

function BoardCard({ object, columns, by, row, canMove, onMove, onOpen }: BoardCardProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const title = titleOf(object, row);
  const rest = columns.filter((path) => path !== object.title && path !== by.name && row[path] !== null && row[path] !== undefined).slice(0, 4);
  const others = (by.choices ?? []).filter((choice) => choice.name !== row[by.name]);
  return (
    <article
      className="q-board-card"
      draggable={canMove}
      onDragStart={(event) => {
        dragged = row;
        event.dataTransfer.setData("text/plain", title);
      }}
      onDragEnd={() => {
        dragged = null;
      }}
    >
      <button type="button" className="q-board-card-title" onClick={() => onOpen(row.id)}>
        {title}
      </button>
      {rest.map((path) => {
        const field = fieldAt(definitions, object, path);
        const Cell = field && kindOf(field).Cell;
        return field && Cell && <div key={path} className="q-board-card-field"><Cell value={row[path]} field={field} row={row} dense /></div>;
      })}
      {canMove && (
        <Dropdown
          trigger={["click"]}
          menu={{ items: others.map((choice) => ({ key: choice.name, label: t`Move to ${choice.label}` })), onClick: ({ key }) => onMove(row, others.find((choice) => choice.name === key)!) }}
        >
          <Button className="q-board-card-move" type="text" size="small" aria-label={t`Move ${title}`} icon={<MoveHorizontal size={14} aria-hidden />} />
        </Dropdown>
      )}
    </article>
  );
}
