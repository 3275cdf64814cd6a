"""Flows begin by date and by schedule: at their time, once, in portions, after a downtime too."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from queti.engines.flows import winding
from queti.engines.flows.clocks import latest, occasion_after
from queti.engines.flows.winding import strike, wind
from queti.jobs.queue import queue_timers
from queti.kernel.definitions import StartDef
from queti.kernel.person import SYSTEM
from queti.kernel.publishing.findings import DefinitionsWrong
from tests.engines.flows.conftest import PLACE, Company

Found = Callable[..., Company]
ANN = {"who": {"them": {"by": "user", "users": ["ann"]}}}
MARK = {"steps": {"mark": {"kind": "change", "set": {"note": '"x"'}}}}
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """Of the company's clock in January 2030."""
    return datetime.fromisoformat(f"2030-01-{text}").replace(tzinfo=SHANGHAI)


def winds(place: Company, when: str) -> None:
    place.platform.run(PLACE, SYSTEM, wind, now=at(when))


def strikes(place: Company, when: str) -> None:
    while place.platform.run(PLACE, SYSTEM, strike, now=at(when)):
        pass


def begun(place: Company) -> list[tuple[Any, str]]:
    return [(row.record and int(row.record), row.occasion) for row in place.instances()]


class TestOccasions:
    @pytest.mark.parametrize(
        ("terms", "moment", "following"),
        [
            ({"every": "hour", "at": "00:20"}, "07T10:20", "07T11:20"),
            ({"every": "day"}, "07T08:59", "07T09:00"),
            ({"every": "day"}, "07T09:00", "08T09:00"),
            ({"every": "week", "weekday": 1}, "07T09:00", "14T09:00"),
            ({"every": "week", "weekday": 5, "at": "17:30"}, "07T09:00", "11T17:30"),
            ({"every": "month", "day": 31}, "07T09:00", "31T09:00"),
            ({"on": "date"}, "07T10:00", "08T09:00"),
        ],
    )
    def test_follow_each_other(self, terms: dict[str, Any], moment: str, following: str) -> None:
        start = StartDef(**{"on": "schedule", **terms})
        assert occasion_after(start, at(moment), SHANGHAI) == at(following)

    def test_of_a_short_month_are_on_its_last_day(self) -> None:
        start = StartDef(on="schedule", every="month", day=31)
        assert occasion_after(start, at("31T10:00"), SHANGHAI) == datetime(2030, 2, 28, 1, tzinfo=UTC)

    def test_that_were_missed_come_to_one(self) -> None:
        start = StartDef(on="schedule", every="hour", at="00:00")
        assert latest(start, at("07T10:00"), at("09T15:30"), SHANGHAI) == at("09T15:00")


class TestSchedules:
    def test_begin_at_their_time_for_each_record_that_fits_and_not_again(self, company: Found) -> None:
        start = {"on": "schedule", "every": "day", "at": "06:00", "each": "amount > 10"}
        place = company(mark={"start": start, **MARK})
        place.request(amount="5")
        large = place.request(amount="50")
        winds(place, "07T05:00")
        strikes(place, "07T05:59")
        assert begun(place) == []
        strikes(place, "07T06:01")
        strikes(place, "07T07:00")
        assert begun(place) == [(large, at("07T06:00").astimezone(UTC).isoformat())]
        assert place.read(large).note == "x"

    def test_missed_run_once_for_the_latest(self, company: Found) -> None:
        make = {"kind": "create", "object": "own.request", "set": {"name": '"nightly"'}}
        place = company(make={"object": "", "start": {"on": "schedule", "at": "02:00"}, "steps": {"make": make}})
        winds(place, "07T01:00")
        strikes(place, "11T10:00")
        strikes(place, "11T11:00")
        assert begun(place) == [(None, at("11T02:00").astimezone(UTC).isoformat())]
        assert place.run(lambda work: work.count("own.request", "name = 'nightly'")) == 1

    def test_over_many_records_go_on_in_portions(self, company: Found, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(winding, "PORTION", 40)
        place = company(mark={"start": {"on": "schedule", "each": "id > 0"}, **MARK})
        place.run(lambda work: work.create("own.request", [{"name": str(each)} for each in range(100)]))
        winds(place, "07T08:00")
        place.platform.run(PLACE, SYSTEM, strike, now=at("07T09:01"))
        assert len(begun(place)) == 40
        strikes(place, "07T09:05")
        assert len(begun(place)) == len(set(begun(place))) == 100

    def test_two_workers_at_once_begin_each_once(self, company: Found, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(winding, "PORTION", 10)
        place = company(mark={"start": {"on": "schedule", "each": "id > 0"}, **MARK})
        place.run(lambda work: work.create("own.request", [{"name": str(each)} for each in range(60)]))
        winds(place, "07T08:00")
        workers = [threading.Thread(target=strikes, args=(place, "07T09:01")) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        strikes(place, "07T09:01")
        assert len(begun(place)) == len(set(begun(place))) == 60

    def test_one_record_that_fails_stops_no_other(self, company: Found) -> None:
        sets = {"started": {"amount": "amount * 100"}}
        place = company(mark={"start": {"on": "schedule", "each": "id > 0"}, "sets": sets, **MARK})
        for amount in ("1", "99", "2"):
            place.request(amount=amount)
        winds(place, "07T08:00")
        strikes(place, "07T09:01")
        assert [row.state for row in place.instances()] == ["approved", "stopped", "approved"]
        assert "Too dear." in place.instances(state="stopped")[0].problem

    def test_switched_off_and_changed_are_wound_anew(self, company: Found) -> None:
        place = company(mark={"start": {"on": "schedule", "each": "id > 0"}, **MARK})
        place.request()
        winds(place, "07T08:00")
        [clock] = place.run(lambda work: work.find("flow.clock"))
        place.run(lambda work: work.change("flow.clock", [(clock, {"terms": "other"})]))
        strikes(place, "07T09:01")
        assert begun(place) == []
        strikes(place, "08T09:01")
        assert len(begun(place)) == 1

    def test_the_queue_hears_of_a_release_once_and_of_what_is_due(self, company: Found) -> None:
        place = company(mark={"start": {"on": "schedule", "each": "id > 0"}, **MARK})
        looked_at: dict[str, int] = {}
        assert queue_timers(place.database, looked_at) == 1
        with place.database.connection() as connection:
            connection.execute("DELETE FROM jobs.procrastinate_jobs")
        assert queue_timers(place.database, looked_at) == 0
        place.platform.run(PLACE, SYSTEM, wind, now=datetime.now(UTC) - timedelta(days=2))
        assert queue_timers(place.database, looked_at) == 1


class TestDates:
    def begins(self, company: Found, **start: Any) -> Company:
        return company(mark={"start": {"on": "date", "date_field": "due_on", **start}, **MARK})

    def test_begin_so_many_days_before_and_follow_the_date(self, company: Found) -> None:
        place = self.begins(company, days=-3)
        first, moved = place.request(due_on="2030-01-10"), place.request(due_on="2030-01-10")
        winds(place, "05T12:00")
        strikes(place, "07T08:59")
        assert begun(place) == []
        place.change(moved, due_on="2030-01-12")
        strikes(place, "07T09:00")
        assert begun(place) == [(first, "2030-01-10")]
        strikes(place, "08T09:00")
        strikes(place, "09T09:00")
        assert begun(place) == [(first, "2030-01-10"), (moved, "2030-01-12")]

    def test_again_only_for_another_date(self, company: Found) -> None:
        place = self.begins(company, days=-1)
        chair = place.request(due_on="2030-01-08")
        winds(place, "05T12:00")
        strikes(place, "07T09:00")
        place.change(chair, due_on="2030-01-09")
        strikes(place, "08T09:00")
        place.change(chair, due_on="2030-01-08")
        strikes(place, "09T09:00")
        assert [occasion for _, occasion in begun(place)] == ["2030-01-08", "2030-01-09"]

    def test_set_late_begin_while_the_date_is_ahead(self, company: Found) -> None:
        place = self.begins(company, days=-10)
        winds(place, "05T12:00")
        strikes(place, "06T09:00")
        soon = place.request(due_on="2030-01-09")
        place.request(due_on="2030-01-04")
        strikes(place, "07T09:00")
        assert begun(place) == [(soon, "2030-01-09")]

    def test_missed_while_nothing_ran_begin_afterwards(self, company: Found) -> None:
        place = self.begins(company, days=2)
        for day in ("04", "06", "08"):
            place.request(due_on=f"2030-01-{day}")
        winds(place, "07T12:00")
        strikes(place, "11T07:00")
        assert [occasion for _, occasion in begun(place)] == ["2030-01-06", "2030-01-08"]

    def test_by_working_days_pass_over_the_weekend(self, company: Found) -> None:
        place = self.begins(company, days=-2, working_days=True)
        monday = place.request(due_on="2030-01-14")
        winds(place, "08T12:00")
        strikes(place, "09T09:00")
        assert begun(place) == []
        strikes(place, "10T09:00")
        assert begun(place) == [(monday, "2030-01-14")]

    def test_by_a_moment_count_the_companys_days(self, company: Found) -> None:
        place = self.begins(company, date_field="meets_at", when="amount > 1")
        late = place.request(meets_at=at("08T00:30").isoformat(), amount="2")
        place.request(meets_at=at("08T12:00").isoformat(), amount="1")
        winds(place, "07T12:00")
        strikes(place, "08T09:00")
        assert begun(place) == [(late, "2030-01-08")]


class TestCheck:
    @pytest.mark.parametrize(
        ("start", "said"),
        [
            ({"on": "schedule"}, "Say for which records it begins"),
            ({"on": "schedule", "each": "id > 0", "at": "9 o'clock"}, "A time of day is written as 09:30"),
            ({"on": "schedule", "each": "amount >"}, "start.each"),
            ({"on": "date", "date_field": "amount"}, "Choose a date of the record"),
        ],
    )
    def test_says_what_a_clock_lacks(self, company: Found, start: dict[str, Any], said: str) -> None:
        with pytest.raises(DefinitionsWrong) as wrong:
            company(mark={"start": start, **MARK})
        assert said in str(wrong.value)

    def test_nobody_submits_what_begins_by_the_clock(self, company: Found) -> None:
        ask = {"kind": "approve", "who": {"them": {"by": "manager"}}}
        with pytest.raises(DefinitionsWrong, match="Nobody submits"):
            company(ask={"start": {"on": "date", "date_field": "due_on"}, "steps": {"ask": ask}})
