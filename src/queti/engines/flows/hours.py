"""Working time: a calendar's usual week, and the days that differ from it, in the company's time zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from queti.kernel.work import Work

CALENDAR = "base.calendar"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Stretch = tuple[time, time]
"""From, until; an end that isn't after its beginning is on the next day."""
NINE_TO_SIX: Sequence[Stretch] = ((time(9), time(18)),)
_DAY = timedelta(days=1)
_FARTHEST = 3660
"""Days without any work after which the clock alone counts."""


@dataclass(slots=True)
class Calendar:
    """`week`: Monday first. `days`: what is worked on the days that differ; nothing on holidays."""

    zone: ZoneInfo
    week: Sequence[Sequence[Stretch]] = (*[NINE_TO_SIX] * 5, (), ())
    days: Mapping[date, Sequence[Stretch]] = field(default_factory=dict[date, Sequence[Stretch]])
    _known: dict[date, list[tuple[datetime, datetime]]] = field(default_factory=dict[date, Any])

    def after(self, moment: datetime, hours: float) -> datetime:
        """The moment when so many working hours have passed."""
        left = timedelta(hours=hours)
        for begins, ends in self._stretches(moment):
            if left <= ends - begins:
                return begins + left
            left -= ends - begins
        return moment + left

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """How long was worked from one moment to the other."""
        worked = timedelta()
        for begins, ends in self._stretches(begin) if begin < end else ():
            if begins >= end:
                break
            worked += min(ends, end) - begins
        return worked

    def is_working(self, day: date) -> bool:
        return bool(self.days.get(day, self.week[day.weekday()]))

    def days_after(self, day: date, count: int) -> date:
        """The working day that comes so many after the day; below zero, before it."""
        step, left = (_DAY if count > 0 else -_DAY), abs(count)
        for _ in range(_FARTHEST):
            if not left:
                break
            day += step
            left -= self.is_working(day)
        return day

    def _stretches(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is worked from the moment on, in UTC."""
        moment = moment.astimezone(UTC)
        first = moment.astimezone(self.zone).date() - _DAY
        for number in range(_FARTHEST):
            for begins, ends in self._of(first + number * _DAY):
                if ends > moment:
                    yield max(begins, moment), ends
                    moment = ends

    def _of(self, day: date) -> list[tuple[datetime, datetime]]:
        if day not in self._known:
            self._known[day] = [
                (self._at(day, begins), self._at(day if ends > begins else day + _DAY, ends))
                for begins, ends in self.days.get(day, self.week[day.weekday()])
            ]
        return self._known[day]

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)


class Calendars:
    """A company's calendars, each read when it is first asked for."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self._known: dict[str, Calendar] = {}

    def of(self, code: str = "") -> Calendar:
        """The one of this code; without a code, or where it is gone, the company's."""
        if code not in self._known:
            self._known[code] = self._read(code)
        return self._known[code]

    def _read(self, code: str) -> Calendar:
        work = self.work
        zone = ZoneInfo(work.timezone)
        usual = work.company.get("calendar")
        if CALENDAR not in work.model.objects or (not code and usual is None):
            return Calendar(zone)
        found = work.find(CALENDAR, "code = $code or id = $usual", {"code": code, "usual": usual}, _FIELDS)
        row = next((row for row in found if row.code == code), found[0] if found else None)
        return Calendar(zone) if row is None else Calendar(zone, _week(row.hours), _days(row.days))


_FIELDS = ("id", "code", "hours.weekdays", "hours.begins", "hours.ends", "days.day", "days.begins", "days.ends")


def _week(rows: Sequence[Any]) -> list[list[Stretch]]:
    return [sorted(_stretch(row) for row in rows if name in row["weekdays"]) for name in WEEKDAYS]


def _days(rows: Sequence[Any]) -> dict[date, list[Stretch]]:
    days: dict[date, list[Stretch]] = {}
    for row in rows:
        worked = days.setdefault(row["day"], [])
        worked += [_stretch(row)] if row["begins"] else []
        worked.sort()
    return days


def _stretch(row: Any) -> Stretch:
    return time.fromisoformat(row["begins"]), time.fromisoformat(row["ends"])
