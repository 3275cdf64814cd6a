"""Working time: Monday to Friday, nine to six, in the company's time zone."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

BEGIN, END = time(9), time(18)
_SATURDAY = 5


def after_working_hours(moment: datetime, hours: float, zone: ZoneInfo) -> datetime:
    """The moment when so many working hours have passed."""
    left = timedelta(hours=hours)
    here = _next_working(moment.astimezone(zone))
    while True:
        end = datetime.combine(here.date(), END, zone)
        if left <= end - here:
            return (here + left).astimezone(UTC)
        left -= end - here
        here = _next_working(end + timedelta(minutes=1))


def _next_working(here: datetime) -> datetime:
    """The moment itself, or the next one at which somebody works."""
    zone = here.tzinfo
    if here.time() >= END:
        here = datetime.combine(here.date() + timedelta(days=1), BEGIN, zone)
    if here.time() < BEGIN:
        here = datetime.combine(here.date(), BEGIN, zone)
    while here.weekday() >= _SATURDAY:
        here = datetime.combine(here.date() + timedelta(days=1), BEGIN, zone)
    return here
