"""Public holidays and shifted working days of countries and their regions, by year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from queti.apps.base.refusals import NoHolidaysKnown

SHIFTED = {"en": "Working day, shifted", "zh": "调休上班"}
FIRST, LAST = 1990, 2100


@dataclass(frozen=True, slots=True)
class Differs:
    """A day that isn't as its weekday: free, or worked though it lies on a weekend."""

    day: date
    name: str
    is_worked: bool = False


def days_that_differ(place: str, year: int, language: str) -> list[Differs]:
    """In order. `place` is a country by its ISO 3166 code, or one of its regions: CN, HK, DE-BY.

    Raises NoHolidaysKnown.
    """
    # Hundreds of countries: read when they are first asked for.
    import holidays

    country, _, region = place.strip().upper().partition("-")
    known = holidays.list_supported_countries()
    if not FIRST <= year <= LAST or region not in ("", *known.get(country, ())) or country not in known:
        raise NoHolidaysKnown(place=place, year=year)
    found = holidays.country_holidays(country, region or None, years=year, language=_language(country, language))
    free = [Differs(day, name) for day, name in found.items() if day.year == year]
    worked = [Differs(day, SHIFTED.get(language, SHIFTED["en"]), is_worked=True)
              for day in found.weekend_workdays if day.year == year]  # fmt: skip
    return sorted(free + worked, key=lambda each: each.day)


def _language(country: str, language: str) -> str | None:
    """In the company's language, else in English, else in the country's own."""
    import holidays

    spoken = holidays.list_localized_countries().get(country, ())
    return next((each for each in (_CODES.get(language, language), "en_US") if each in spoken), None)


_CODES: Mapping[str, str] = {"zh": "zh_CN", "en": "en_US"}


def rows_of(differs: Differs, usual: Mapping[str, list[tuple[str, str]]]) -> list[dict[str, Any]]:
    """What the calendar keeps of the day. A shifted day is worked as its weekday is, or as the first that is worked."""
    row = {"day": differs.day, "name": differs.name}
    if not differs.is_worked:
        return [row]
    weekday = WEEKDAYS[differs.day.weekday()]
    hours = usual.get(weekday) or next((usual[each] for each in WEEKDAYS if usual.get(each)), [])
    return [{**row, "begins": begins, "ends": ends} for begins, ends in hours]


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
