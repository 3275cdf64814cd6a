"""When flows begin that begin by date or schedule: the occasions of a start, in the company's time.

A schedule that was missed runs once, for the latest occasion missed. What a date would have begun while
nothing ran begins afterwards, once for each record and date.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from queti.engines.flows.hours import Calendar
from queti.kernel.definitions import StartDef

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


def occasion_after(start: StartDef, moment: datetime, zone: ZoneInfo) -> datetime:
    """The first occasion later than the moment."""
    return next(each for each in _occasions(start, moment.astimezone(zone)) if each > moment)


def latest(start: StartDef, due: datetime, now: datetime, zone: ZoneInfo) -> datetime:
    """The last occasion that has come, from the one that was due."""
    while (following := occasion_after(start, due, zone)) <= now:
        due = following
    return due


def _occasions(start: StartDef, here: datetime) -> Iterator[datetime]:
    clock = time.fromisoformat(start.at)
    if start.on == "schedule" and start.every == "hour":
        first = here.replace(minute=clock.minute, second=0, microsecond=0).astimezone(UTC)
        yield from (first + number * _HOUR for number in range(3))
        return
    days = (here.date() + number * _DAY for number in range(64))
    yield from (datetime.combine(day, clock, here.tzinfo).astimezone(UTC) for day in days if _fits(start, day))


def _fits(start: StartDef, day: date) -> bool:
    match start.every if start.on == "schedule" else "day":
        case "week":
            return day.isoweekday() == start.weekday
        case "month":
            return day.day == min(start.day, monthrange(day.year, day.month)[1])
        case _:
            return True


def dates_due(start: StartDef, calendar: Calendar, passed: date, today: date) -> tuple[date, date] | None:
    """The first and last date of a record that begin it by today; those of `passed` have begun already.

    What is to begin before its date begins late, too, while the date itself hasn't passed: it may have been set late.
    """
    farthest = abs(start.days) * (8 if start.working_days else 1) + 60
    first, last = passed - farthest * _DAY, today + farthest * _DAY
    candidates = (first + number * _DAY for number in range((last - first).days + 1))
    due = [day for day in candidates if _is_due(start, calendar, day, passed, today)]
    return (due[0], due[-1]) if due else None


def _is_due(start: StartDef, calendar: Calendar, day: date, passed: date, today: date) -> bool:
    begins = calendar.days_after(day, start.days) if start.working_days else day + start.days * _DAY
    return begins <= today and (begins > passed or (start.days < 0 and day >= today))
