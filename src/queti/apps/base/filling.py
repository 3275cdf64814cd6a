"""What calendars lack of the days of a year that differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from queti.apps.base.public_holidays import WEEKDAYS, Differs, days_that_differ, rows_of
from queti.kernel.operations import Call
from queti.kernel.record import Record
from queti.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Filling:
    calendar: Record
    days: Sequence[Differs]

    @property
    def there(self) -> set[date]:
        return {row["day"] for row in self.calendar.days}

    @property
    def rows(self) -> list[dict[str, Any]]:
        usual, there = _usual(self.calendar), self.there
        return [row for each in self.days if each.day not in there for row in rows_of(each, usual)]


def filled(work: Work, calls: Sequence[Call]) -> Iterator[Filling]:
    seen = ("*", "days.day", "hours.weekdays", "hours.begins", "hours.ends")
    calendars = work.fetch("base.calendar", [call.calendar for call in calls], seen)
    language = "zh" if work.company.get("language") == "zh" else "en"
    for call, calendar in zip(calls, calendars, strict=True):
        yield Filling(calendar, days_that_differ(call.country, int(call.year), language))


def _usual(calendar: Record) -> dict[str, list[tuple[str, str]]]:
    """Weekday → its stretches of work."""
    return {
        name: [(row["begins"], row["ends"]) for row in calendar.hours if name in row["weekdays"]] for name in WEEKDAYS
    }
