"""Flows begin by what happens to records, do their steps by themselves, and wait for time, values and events."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from queti.apps.base.refusals import NoHolidaysKnown
from queti.engines.flows.driving import Drive
from queti.engines.flows.hours import Calendars
from queti.engines.flows.starting import begin_by
from queti.engines.flows.timing import pass_time
from queti.jobs.queue import queue_timers
from queti.jobs.worker import standard_runs
from queti.kernel.person import SYSTEM
from queti.kernel.publishing.findings import DefinitionsWrong
from tests.engines.flows.conftest import PLACE, Company

Found = Callable[..., Company]
ANN = {"who": {"them": {"by": "user", "users": ["ann"]}}}
BOB = {"who": {"them": {"by": "user", "users": ["bob"]}}}


def later(place: Company, hours: float) -> int:
    now = datetime.now(UTC) + timedelta(hours=hours)
    return place.platform.run(PLACE, SYSTEM, pass_time, now=now)


def test_a_created_record_is_changed(company: Found) -> None:
    mark = {"kind": "change", "set": {"note": '"seen " & name'}}
    place = company(mark={"start": {"on": "created", "when": "amount > 10"}, "steps": {"mark": mark}})
    small, large = place.request(amount="5"), place.request(amount="50")
    place.works()
    assert (place.read(small).note, place.read(large).note) == (None, "seen A chair")
    assert [row.record for row in place.instances(state="approved")] == [large]


def test_many_created_at_once_are_done_together_and_once(company: Found) -> None:
    place = company(mark={"start": {"on": "created"}, "steps": {"mark": {"kind": "change", "set": {"note": '"x"'}}}})
    place.run(lambda work: work.create("own.request", [{"name": str(each)} for each in range(200)]))
    place.works()
    place.works()
    assert len(place.instances(state="approved")) == 200


def test_only_the_given_fields_begin_it(company: Found) -> None:
    start = {"on": "changed", "fields": ["amount"]}
    place = company(tell={"start": start, "steps": {"tell": {"kind": "copy", **ANN}}})
    chair = place.request()
    place.change(chair, note="not this")
    place.works()
    assert place.instances() == []
    place.change(chair, amount="7")
    place.works()
    assert len(place.tasks("ann")) == 1


def test_an_automation_that_begins_itself_stops_with_its_chain(company: Found) -> None:
    count = {"kind": "change", "set": {"amount": "if(blank(amount), 0, amount) + 1"}}
    place = company(count={"start": {"on": "changed", "fields": ["amount"]}, "steps": {"count": count}})
    chair = place.request()
    place.change(chair, amount="1")
    place.works()
    [stopped] = place.instances(state="stopped")
    assert stopped.problem == "loop: own.count → own.count → own.count → own.count"
    assert place.read(chair).amount == 4


def test_records_are_found_made_and_removed_and_values_computed(company: Found) -> None:
    made = {"name": '"made"', "amount": "double", "parent": "record"}
    steps = {
        "twice": {"kind": "compute", "set": {"double": "amount * 2"}},
        "make": {
            "kind": "create",
            "object": "own.request",
            "set": {"name": '"made"', "amount": "double", "parent": "record"},
        },
        "others": {"kind": "find", "object": "own.request", "where": "checker = this.checker and id != this.id"},
        "away": {"kind": "remove", "found": "others"},
        "tell": {"kind": "message", **ANN, "text": {"en": "{name} comes twice: {double}"}},
    }
    place = company(grow={"start": {"on": "created", "when": "name = 'Seed'"}, "steps": steps})
    old = place.request(checker=place.ids["cat"])
    place.request(name="Seed", amount="4", checker=place.ids["cat"])
    place.works()
    made = place.run(lambda work: work.find("own.request", "name = 'made'"))
    assert [row.amount for row in made] == [8]
    assert place.run(lambda work: work.count("own.request", "id = $id", {"id": old})) == 0
    assert [task.text for task in place.tasks("ann")] == ["Seed comes twice: 8.00"]


def test_a_message_stays_unread_whatever_becomes_of_later_tasks(company: Found) -> None:
    tell = {"kind": "message", **BOB, "text": {"en": "{name} is asked for"}}
    steps = {
        "one": {"kind": "approve", **ANN},
        "tell": tell,
        "two": {"kind": "approve", **ANN},
        "three": {"kind": "approve", **ANN},
    }
    place = company(check={"same_person": "ask", "steps": steps})
    place.submit(place.request())
    for step in ("one", "two", "three"):
        place.does("ann", "approve", place.task("ann", step))
    assert [(task.kind, task.result) for task in place.tasks("bob")] == [("message", None)]
    numbers = place.run(lambda work: [row.number for row in work.find("flow.task", fields=["number"])])
    assert len(numbers) == len(set(numbers)) == 4


def test_what_fails_is_shown_and_run_again_and_takes_nothing_of_the_others_along(company: Found) -> None:
    steps = {"more": {"kind": "change", "set": {"amount": "amount * 100"}}}
    place = company(more={"start": {"on": "created", "when": "name = 'S'"}, "steps": steps})
    rows = [{"name": "S", "amount": each} for each in ("1", "99", "2")]
    place.run(lambda work: work.create("own.request", rows))
    place.works()
    assert [row.state for row in place.instances()] == ["approved", "failed", "approved"]
    [failed] = place.instances(state="failed")
    assert "Too dear." in failed.problem
    place.change(int(failed.record), amount="3")
    place.does("boss", "restart_step", instance=failed.id)
    assert (place.read(int(failed.record)).amount, place.instances(id=failed.id)[0].state) == (300, "approved")


def test_a_wait_of_hours_is_over_when_they_have_passed(company: Found) -> None:
    wait = {"kind": "wait", "wait_for": "hours", "hours": 2, "working_hours": False}
    place = company(check={"steps": {"wait": wait, "one": {"kind": "approve", **ANN}}})
    place.submit(place.request())
    assert (later(place, 1), place.tasks("ann")) == (0, [])
    assert later(place, 3) == 1
    assert len(place.tasks("ann")) == 1
    assert later(place, 4) == 0


def test_a_wait_for_a_value_is_over_when_it_holds(company: Found) -> None:
    wait = {"kind": "wait", "wait_for": "value", "when": "amount > 100"}
    place = company(check={"steps": {"wait": wait, "one": {"kind": "approve", **ANN}}})
    chair = place.request(amount="1")
    place.submit(chair)
    place.change(chair, amount="50")
    place.works()
    assert place.tasks("ann") == []
    place.change(chair, amount="500")
    place.works()
    assert len(place.tasks("ann")) == 1


@pytest.mark.parametrize(("act", "state"), [("approve", "approved"), ("reject", "rejected")])
def test_who_is_late_is_passed_or_refused(company: Found, act: str, state: str) -> None:
    step = {"kind": "approve", **ANN, "due_hours": 1, "working_hours": False, "late": {"over": {"act": act}}}
    place = company(check={"steps": {"one": step}})
    place.submit(place.request())
    later(place, 2)
    assert place.instances()[0].state == state


def test_what_is_late_goes_to_somebody_else(company: Found) -> None:
    late: dict[str, Any] = {"over": {"act": "hand_over", **BOB}}
    step = {"kind": "approve", **ANN, "due_hours": 1, "working_hours": False, "late": late}
    place = company(check={"steps": {"one": step}})
    place.submit(place.request())
    later(place, 2)
    assert (len(place.tasks("ann")), len(place.tasks("bob"))) == (0, 1)


def test_a_step_done_in_time_is_not_late(company: Found) -> None:
    step = {"kind": "approve", **ANN, "due_hours": 1, "working_hours": False, "late": {"over": {"act": "reject"}}}
    place = company(check={"steps": {"one": step}})
    place.submit(place.request())
    place.does("ann", "approve", place.task("ann"))
    assert later(place, 2) == 0


def test_the_worker_is_told_of_what_is_due(company: Found) -> None:
    wait = {"kind": "wait", "wait_for": "hours", "hours": 2, "working_hours": False}
    place = company(check={"steps": {"wait": wait}})
    place.submit(place.request())
    assert queue_timers(place.database) == 0
    rows = place.run(lambda work: work.find("flow.timer"))
    past = datetime.now(UTC) - timedelta(minutes=1)
    place.run(lambda work: work.change("flow.timer", [(row, {"due_at": past}) for row in rows]))
    assert (queue_timers(place.database), queue_timers(place.database)) == (1, 0)
    standard_runs(place.platform)["flows"](PLACE, {})
    assert place.instances()[0].state == "approved"


def test_what_is_due_within_the_minute_is_done_to_the_second(company: Found) -> None:
    wait = {"kind": "wait", "wait_for": "hours", "working_hours": False}
    place = company(
        check={"start": {"on": "created"}, "running": "parallel", "steps": {"wait": {**wait, "hours": 0.01}}}
    )
    for _ in range(2):
        place.request()
        place.works()
    dues = [row.due_at for row in place.run(lambda work: work.find("flow.timer"))]
    assert rung(place) == {each.replace(microsecond=0) + timedelta(seconds=1) for each in dues}
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=50)
    place.run(lambda work: work.change("flow.timer", [(row, {"due_at": soon}) for row in work.find("flow.timer")]))
    assert queue_timers(place.database) == 0, "nothing is due yet"
    assert soon + timedelta(seconds=1) in rung(place)
    queue_timers(place.database)
    assert len(rung(place)) == len({each.replace(microsecond=0) for each in dues}) + 1, "each second once"


def rung(place: Company) -> set[datetime]:
    with place.database.connection() as connection:
        text = (
            "SELECT scheduled_at FROM jobs.procrastinate_jobs WHERE queue_name = 'flows' AND scheduled_at IS NOT NULL"
        )
        return {moment for (moment,) in connection.execute(text)}


LATE = {"due_hours": 1, "working_hours": False}
BOSS = {"who": {"them": {"by": "user", "users": ["boss"]}}}
BOTH = {"who": {"them": {"by": "user", "users": ["ann", "bob"]}}}


def plain(step: dict[str, Any]) -> dict[str, Any]:
    return {"check": {"steps": {"one": step}}}


def in_a_branch(step: dict[str, Any]) -> dict[str, Any]:
    note = {"kind": "change", "set": {"note": '"other arm"'}}
    arms = {"left": {"steps": {"one": step}}, "right": {"steps": {"mark": note}}}
    return {"check": {"steps": {"both": {"kind": "branch", "take": "all", "branches": arms}}}}


def in_a_sub_flow(step: dict[str, Any]) -> dict[str, Any]:
    part = {"start": {"on": "flow"}, "steps": {"one": step}}
    return {"check": {"steps": {"part": {"kind": "flow", "flow": "own.part"}}}, "part": part}


@pytest.mark.parametrize("shape", [plain, in_a_branch, in_a_sub_flow])
class TestLate:
    def submitted(self, company: Found, shape: Callable[[Any], Any], **step: Any) -> Company:
        place = company(**shape({"kind": "approve", **ANN, **LATE, **step}))
        place.submit(place.request())
        return place

    def state(self, place: Company) -> str:
        return next(row.state for row in place.instances() if row.flow == "own.check")

    def test_who_has_it_is_reminded_in_stages(self, company: Found, shape: Any) -> None:
        late = {"soon": {"act": "remind"}, "again": {"act": "remind", "after_hours": 2, **BOB}}
        place = self.submitted(company, shape, late=late)
        later(place, 2)
        assert [task.kind for task in place.tasks("ann")] == ["message", "approve"]
        later(place, 4)
        assert [task.text for task in place.tasks("bob")] == ["已超时：one"]
        [asked] = [task.id for task in place.tasks("ann") if task.kind == "approve"]
        place.does("ann", "approve", asked)
        assert self.state(place) == "approved"

    def test_reminded_first_escalated_then(self, company: Found, shape: Any) -> None:
        late = {"tell": {"act": "remind"}, "up": {"act": "escalate", "after_hours": 1, **BOSS}}
        place = self.submitted(company, shape, late=late)
        later(place, 1.5)
        assert place.tasks("boss") == []
        later(place, 3)
        assert (len(place.tasks("boss")), [task.kind for task in place.tasks("ann")][-1]) == (1, "approve")
        place.does("boss", "approve", place.task("boss"))
        assert self.state(place) == "approved"
        assert [task.kind for task in place.tasks("ann")] == ["message"]

    def test_who_it_was_escalated_to_decides_for_all_who_are_late(self, company: Found, shape: Any) -> None:
        place = self.submitted(company, shape, **BOTH, mode="all_of", late={"up": {"act": "escalate", **BOSS}})
        later(place, 2)
        place.does("ann", "approve", place.task("ann"))
        assert self.state(place) == "running"
        place.does("boss", "approve", place.task("boss"))
        assert self.state(place) == "approved"

    def test_who_is_late_decides_before_who_it_was_escalated_to(self, company: Found, shape: Any) -> None:
        place = self.submitted(company, shape, **BOTH, mode="all_of", late={"up": {"act": "escalate", **BOSS}})
        later(place, 2)
        place.does("ann", "approve", place.task("ann"))
        place.does("bob", "approve", place.task("bob"))
        assert (self.state(place), place.tasks("boss")) == ("approved", [])

    @pytest.mark.parametrize(("act", "state"), [("approve", "approved"), ("reject", "rejected")])
    def test_it_is_decided_without_them(self, company: Found, shape: Any, act: str, state: str) -> None:
        place = self.submitted(company, shape, late={"tell": {"act": "remind"}, "end": {"act": act, "after_hours": 1}})
        later(place, 3)
        own = "own.part" if shape is in_a_sub_flow else "own.check"
        assert next(row.state for row in place.instances() if row.flow == own) == state

    def test_it_is_handed_over_or_goes_to_an_administrator(self, company: Found, shape: Any) -> None:
        nobody = {"who": {"them": {"by": "field", "field": "checker"}}}
        place = self.submitted(company, shape, late={"over": {"act": "hand_over", **nobody}})
        later(place, 2)
        assert place.tasks("ann") == []
        place.does("boss", "approve", place.task("boss"))
        assert self.state(place) == "approved"


def test_a_wait_that_fails_shows_it_and_stops_no_other(company: Found) -> None:
    wait = {"kind": "wait", "wait_for": "hours", "hours": 1, "working_hours": False}
    place = company(check={"sets": {"approved": {"amount": "amount * 100"}}, "steps": {"wait": wait}})
    for amount in ("1", "99", "2", "3"):
        place.submit(place.request(amount=amount))
    assert later(place, 2) == 4
    assert [row.state for row in place.instances()] == ["approved", "failed", "approved", "approved"]
    [failed] = place.instances(state="failed")
    assert "Too dear." in failed.problem
    place.change(int(failed.record), amount="5")
    place.does("boss", "restart_step", instance=failed.id)
    assert later(place, 4) == 1
    assert place.instances(id=failed.id)[0].state == "approved"


def test_a_wait_of_working_hours_keeps_the_companys_holidays(company: Found) -> None:
    wait = {"kind": "wait", "wait_for": "hours", "hours": 1}
    place = company(check={"steps": {"wait": wait}}, quick={"calendar": "round", "steps": {"wait": wait}})
    every_day = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    always = {"weekdays": every_day, "begins": "00:00", "ends": "00:00"}
    today = datetime.now(UTC).date()
    free = [{"day": (today + timedelta(each)).isoformat(), "name": "Holiday"} for each in range(-1, 6)]

    def calendars(work: Any) -> None:
        usual, _ = work.create("base.calendar", [
            {"code": "ours", "name": "Ours", "hours": [always], "days": free},
            {"code": "round", "name": "Round the clock", "hours": [always]},
        ])  # fmt: skip
        work.change("base.company", [(work.find("base.company")[0], {"calendar": usual})])

    place.run(calendars)
    chair = place.request()
    place.submit(chair)
    place.submit(chair, "own.quick")
    assert later(place, 1.1) == 1
    assert [row.state for row in place.instances()] == ["running", "approved"]
    assert later(place, 24 * 7) == 1


def test_a_calendar_is_filled_with_a_countrys_holidays_and_shifted_working_days(company: Found) -> None:
    """China in 2026: the golden week is free, and the Sunday before it and the Saturday behind it are worked."""
    place = company()
    own = {"day": "2026-10-02", "name": "Stocktaking", "begins": "10:00", "ends": "12:00"}
    hours = [{"weekdays": ["monday", "friday"], "begins": begins, "ends": ends} for begins, ends in LUNCH]
    calendar = place.run(lambda work: work.create("base.calendar", [
        {"code": "ours", "name": "Ours", "hours": hours, "days": [own]}
    ])[0].id)  # fmt: skip

    def perform(act: str, **inputs: Any) -> Any:
        return place.run(lambda work: work.perform(f"base.{act}", {"calendar": calendar, "year": 2026, **inputs}))

    listed = {each["day"].isoformat(): each for each in perform("list_holidays")["rows"]}
    assert (listed["2026-10-02"]["is_there"], listed["2026-10-10"]["is_worked"]) == (True, True)
    perform("fill_calendar")
    perform("fill_calendar")
    kept = place.run(lambda work: work.fetch("base.calendar", [calendar], ["*", "days.day", "days.begins"])[0].days)
    days = {row["day"].isoformat(): [each["begins"] for each in kept if each["day"] == row["day"]] for row in kept}
    assert days.keys() == listed.keys()
    assert (days["2026-10-10"], days["2026-10-01"], days["2026-10-02"]) == (["09:00", "13:00"], [None], ["10:00"])

    def reckon(work: Any) -> tuple[Any, Any]:
        calendar, zone = Calendars(work).of("ours"), ZoneInfo(work.timezone)
        friday = datetime(2026, 9, 18, 17, tzinfo=zone)
        return calendar.after(friday, 2).astimezone(zone).isoformat()[:16], calendar.is_working(date(2026, 10, 7))

    assert place.run(reckon) == ("2026-09-20T10:00", False)
    perform("fill_calendar", country="de-by")
    saints = 'count(days where name = "All Saints\' Day") = 1'
    assert place.run(lambda work: work.count("base.calendar", saints)) == 1
    for country in ("XX", "DE-XX", ""):
        with pytest.raises(NoHolidaysKnown):
            perform("fill_calendar", country=country or "Germany")


LUNCH = (("09:00", "12:00"), ("13:00", "18:00"))


def test_a_rule_decides_and_the_trail_tells_by_which_row(company: Found) -> None:
    steps = {
        "size": {"kind": "evaluate", "rule": "own.size", "inputs": {"least": "10 * 2"}},
        "which": {
            "kind": "branch",
            "branches": {
                "large": {
                    "when": "size.size = 'large' and size.days < 3",
                    "steps": {"one": {"kind": "approve", **ANN}},
                },
                "other": {"steps": {"mark": {"kind": "change", "set": {"note": 'size.size & " " & size.days'}}}},
            },
        },
    }
    place = company(check={"steps": steps})
    small, large = place.request(amount="5"), place.request(amount="50")
    first, second = place.submit(small), place.submit(large)
    assert place.read(small).note == "small 9"
    assert (len(place.tasks("ann")), place.instances(id=second)[0].state) == (1, "running")
    told = place.run(lambda work: work.find("flow.act", "instance = $id and act = 'ran'", {"id": second}))
    detail = json.loads(told[0].detail)
    assert (detail["rule"], detail["rows"], len(detail["version"])) == ("own.size", ["0"], 40)
    assert place.instances(id=first)[0].state == "approved"


def test_a_rule_that_lacks_an_input_is_refused_at_publishing(company: Found) -> None:
    with pytest.raises(DefinitionsWrong, match="“least” must be given"):
        company(check={"steps": {"size": {"kind": "evaluate", "rule": "own.size"}}})


def test_a_find_step_asks_once_for_all_instances(company: Found) -> None:
    steps = {
        "others": {
            "kind": "find",
            "object": "own.request",
            "where": "checker = this.checker and id < this.id and amount > 10",
            "sort": "-amount",
            "limit": 2,
        },
        "mark": {"kind": "change", "found": "others", "set": {"note": '"found"'}},
    }
    place = company(look={"start": {"on": "event", "event": "own.look"}, "steps": steps})
    ann, bob = place.ids["ann"], place.ids["bob"]
    rows = [(checker, amount) for amount in ("5", "20", "40", "30") for checker in (ann, bob, None)]
    asked = [(checker, "50") for checker in (ann, bob, None, ann)]

    def look(work: Any) -> int:
        made = work.create("own.request", [{"name": "A", "checker": who, "amount": n} for who, n in [*rows, *asked]])
        drive = Drive(work)
        drive.begin("own.look", [row.id for row in made[len(rows) :]], ann)
        before = work.statements
        drive.settle()
        return work.statements - before

    used = place.run(look)
    held = [json.loads(row.holds)["values"]["others"] for row in place.instances()]
    first = place.run(lambda work: work.find("own.request", sort="id"))[0].id
    assert held == [[first + 6, first + 9], [first + 7, first + 10], [first + 8, first + 11], [first + 12, first + 6]]
    assert used < 40


def test_an_event_of_another_record_of_the_same_number_ends_no_wait(company: Found) -> None:
    wait = {"kind": "wait", "wait_for": "event", "event": "own.counted"}
    place = company(check={"steps": {"wait": wait}})
    instance = place.submit(place.request(who="sam"))
    [chair] = place.run(lambda work: work.find("own.request"))

    def tell(object: str) -> str:
        place.run(lambda work: work.tell("own.counted", work.fetch(object, [chair.id])))
        place.works()
        return place.read(instance, "flow.instance").state

    assert [tell("base.user"), tell("own.request")] == ["running", "approved"]


def test_an_operation_is_performed_once_for_all_records_whatever_it_answers(company: Found) -> None:
    weigh = {"kind": "perform", "operation": "own.weigh", "inputs": {"unit": "state"}}
    place = company(weigh={"start": {"on": "created"}, "steps": {"weigh": weigh}})
    rows = [{"name": "A chair", "state": unit} for unit in ("kg", "lb", "kg")]
    place.run(lambda work: work.create("own.request", rows))
    place.works()
    told = [row.note for row in place.run(lambda work: work.find("own.request", sort="id"))]
    assert (told, [row.state for row in place.instances()]) == (["3 kg", "3 lb", "3 kg"], ["approved"] * 3)


def test_values_that_come_true_together_are_looked_at_together(company: Found) -> None:
    wait = {"kind": "wait", "wait_for": "value", "when": "amount > 100"}
    place = company(check={"steps": {"wait": wait}})
    requests = [place.request(amount="1") for _ in range(20)]
    for request in requests:
        place.submit(request)
    changes = [(request, {"amount": "500" if at % 2 else "2"}) for at, request in enumerate(requests)]
    place.run(lambda work: work.change("own.request", changes))
    place.works()
    assert [row.state for row in place.instances()] == ["running", "approved"] * 10


class Killed(BaseException):
    """What a worker that dies looks like to who called it."""


def test_an_automation_over_thousands_is_done_in_portions_each_once(
    company: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = {"kind": "change", "set": {"note": '"x"'}}
    place = company(mark={"start": {"on": "created"}, "steps": {"mark": mark}})
    place.run(lambda work: work.create("own.request", [{"name": str(each)} for each in range(5000)]))
    portions: list[int] = []

    def begin(work: Any, events: Any) -> None:
        portions.append(len(events))
        if len(portions) == 3:
            raise Killed
        begin_by(work, events)

    monkeypatch.setattr("queti.apps.flow.reactions.begin_by", begin)
    with pytest.raises(Killed):
        place.works()
    assert len(place.instances()) == 2000
    place.works()
    found = place.instances(state="approved")
    assert len(found) == len({row.record for row in found}) == 5000
    assert max(portions) == 1000
    assert place.run(lambda work: work.count("own.request", "note = 'x'")) == 5000


def test_a_loop_knows_its_row_changes_it_and_begins_flows_about_it(company: Found) -> None:
    note = {"kind": "change", "record": "part", "set": {"note": 'name & " of " & part.name'}}
    deeper = {"kind": "flow", "flow": "own.deeper", "record": "part"}
    ask = {"kind": "approve", "who": {"them": {"by": "field", "field": "checker"}}}
    loop = {"kind": "loop", "over": "parts", "where": "amount > 10", "steps": {"mark": note, "deeper": deeper}}
    place = company(
        check={"steps": {"part": loop}},
        deeper={"start": {"on": "flow"}, "steps": {"ask": ask}},
    )  # fmt: skip
    table = place.request(name="Table")
    top, _, leg = (
        place.request(name=name, amount=amount, parent=table, checker=place.ids["bob"])
        for name, amount in (("Top", "50"), ("Nail", "1"), ("Leg", "20"))
    )
    first = place.submit(table)
    assert [int(task.record) for task in place.tasks("bob")] == [top]
    assert (place.read(top).note, place.read(leg).note) == ("Table of Top", None)
    place.does("bob", "approve", place.task("bob"))
    assert [int(task.record) for task in place.tasks("bob")] == [leg]
    place.does("bob", "approve", place.task("bob"))
    assert place.instances(id=first)[0].state == "approved"


def test_a_loop_may_not_be_called_as_a_field(company: Found) -> None:
    loop = {"kind": "loop", "over": "parts", "steps": {"one": {"kind": "approve", **ANN}}}
    with pytest.raises(DefinitionsWrong, match="has a field “name”"):
        company(check={"steps": {"name": loop}})
