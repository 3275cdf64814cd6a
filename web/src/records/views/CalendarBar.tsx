/** One record in a calendar. */
import type { CSSProperties } from "react";
import { titleOf } from "../query";
import { useCalendar } from "./calendarContext";
import { useCardText } from "./Card";
import { groundClass } from "./colours";
import { sayRange } from "./days";
import type { Placed } from "./spans";

interface CalendarBarProps {
  span: Placed;
  style: CSSProperties;
  goesOn?: boolean;
  cameOn?: boolean;
  isTimed?: boolean;
}

export function CalendarBar({ span, style, goesOn, cameOn, isTimed }: CalendarBarProps) {
  const { object, columns, tonesOf, moves, onOpen } = useCalendar();
  const text = useCardText(object);
  const { row, minutes } = span;
  const tones = tonesOf(row);
  const ends = [cameOn && "q-came-on", goesOn && "q-goes-on", isTimed && "q-cal-timed", moves.dragged?.carried.span.row.id === row.id && "q-carried"].filter(Boolean).join(" ");
  const time = minutes && clock(minutes.from);
  return (
    <div className={`q-cal-item${groundClass(tones)} ${ends}`} style={{ ...style, ...tones.paint }} onPointerDown={(event) => moves.lift(event, span, "whole")} data-moves={moves.mayMove ? "" : undefined}>
      <button
        type="button"
        data-bar={row.id}
        title={text(row, columns)}
        aria-label={[titleOf(object, row), span.said ?? sayRange(span.from, span.to), time].filter(Boolean).join(", ")}
        aria-describedby="q-cal-keys"
        onClick={() => onOpen(row.id)}
        onKeyDown={(event) => moves.press(event, span)}
      >
        {time && <span className="q-cal-time">{time}</span>}
        {titleOf(object, row)}
      </button>
      {moves.mayResize && !goesOn && <span className="q-cal-end" aria-hidden onPointerDown={(event) => moves.lift(event, span, "end")} />}
    </div>
  );
}

export function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}
