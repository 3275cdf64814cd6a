import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { Link } from "react-router";
import { useDefs } from "../context";
import { fieldAt, fieldOf, type ObjectInfo, type RecordAnswer, recordPath } from "../definitions";
import { kindOf } from "../fields/registry";
import { titleOf } from "../query";
import { groundClass, type Tones } from "../views/colours";
import type { Column } from "./Grid";

interface PhoneListProps {
  object: ObjectInfo;
  columns: Column[];
  rows: RecordAnswer[];
  onOpen: (row: RecordAnswer) => void;
  tones: (row: RecordAnswer) => Tones;
  onEndReached: () => void;
}

/** Cards instead of columns: title and state, second line, then the first money or date. */
export function PhoneList({ object, columns, rows, tones, onEndReached }: PhoneListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => 84, overscan: 10 });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 15) onEndReached();
  }, [last, rows.length, onEndReached]);
  return (
    <div ref={scroller} className="q-phone-list">
      <ul style={{ height: virtual.getTotalSize() }} aria-label={object.plural}>
        {shown.map((item) => {
          const row = rows[item.index];
          return (
            row && (
              <li key={row.id} ref={virtual.measureElement} data-index={item.index} style={{ transform: `translateY(${item.start}px)` }}>
                <Card object={object} columns={columns} row={row} tones={tones(row)} />
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}

function Card({ object, columns, row, tones }: { object: ObjectInfo; columns: Column[]; row: RecordAnswer; tones: Tones }) {
  const definitions = useDefs();
  const state = object.state_field ? fieldOf(object, object.state_field) : undefined;
  const second = object.subtitle ? fieldAt(definitions, object, object.subtitle) : undefined;
  const used = new Set([object.title, object.state_field, object.subtitle, object.subtitle?.split(".")[0]]);
  const rest = columns.filter((column) => !used.has(column.path) && row[column.path] !== null && row[column.path] !== undefined).slice(0, 3);
  const State = state && kindOf(state).Cell;
  return (
    <Link to={recordPath(object.name, row.id)} className={`q-phone-card${groundClass(tones)}`} style={tones.paint}>
      <span className="q-phone-card-top">
        <strong className="q-ellipsis">{titleOf(object, row)}</strong>
        {state && State && <State value={row[state.name]} field={state} row={row} dense />}
      </span>
      {second && <span className="q-ellipsis">{kindOf(second).text(row[second.name], second, row)}</span>}
      <span className="q-phone-card-rest">
        {rest.map((column) => {
          const text = kindOf(column.field).text(row[column.path], column.field, row);
          return text && <span key={column.path}>{text}</span>;
        })}
      </span>
    </Link>
  );
}
