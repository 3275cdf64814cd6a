"""A drawn flow over what was submitted before: where it would have gone, whom it wouldn't have found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from queti.engines.flows.shadowing import shadow_flow
from queti.kernel.publishing.canonical import decode
from queti.kernel.work import Work
from tests.engines.flows.conftest import Company
from tests.engines.flows.test_company import approve

Found = Callable[..., Company]


def by_amount(limit: int, dear: Any, **more: Any) -> dict[str, Any]:
    branches = {
        "dear": {"when": f"amount > {limit}", "steps": {"boss": dear}},
        "cheap": {"steps": {"clerk": approve("ann")}},
    }
    return {"steps": {"size": {"kind": "branch", "branches": branches}}, **more}


def shadow(place: Company, body: dict[str, Any], after: int | None = None) -> dict[str, Any]:
    flow: Any = decode("flow", {"flow": "check", "object": "own.request", **body}, app="own")
    now = datetime.now(UTC)
    return place.run(lambda work: shadow_flow(work, flow, now - timedelta(days=1), now + timedelta(days=1), after))


def test_what_would_have_gone_elsewhere_is_named_with_both_ways(company: Found) -> None:
    place = company(check=by_amount(1000, approve("boss")))
    amounts = ("50", "700", "5000")
    instances = [place.submit(place.request(name=f"For {amount}", amount=amount)) for amount in amounts]
    told = shadow(place, by_amount(500, approve("boss", "dan", mode="all_of")))
    assert (told["over"], told["of"], told["looked_at"]) == ("instances", 3, 3)
    assert told["counts"] == {"elsewhere": 1, "more": 2}
    assert told["branches"] == {
        "size.cheap": {"before": 2, "after": 1}, "size.dear": {"before": 1, "after": 2},
    }  # fmt: skip
    assert told["approvals"] == {"before": 3, "after": 5}
    changed = {each["instance"]: each for each in told["submissions"]}
    assert set(changed) == set(instances[1:])
    moved = changed[instances[1]]
    assert (moved["title"], moved["before"]["lit"], moved["after"]["lit"]) == (
        "For 700", ["size.cheap"], ["size.dear"],
    )  # fmt: skip
    assert (moved["before"]["steps"], moved["after"]["steps"]) == (["clerk"], ["boss"])


def test_records_are_as_they_were_when_they_were_submitted(company: Found) -> None:
    place = company(check=by_amount(1000, approve("boss"), sets={"started": {"amount": "1"}}))
    chair = place.request(amount="700")
    place.submit(chair)
    place.change(chair, amount="20")
    place.change(chair, amount="90")
    told = shadow(place, by_amount(500, approve("boss")))
    assert told["counts"] == {"elsewhere": 1}


def test_whom_it_would_not_have_found_and_what_would_not_have_begun(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann")}})
    checked = place.submit(place.request(checker=place.ids["cat"], amount="10"))
    alone = place.submit(place.request(amount="10"))
    dear = place.submit(place.request(checker=place.ids["cat"], amount="5000"))
    one = {"kind": "approve", "who": {"them": {"by": "field", "field": "checker"}}}
    told = shadow(place, {"steps": {"one": one}, "start": {"when": "amount < 1000"}})
    assert told["counts"] == {"nobody": 1, "begins_not": 1, "fewer": 1}
    differs = {each["instance"]: each["differs"] for each in told["submissions"]}
    assert (checked in differs, differs[alone], differs[dear]) == (False, ["nobody"], ["begins_not", "fewer"])
    assert told["as_now"] == []


def test_what_lies_behind_links_is_as_it_was_then_and_what_lies_in_lists_is_said_to_be_of_today(
    company: Found,
) -> None:
    by_parent = {"steps": {"size": {"kind": "branch", "branches": {
        "dear": {"when": "parent.parent.amount > 500 and submitter.department.code = 'S'",
                 "steps": {"boss": approve("boss")}},
        "cheap": {"steps": {"clerk": approve("ann")}},
    }}}}  # fmt: skip
    place = company(check=by_parent)
    dear, cheap = (place.request(amount=amount) for amount in ("700", "100"))
    between, other = place.request(parent=dear), place.request(parent=cheap)
    chair = place.request(parent=between)
    place.submit(chair)
    place.change(dear, amount="20")
    place.change(between, parent=cheap)
    place.change(chair, parent=other)
    departments = {row.code: row.id for row in place.run(lambda work: work.find("base.department"))}
    place.run(lambda work: work.change("base.user", [(place.ids["sam"], {"department": departments["C"]})]))
    told = shadow(place, by_parent)
    assert (told["branches"], told["as_now"]) == ({"size.dear": {"before": 1, "after": 1}}, [])
    lists = {"kind": "approve", "who": {"them": {"by": "formula", "formula": "if(count(parts) > 0, parent.checker)"}}}
    assert shadow(place, {"steps": {"one": lists}})["as_now"] == ["parts"]


def test_what_would_have_waited_longer_is_reckoned_by_what_people_have_taken_so_far(company: Found) -> None:
    """Ann takes 2 working hours, Bob 6, Dan at any step 3; nobody knows about Cat, who takes what is usual."""
    place = company(check={"steps": {"one": approve("ann")}}, other={"steps": {"look": approve("dan")}})
    for who, flow, hours in (("ann", "own.check", 2), ("dan", "own.other", 3)):
        place.submit(place.request(), flow)
        place.does(who, "approve", place.task(who))
        taken(place, who, hours)
    place.submit(place.request())
    place.does("ann", "hand_over", place.task("ann"), to=place.ids["bob"])
    place.does("bob", "approve", place.task("bob"))
    taken(place, "bob", 6)

    def hours(**steps: Any) -> float:
        told = shadow(place, {"steps": steps})
        assert (told["hours"]["measured"], told["hours"]["before"]) == (3, 4.0)
        assert told["counts"].get("longer", 0) == 2 * any(each["after"]["hours"] > 2 for each in told["submissions"])
        return told["hours"]["after"] / 2

    assert hours(one=approve("ann", "bob")) == 2
    assert hours(one=approve("ann", "bob", mode="all_of")) == 6
    assert hours(one=approve("ann", "bob", mode="in_turn")) == 8
    arms = {"a": {"steps": {"one": approve("bob")}}, "b": {"steps": {"two": approve("dan"), "rest": WAIT}}}
    assert hours(both={"kind": "branch", "take": "all", "branches": arms}) == 8
    assert hours(one=approve("cat")) == 4
    assert hours(two=approve("cat")) == 3


WAIT = {"kind": "wait", "hours": 5}


def taken(place: Company, who: str, hours: int) -> None:
    """The last task that this person has done was theirs for so many hours of a Tuesday."""
    text = f"""UPDATE {place.workspace.schema}.flow_task SET created_at = $2::timestamptz, done_at = $3::timestamptz
        WHERE id = (SELECT max(id) FROM {place.workspace.schema}.flow_task WHERE done_by = $1)"""

    def write(work: Work) -> None:
        begun = datetime(2026, 11, 17, 9, tzinfo=ZoneInfo(work.timezone))
        work.execute(text, (place.ids[who], begun, begun + timedelta(hours=hours)))

    place.run(write)


def test_for_whom_nobody_is_found_is_named(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann")}})
    for who in ("sam", "boss", "boss"):
        place.submit(place.request(), who=who)
    told = shadow(place, {"steps": {"up": {"kind": "approve", "who": {"them": {"by": "manager"}}}}})
    assert told["counts"]["nobody"] == 2
    assert told["nobody"] == [{"step": "up", "person": place.ids["boss"], "name": "Boss", "submissions": 2}]
    assert {each["submitter"] for each in told["submissions"] if "nobody" in each["differs"]} == {"Boss"}


def test_many_submissions_are_looked_at_portion_by_portion(company: Found, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("queti.engines.flows.shadowing.AT_ONCE", 2)
    place = company(check=by_amount(1000, approve("boss")))
    instances = [place.submit(place.request(amount="700")) for _ in range(5)]
    seen, after = list[int](), None
    for size in (2, 2, 1):
        told = shadow(place, by_amount(500, approve("boss")), after)
        assert (told["of"], told["looked_at"], told["counts"]) == (5, size, {"elsewhere": size})
        seen += [each["instance"] for each in told["submissions"]]
        after = told["next"]
    assert (seen, after) == (instances[::-1], None)


def test_a_new_flow_is_run_over_the_records_made_then_and_nothing_is_written(company: Found) -> None:
    place = company(other={"steps": {"one": approve("ann")}})
    chair = place.request(amount="700")
    steps = {
        "sum": {"kind": "compute", "set": {"double": "amount * 2"}},
        "mark": {"kind": "change", "set": {"state": '"seen"'}},
        "part": {"kind": "flow", "flow": "own.other"},
        "rest": {"kind": "wait", "hours": 5},
        "size": {"kind": "branch", "branches": {
            "dear": {"when": "double > 1000 and part = 'approved'", "steps": {"boss": approve("boss")}},
            "cheap": {"steps": {}}}},
    }  # fmt: skip
    told = shadow(place, {"steps": steps})
    assert (told["over"], told["looked_at"], told["branches"]) == (
        "records", 1, {"size.dear": {"before": 0, "after": 1}},
    )  # fmt: skip
    assert (place.read(chair).state, place.instances(), place.tasks("boss")) == (None, [], [])
