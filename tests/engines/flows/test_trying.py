"""A flow tried out leaves nothing behind; how one has gone is counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from queti.engines.flows.statistics import statistics
from queti.engines.flows.trying import Trial, TriedAct, try_flow
from queti.kernel.publishing.canonical import decode
from tests.engines.flows.conftest import Company
from tests.engines.flows.test_company import approve

STEPS = {
    "size": {
        "kind": "branch",
        "branches": {
            "dear": {"when": "amount > 1000", "steps": {"boss": approve("boss")}},
            "cheap": {"steps": {"ann": approve("ann", "bob")}},
        },
    },
    "mark": {"kind": "change", "set": {"state": '"checked"'}},
}
Found = Callable[..., Company]


class _TakenBack(Exception):
    pass


def tried(place: Company, steps: Any, **trial: Any) -> dict[str, Any]:
    flow: Any = decode("flow", {"flow": "check", "object": "own.request", "steps": steps}, app="own")
    found: list[dict[str, Any]] = []

    def act(work: Any) -> None:
        found.append(try_flow(work, flow, Trial(**trial)))
        raise _TakenBack

    with pytest.raises(_TakenBack):
        place.run(act, "boss")
    return found[0]


def test_a_draft_is_tried_on_a_record_and_nothing_of_it_is_kept(company: Found) -> None:
    place = company(check={"steps": {"old": approve("cat")}})
    chair = place.request(amount="5000")
    first = tried(place, STEPS, record=chair, submitter=place.ids["sam"])
    assert (first["state"], first["lit"]) == ("running", ["size.dear"])
    assert first["open"] == [{"step": "boss", "person": place.ids["boss"], "name": "Boss", "back_to": ["submit"]}]
    done = tried(place, STEPS, record=chair, submitter=place.ids["sam"], acts=[TriedAct("boss")])
    assert (done["state"], done["open"], done["problem"]) == ("approved", [], "")
    assert {"step": "mark", "outcome": "ran"} in done["steps"]
    assert (place.read(chair).state, place.instances(), place.tasks("boss")) == (None, [], [])
    assert place.submit(chair)
    assert place.tasks("cat")


def test_it_is_sent_back_in_the_trial_and_the_trail_says_by_whom(company: Found) -> None:
    place = company(check={"steps": {"old": approve("cat")}})
    chair = place.request(amount="5")
    steps = {"one": approve("ann"), "two": approve("bob")}
    back = TriedAct("two", "send_back", to="one", reason="not yet")
    told = tried(place, steps, record=chair, submitter=place.ids["sam"], acts=[TriedAct("one"), back])
    assert [(each["name"], each["back_to"]) for each in told["open"]] == [("Ann", ["submit"])]
    did = [(each["act"], each["by"], each["reason"]) for each in told["trail"] if each["by"]]
    assert did == [("submitted", "Sam", None), ("approved", "Ann", None), ("sent_back", "Bob", "not yet")]
    again = tried(place, steps, record=chair, submitter=place.ids["sam"], acts=[TriedAct("one")])
    assert again["open"][0]["back_to"] == ["submit", "one"]


def test_it_is_tried_on_a_record_that_is_not_there_yet(company: Found) -> None:
    place = company(check={"steps": {"old": approve("cat")}})
    told = tried(place, STEPS, values={"name": "A stool", "amount": "5"}, acts=[TriedAct("ann", "reject", reason="no")])
    assert (told["state"], told["lit"]) == ("rejected", ["size.cheap"])
    assert place.run(lambda work: work.count("own.request")) == 0


def test_the_world_outside_answers_as_the_trial_says_and_nothing_is_called(company: Found) -> None:
    place = company(check={"steps": {"old": approve("cat")}})
    chair = place.request(amount="5")
    good = {"when": "ask.score > 5", "steps": {"mark": {"kind": "change", "set": {"note": "ask.score & ask.status"}}}}
    steps = {
        "ask": {
            "kind": "http",
            "url": "https://peer.example/",
            "secret": "none",
            "takes": {"score": {"at": "score", "type": "number", "required": True}},
            "failed": {"by_hand": approve("boss")},
        },
        "which": {"kind": "branch", "branches": {"good": good, "bad": {"steps": {"ann": approve("ann")}}}},
        "reply": {"kind": "wait", "wait_for": "callback"},
    }
    assert tried(place, steps, record=chair)["lit"] == ["which.bad"]
    waits = tried(place, steps, record=chair, answers={"ask": {"score": 7}})
    assert (waits["state"], waits["lit"]) == ("running", ["which.good"])
    done = tried(place, steps, record=chair, answers={"ask": {"score": 7}, "reply": {}})
    assert done["state"] == "approved"
    failed = tried(place, steps, record=chair, submitter=place.ids["sam"], answers={"ask": {"points": 7}})
    assert [each["step"] for each in failed["open"]] == ["by_hand"]
    assert place.run(lambda work: work.count("flow.call")) == 0


def test_who_is_not_asked_and_what_fails_is_told(company: Found) -> None:
    place = company(check={"steps": {"old": approve("cat")}})
    chair = place.request(amount="5")
    wrong = tried(place, STEPS, record=chair, acts=[TriedAct("ann", person=place.ids["dan"])])
    assert wrong["state"] == "failed"
    assert wrong["problem"]
    assert [each["name"] for each in wrong["open"]] == ["Ann", "Bob"]
    broken = tried(place, {"raise": {"kind": "change", "set": {"amount": "9999"}}}, record=chair)
    assert broken["state"] == "failed"
    assert broken["problem"]


def test_how_a_flow_has_gone(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann"), "two": approve("bob")}})
    for _ in range(2):
        place.submit(place.request())
    place.does("ann", "approve", place.task("ann"))
    place.does("bob", "send_back", place.task("bob"), to="one", reason="again")
    place.submit(place.request())
    told = place.run(lambda work: statistics(work, "own.check", 90))
    assert (told["instances"], told["by_state"]) == (3, {"running": 3})
    assert (told["steps"]["one"]["tasks"], told["steps"]["one"]["open"]) == (4, 3)
    assert (told["steps"]["two"]["tasks"], told["steps"]["two"]["sent_back"]) == (1, 1)
    assert (told["hours"], told["ways"]) == (None, [])
    assert [(each["name"], each["tasks"], each["open"]) for each in told["people"]] == [("Ann", 1, 3)]


def test_time_is_counted_in_working_hours_by_step_person_and_way(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann"), "two": approve("bob")}})
    for who in ("ann", "bob"):
        for _ in range(2 if who == "ann" else 0):
            place.submit(place.request())
        for task in place.tasks(who):
            place.does(who, "approve", task.id)
    _set_clock(place, "flow_task", "created_at", "2026-11-20 17:00+08", "done_at", "2026-11-23 10:00+08")
    _set_clock(place, "flow_instance", "started_at", "2026-11-20 09:00+08", "ended_at", "2026-11-23 18:00+08")
    place.run(lambda work: work.execute(_BOB.format(work.schema), (place.ids["bob"],)))
    told = place.run(lambda work: statistics(work, "own.check", 3660))
    assert (told["steps"]["one"]["hours"], told["steps"]["two"]["hours"]) == (2.0, 0.5)
    assert [(each["name"], each["hours"]) for each in told["people"]] == [("Ann", 2.0), ("Bob", 0.5)]
    assert told["ways"] == [{"steps": ["one", "two"], "instances": 2, "hours": 18.0}]
    assert told["hours"] == 18.0


_BOB = "UPDATE {0}.flow_task SET created_at = done_at - interval '30 minutes' WHERE assignee = $1"


def _set_clock(place: Company, table: str, begin: str, began: str, end: str, ended: str) -> None:
    text = f"UPDATE {{0}}.{table} SET {begin} = $1::timestamptz, {end} = $2::timestamptz"
    place.run(lambda work: work.execute(text.format(work.schema), (began, ended)))
