/** Days by the hour; what has no time of day, or several days, lies above. */
import { useEffect, useRef } from "react";
import { todayText, wallOf } from "../../kit/time";
import { CalendarBar, clock } from "./CalendarBar";
import { useCalendar } from "./calendarContext";
import { columnsOf, dayOf, dayText, sayDay } from "./days";
import { WeekRow } from "./Month";
import type { Placed } from "./spans";

const HOUR = 46;
const MORNING = 7.5;
const HALVES = Array.from({ length: 48 }, (_, at) => at * 30);

export function TimeGrid({ days, spans, isTimed }: { days: number[]; spans: Placed[]; isTimed: boolean }) {
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (scroller.current) scroller.current.scrollTop = MORNING * HOUR;
  }, []);
  const whole = isTimed ? spans.filter(({ minutes }) => !minutes) : spans;
  return (
    <div className={`q-cal-hours${isTimed ? "" : " q-cal-days"}`}>
      <div className="q-cal-hours-head">
        <div className="q-cal-names">
          {days.map((day) => (
            <span key={day}>{sayDay(day, { weekday: days.length > 1 ? "short" : "long" })}</span>
          ))}
        </div>
        <WeekRow days={days} spans={whole} lanes={isTimed ? 5 : 200} />
      </div>
      {isTimed && (
        <div ref={scroller} className="q-cal-scroll" data-scrolls tabIndex={0} role="group" aria-label={sayDay(days[0]!, { dateStyle: "full" })}>
          <div className="q-cal-clock" aria-hidden>
            {HALVES.filter((minute) => minute % 60 === 0).map((minute) => (
              <span key={minute} style={{ top: (minute / 60) * HOUR }}>
                {clock(minute)}
              </span>
            ))}
          </div>
          {days.map((day) => (
            <DayColumn key={day} day={day} spans={spans.filter((span) => span.minutes && span.from === day)} />
          ))}
        </div>
      )}
    </div>
  );
}

function DayColumn({ day, spans }: { day: number; spans: Placed[] }) {
  const { create, moves } = useCalendar();
  const places = columnsOf(spans.map((span) => ({ from: span.minutes!.from, to: span.minutes!.to, span })));
  return (
    <div className="q-cal-column" style={{ height: 24 * HOUR }}>
      {HALVES.map((minute) => {
        const place = `${dayText(day)} ${minute}`;
        return <div key={minute} className={`q-cal-slot${moves.dragged?.over === place ? " q-over" : ""}`} style={{ height: HOUR / 2 }} data-drop={place} onClick={create && (() => create(day, minute))} />;
      })}
      {day === dayOf(todayText()) && <Now />}
      {[...places].map(([{ span, from, to }, { column, of }]) => (
        <CalendarBar key={span.row.id} span={span} isTimed style={{ top: (from / 60) * HOUR, height: Math.max(20, ((to - from) / 60) * HOUR - 2), left: `${(100 * column) / of}%`, width: `calc(${100 / of}% - 3px)` }} />
      ))}
    </div>
  );
}

function Now() {
  const { hour, minute } = wallOf(new Date());
  return <div className="q-cal-now" style={{ top: ((hour * 60 + minute) / 60) * HOUR }} aria-hidden />;
}
