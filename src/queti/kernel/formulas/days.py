"""Ranges of days, as PostgreSQL holds them: the first day, and the day behind the last; None where open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from psycopg.types.range import Range

Days = Range[date]


def first_day(days: Days) -> date | None:
    return days.lower


def last_day(days: Days) -> date | None:
    return None if days.upper is None else days.upper - timedelta(days=1)


def overlaps(one: Days, other: Days) -> bool:
    """Do they have a day in common?"""
    return _begins_before(one.lower, other.upper) and _begins_before(other.lower, one.upper)


def _begins_before(first: date | None, behind: date | None) -> bool:
    return first is None or behind is None or first < behind


FUNCTIONS: dict[str, Callable[..., Any]] = {"first_day": first_day, "last_day": last_day, "overlaps": overlaps}
