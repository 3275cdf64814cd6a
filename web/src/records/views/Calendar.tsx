/** Records on their days: month, week, day, agenda. */
import { useLingui } from "@lingui/react/macro";
import { Button, Segmented } from "antd";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useNavigate } from "react-router";
import { useIsPhone } from "../../kit/media";
import { Bones, Failed } from "../../kit/states";
import { todayText } from "../../kit/time";
import { canWrite, objectPath } from "../definitions";
import { Agenda } from "./Agenda";
import { useAll } from "./all";
import { CalendarContext } from "./calendarContext";
import { useCalendarMoves } from "./calendarMoves";
import { useColours } from "./colours";
import { addMonths, dayOf, dayText, firstWeekday, sayDay, sayRange, startOfMonth, startOfWeek, week, weeksOfMonth } from "./days";
import type { ViewProps } from "./kinds";
import { Month } from "./Month";
import { placed, reaching, touching, valueAt, whenOf } from "./spans";
import { TimeGrid } from "./TimeGrid";

type Zoom = "month" | "week" | "day" | "agenda";

export default function Calendar({ object, state, change, onOpen }: ViewProps) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const isPhone = useIsPhone();
  const zooms: Record<Zoom, string> = { month: t`Month`, week: t`Week`, day: t`Day`, agenda: t`Agenda` };
  const zoom = (state.zoom in zooms ? state.zoom : isPhone ? "agenda" : "month") as Zoom;
  const at = dayOf(state.on || todayText());
  const weeks = weeksOf(zoom, at);
  const [from, to] = [weeks[0]![0]!, weeks.at(-1)!.at(-1)!];
  const when = whenOf(object, state.shape.start, state.shape.end);
  const all = useAll(object, state, { where: when && touching(when, from, to), sort: when?.start.type === "date_range" ? "id" : state.shape.start, more: [state.shape.start, state.shape.end], enabled: Boolean(when) });
  const tones = useColours(object, state.shape, all.rows);
  const moves = useCalendarMoves(object, when);
  if (!when) return null;
  if (all.isError && all.rows.length === 0) return <Failed error={all.error} retry={() => all.refetch()} />;

  const canCreate = object.may.create && object.creatable !== false && canWrite(when.start, true);
  const create = (day: number, minute = 9 * 60) => {
    const value = valueAt(when.start, day, minute);
    void navigate(`${objectPath(object.name)}/new?${new URLSearchParams({ [when.start.name]: value })}`);
  };
  const spans = all.rows.flatMap((row) => placed(row, when) ?? []).map((span) => reaching(span, from - 1, to + 1));
  const context = { object, columns: state.columns, except: [when.start.name, when.end?.name ?? ""], tonesOf: tones, moves, create: canCreate ? create : undefined, onOpen, onDay: (day: number) => change({ on: dayText(day), zoom: "day" }) };

  return (
    <CalendarContext value={context}>
      <div className="q-cal">
        <div className="q-cal-bar-top">
          <Button onClick={() => change({ on: "" })}>{t`Today`}</Button>
          <Button type="text" aria-label={t`Earlier`} icon={<ChevronLeft size={17} aria-hidden />} onClick={() => change({ on: dayText(stepped(zoom, at, -1)) })} />
          <Button type="text" aria-label={t`Later`} icon={<ChevronRight size={17} aria-hidden />} onClick={() => change({ on: dayText(stepped(zoom, at, 1)) })} />
          <h2 aria-live="polite">{titleOf(zoom, at, from, to)}</h2>
          <Segmented aria-label={t`How much is seen`} value={zoom} onChange={(next) => change({ zoom: next })} options={Object.entries(zooms).map(([value, label]) => ({ value, label }))} />
        </div>
        {all.hasMore && <p className="q-muted">{t`There is more here than can be drawn; narrow the filter to see all.`}</p>}
        {all.isPending ? <Bones lines={8} title={false} /> : <Drawing zoom={zoom} weeks={weeks} at={at} spans={spans} isTimed={when.start.type === "moment"} />}
        <p id="q-cal-keys" className="q-hidden">{t`Alt with an arrow moves it; Shift and Alt with left or right change its end.`}</p>
      </div>
    </CalendarContext>
  );
}

interface DrawingProps {
  zoom: Zoom;
  weeks: number[][];
  at: number;
  spans: Parameters<typeof Month>[0]["spans"];
  isTimed: boolean;
}

function Drawing({ zoom, weeks, at, spans, isTimed }: DrawingProps) {
  if (zoom === "month") return <Month weeks={weeks} at={at} spans={spans} />;
  if (zoom === "agenda") return <Agenda days={weeks.flat()} spans={spans} />;
  return <TimeGrid days={weeks.flat()} spans={spans} isTimed={isTimed} />;
}

function weeksOf(zoom: Zoom, at: number): number[][] {
  if (zoom === "month") return weeksOfMonth(at, firstWeekday());
  if (zoom === "week") return [week(startOfWeek(at, firstWeekday()))];
  if (zoom === "day") return [[at]];
  const from = startOfMonth(at);
  return [Array.from({ length: addMonths(from, 1) - from }, (_, day) => from + day)];
}

function stepped(zoom: Zoom, at: number, by: number): number {
  if (zoom === "week") return at + 7 * by;
  return zoom === "day" ? at + by : addMonths(at, by);
}

function titleOf(zoom: Zoom, at: number, from: number, to: number): string {
  if (zoom === "week") return sayRange(from, to);
  return zoom === "day" ? sayDay(at, { dateStyle: "full" }) : sayDay(at, { year: "numeric", month: "long" });
}
