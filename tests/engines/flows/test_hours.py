"""Working hours: a usual week, holidays and shifted working days, added and measured alike in every zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queti.engines.flows.hours import Calendar, Stretch

SHANGHAI, BERLIN, LORD_HOWE = (ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Berlin", "Australia/Lord_Howe"))
NIGHT: Stretch = (time(22), time(6))
LUNCH = ((time(9), time(12)), (time(13, 30), time(18)))
GOLDEN_WEEK: dict[date, Any] = {
    **{date(2026, 10, day): () for day in range(1, 8)},
    date(2026, 9, 20): LUNCH,
    date(2026, 10, 10): LUNCH,
}
OURS = Calendar(SHANGHAI, (*[LUNCH] * 5, (), ()), GOLDEN_WEEK)


def here(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("begin", "hours", "end"),
    [
        ("2026-11-23T10:00", 1, "2026-11-23T11:00"),
        ("2026-11-23T11:00", 2, "2026-11-23T14:30"),
        ("2026-11-23T17:00", 2, "2026-11-24T10:00"),
        ("2026-11-27T17:30", 1, "2026-11-30T09:30"),
        ("2026-11-28T12:00", 7.5, "2026-11-30T18:00"),
        ("2026-09-30T17:00", 2, "2026-10-08T10:00"),
        ("2026-10-09T17:00", 2, "2026-10-10T10:00"),
    ],
)
def test_hours_pass_over_breaks_weekends_and_holidays(begin: str, hours: float, end: str) -> None:
    assert OURS.after(here(begin), hours) == here(end)
    assert OURS.between(here(begin), here(end)) == timedelta(hours=hours)


def test_working_days_are_counted_around_the_national_holiday() -> None:
    assert OURS.days_after(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert OURS.days_after(date(2026, 10, 12), -3) == date(2026, 10, 8)
    assert OURS.days_after(date(2026, 10, 3), 0) == date(2026, 10, 3)


def test_a_night_in_which_the_clock_is_put_back_is_an_hour_longer() -> None:
    nights = Calendar(BERLIN, [[NIGHT]] * 7)
    evening = datetime(2026, 10, 24, 22, tzinfo=BERLIN)
    assert nights.between(evening, evening + timedelta(days=1)) == timedelta(hours=9)


def test_where_nobody_ever_works_the_clock_counts() -> None:
    never = Calendar(SHANGHAI, [()] * 7)
    assert never.after(here("2026-11-23T10:00"), 2) == here("2026-11-23T12:00")


STRETCHES = st.lists(st.integers(0, 95), min_size=2, max_size=6, unique=True).map(sorted)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    def worked() -> list[Stretch]:
        marks = [time(mark // 4, mark % 4 * 15) for mark in draw(STRETCHES)]
        return list(zip(marks[::2], marks[1::2], strict=False))

    week = [worked() if draw(st.booleans()) else [] for _ in range(6)]
    days = {date(2026, 3, 20) + timedelta(each): worked() for each in draw(st.sets(st.integers(0, 40), max_size=6))}
    return Calendar(draw(st.sampled_from([SHANGHAI, BERLIN, LORD_HOWE])), [*week, worked()], days)


@given(calendars(), st.integers(0, 60 * 24 * 60), st.integers(1, 60 * 200))
def test_hours_added_and_measured_are_the_same(calendar: Calendar, minute: int, minutes: int) -> None:
    begin = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minute)
    end = calendar.after(begin, minutes / 60)
    assert calendar.between(begin, end) == timedelta(hours=minutes / 60)
    assert begin <= end


@given(calendars(), st.integers(0, 50), st.integers(-12, 12))
def test_working_days_go_forth_and_back_in_order(calendar: Calendar, day: int, count: int) -> None:
    begin = date(2026, 3, 10) + timedelta(day)
    end = calendar.days_after(begin, count)
    assert end <= calendar.days_after(begin + timedelta(days=1), count)
    passed = (min(begin, end) + timedelta(each + (count > 0)) for each in range(abs((end - begin).days)))
    assert sum(calendar.is_working(each) for each in passed) == abs(count)
