/** Months above days or weeks, years above months. Days are drawn only while they are in sight. */
import { dayText, firstWeekday, sayDay, type Span } from "./days";
import { type Tick, ticksOf, upperTicks, type Zoom } from "./ganttLines";
import { useMemo } from "react";

interface GanttHeadProps {
  range: Span;
  zoom: Zoom;
  width: number;
  side: number;
  label: string;
}

export function GanttHead({ range, zoom, width, side, label }: GanttHeadProps) {
  const upper = useMemo(() => upperTicks(range, zoom), [range, zoom]);
  const lower = useMemo(() => ticksOf(range, zoom, firstWeekday()), [range, zoom]);
  const place = ({ from, to }: Tick) => ({ left: side + (from - range.from) * width, width: (to - from + 1) * width });
  return (
    <div className="q-gantt-head">
      <div className="q-gantt-corner">{label}</div>
      {upper.map((tick) => (
        <div key={tick.from} className="q-gantt-upper" style={place(tick)}>
          <span>{sayDay(tick.from, zoom === "month" ? { year: "numeric" } : { year: "numeric", month: "long" })}</span>
        </div>
      ))}
      {lower.map((tick) => (
        <div key={tick.from} className="q-gantt-lower" style={place(tick)}>
          {zoom === "month" ? sayDay(tick.from, { month: "short" }) : Number(dayText(tick.from).slice(8))}
        </div>
      ))}
    </div>
  );
}
