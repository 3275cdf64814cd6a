"""A drawn flow over what was submitted before: where it would have gone, whom it wouldn't have found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from queti.engines.flows.shadowing import shadow_flow
from queti.kernel.publishing.canonical import decode
from tests.engines.flows.conftest import Company
from tests.engines.flows.test_company import approve

Found = Callable[..., Company]


def by_amount(limit: int, dear: Any, **more: Any) -> dict[str, Any]:
    branches = {
        "dear": {"when": f"amount > {limit}", "steps": {"boss": dear}},
        "cheap": {"steps": {"clerk": approve("ann")}},
    }
    return {"steps": {"size": {"kind": "branch", "branches": branches}}, **more}


def shadow(place: Company, body: dict[str, Any]) -> dict[str, Any]:
    flow: Any = decode("flow", {"flow": "check", "object": "own.request", **body}, app="own")
    now = datetime.now(UTC)
    return place.run(lambda work: shadow_flow(work, flow, now - timedelta(days=1), now + timedelta(days=1)))


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


def test_what_lies_behind_links_is_said_to_be_of_today(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann")}})
    one = {"kind": "approve", "who": {"them": {"by": "formula", "formula": "parent.checker"}}}
    assert shadow(place, {"steps": {"one": one}})["as_now"] == ["parent.checker"]


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
