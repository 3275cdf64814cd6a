import { useLingui } from "@lingui/react/macro";
import { todayText } from "../../kit/time";
import { inSentence } from "../../kit/i18n";
import { CalendarBar } from "./CalendarBar";
import { useCalendar } from "./calendarContext";
import { dayOf, dayText, lanesOf, sayDay, weekdayOf } from "./days";
import type { Placed } from "./spans";

const LANES = 3;

export function Month({ weeks, at, spans }: { weeks: number[][]; at: number; spans: Placed[] }) {
  const month = dayText(at).slice(0, 7);
  return (
    <div className="q-cal-month" data-scrolls>
      <WeekdayNames days={weeks[0]!} />
      {weeks.map((days) => (
        <WeekRow key={days[0]} days={days} spans={spans} lanes={LANES} isFaint={(day) => dayText(day).slice(0, 7) !== month} />
      ))}
    </div>
  );
}

export function WeekdayNames({ days }: { days: number[] }) {
  return (
    <div className="q-cal-names" aria-hidden>
      {days.map((day) => (
        <span key={day}>{sayDay(day, { weekday: "short" })}</span>
      ))}
    </div>
  );
}

interface WeekRowProps {
  days: number[];
  spans: Placed[];
  lanes: number;
  isFaint?: (day: number) => boolean;
}

/** Days side by side, and the bars that lie over them. */
export function WeekRow({ days, spans, lanes: most, isFaint }: WeekRowProps) {
  const [first, last] = [days[0]!, days.at(-1)!];
  const here = spans.filter((span) => span.from <= last && span.to >= first);
  const lanes = lanesOf(here);
  const depth = Math.min(most, Math.max(0, ...[...lanes.values()].map((lane) => lane + 1)));
  const shown = here.filter((span) => lanes.get(span)! < most);
  const hidden = (day: number) => here.filter((span) => lanes.get(span)! >= most && span.from <= day && span.to >= day).length;
  return (
    <div className="q-cal-week" style={{ gridTemplateColumns: `repeat(${days.length}, minmax(0, 1fr))`, gridTemplateRows: `30px repeat(${depth}, 25px) minmax(22px, 1fr)` }}>
      {days.map((day, at) => (
        <DayCell key={day} day={day} column={at + 1} row={depth + 2} isFaint={isFaint?.(day)} hidden={hidden(day)} />
      ))}
      {shown.map((span) => {
        const from = Math.max(span.from, first);
        const to = Math.min(span.to, last);
        const style = { gridRow: lanes.get(span)! + 2, gridColumn: `${from - first + 1} / ${to - first + 2}` };
        return <CalendarBar key={span.row.id} span={span} style={style} cameOn={span.from < first} goesOn={span.to > last} />;
      })}
    </div>
  );
}

interface DayCellProps {
  day: number;
  column: number;
  /** The grid row below the bars. */
  row: number;
  isFaint?: boolean;
  hidden: number;
}

/** Pressing an empty place writes a new record for that day; the number leads to the day. */
function DayCell({ day, column, row, isFaint, hidden }: DayCellProps) {
  const { t } = useLingui();
  const { object, create, onDay, moves } = useCalendar();
  const words = sayDay(day, { weekday: "long", day: "numeric", month: "long" });
  const classes = [isFaint && "q-faint", day === dayOf(todayText()) && "q-today", [0, 6].includes(weekdayOf(day)) && "q-weekend", moves.dragged?.over === dayText(day) && "q-over"];
  return (
    <>
      <div className={`q-cal-day ${classes.filter(Boolean).join(" ")}`} style={{ gridColumn: column, gridRow: "1 / -1" }} data-drop={dayText(day)} onClick={create && (() => create(day))}>
        <button
          type="button"
          className="q-cal-number"
          aria-label={words}
          onClick={(event) => {
            event.stopPropagation();
            onDay(day);
          }}
        >
          {Number(dayText(day).slice(8))}
        </button>
        {create && (
          <button
            type="button"
            className="q-cal-new"
            aria-label={t`New ${inSentence(object.label)} on ${words}`}
            onClick={(event) => {
              event.stopPropagation();
              create(day);
            }}
          >
            +
          </button>
        )}
      </div>
      {hidden > 0 && (
        <button type="button" className="q-cal-more" style={{ gridColumn: column, gridRow: row }} onClick={() => onDay(day)}>
          {t`${hidden} more`}
        </button>
      )}
    </>
  );
}
