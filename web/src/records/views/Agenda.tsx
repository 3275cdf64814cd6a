/** Day after day as a list: how a phone shows a calendar. */
import { useLingui } from "@lingui/react/macro";
import { Plus } from "lucide-react";
import { EmptyState } from "../../kit/states";
import { inSentence } from "../../kit/i18n";
import { todayText } from "../../kit/time";
import { titleOf } from "../query";
import { clock } from "./CalendarBar";
import { useCalendar } from "./calendarContext";
import { groundClass } from "./colours";
import { CardFields } from "./Card";
import { dayOf, sayDay } from "./days";
import type { Placed } from "./spans";

export function Agenda({ days, spans }: { days: number[]; spans: Placed[] }) {
  const { t } = useLingui();
  const { object } = useCalendar();
  const today = dayOf(todayText());
  const shown = days.flatMap((day) => {
    const here = spans.filter((span) => span.from <= day && span.to >= day).toSorted((one, other) => (one.minutes?.from ?? -1) - (other.minutes?.from ?? -1));
    return here.length > 0 || day === today ? [{ day, here }] : [];
  });
  if (spans.length === 0) return <EmptyState title={t`Nothing in these days`}>{t`Look at another month, or loosen the filter.`}</EmptyState>;
  return (
    <div className="q-agenda" data-scrolls tabIndex={0} role="group" aria-label={object.plural}>
      {shown.map(({ day, here }) => (
        <AgendaDay key={day} day={day} spans={here} isToday={day === today} />
      ))}
    </div>
  );
}

function AgendaDay({ day, spans, isToday }: { day: number; spans: Placed[]; isToday: boolean }) {
  const { t } = useLingui();
  const { object, columns, except, tonesOf, create, onOpen } = useCalendar();
  const words = sayDay(day, { weekday: "long", day: "numeric", month: "long" });
  return (
    <section className={isToday ? "q-today" : ""}>
      <h3>
        {words}
        {isToday && <span className="q-count">{t`Today`}</span>}
        {create && (
          <button type="button" aria-label={t`New ${inSentence(object.label)} on ${words}`} onClick={() => create(day)}>
            <Plus size={16} aria-hidden />
          </button>
        )}
      </h3>
      <ul>
        {spans.map((span) => (
          <li key={span.row.id} className={`q-agenda-item${groundClass(tonesOf(span.row))}`} style={tonesOf(span.row).paint}>
            {span.minutes && <span className="q-cal-time">{clock(span.minutes.from)}</span>}
            <div>
              <button type="button" onClick={() => onOpen(span.row.id)}>
                {titleOf(object, span.row)}
              </button>
              <CardFields object={object} row={span.row} columns={columns} except={except} most={2} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
