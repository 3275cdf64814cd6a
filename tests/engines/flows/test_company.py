"""Flows in a company: tasks are records, acts are operations, all of it in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from queti.apps.flow.refusals import AlreadyRunning, FieldNotYours, NotYourInstance, ReasonNeeded, UrgedLately
from queti.engines.flows.refusals import NotYourTask, TaskNotOpen
from tests.engines.flows.conftest import Company

Found = Callable[..., Company]


def people(*logins: str) -> dict[str, Any]:
    return {"who": {"them": {"by": "user", "users": list(logins)}}}


def approve(*logins: str, **more: Any) -> dict[str, Any]:
    return {"kind": "approve", **people(*logins), **more}


def test_submitted_approved_and_the_record_told(company: Found) -> None:
    place = company(
        check={
            "steps": {"manager": {"kind": "approve", "who": {"one": {"by": "manager"}}}, "clerk": approve("ann")},
            "sets": {"started": {"state": '"waits"'}, "approved": {"state": '"approved"'}},
        }
    )
    chair = place.request()
    instance = place.submit(chair)
    assert place.read(chair).state == "waits"
    place.does("dan", "approve", place.task("dan"))
    place.does("ann", "approve", place.task("ann"), reason="fine")
    assert (place.read(chair).state, place.instances()[0].state) == ("approved", "approved")
    assert place.trail(instance) == [
        "submitted", "entered manager", "approved manager", "entered clerk", "approved clerk", "ended",
    ]  # fmt: skip


def test_only_whom_it_is_for_may_act_and_only_once(company: Found) -> None:
    place = company(check={"steps": {"both": approve("ann", "bob", mode="all_of")}})
    place.submit(place.request())
    task = place.task("ann")
    with pytest.raises(NotYourTask):
        place.does("sam", "approve", task)
    place.does("ann", "approve", task)
    with pytest.raises(TaskNotOpen):
        place.does("ann", "approve", task)


def test_many_are_approved_with_one_reason(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann")}})
    for _ in range(3):
        place.submit(place.request())
    place.does("ann", "approve", [task.id for task in place.tasks("ann")], reason="all fine")
    assert [row.state for row in place.instances()] == ["approved"] * 3


def test_a_rejection_needs_a_reason(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann")}})
    place.submit(place.request())
    with pytest.raises(ReasonNeeded):
        place.does("ann", "reject", place.task("ann"))
    place.does("ann", "reject", place.task("ann"), reason="too dear")
    assert place.instances()[0].state == "rejected"


def test_a_step_says_which_fields_its_approvers_fill_in(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann", fields={"note": "change"})}})
    chair = place.request()
    place.submit(chair)
    with pytest.raises(FieldNotYours):
        place.does("ann", "approve", place.task("ann"), values={"amount": "1"})
    place.does("ann", "approve", place.task("ann"), values={"note": "seen"})
    assert place.read(chair).note == "seen"


@pytest.mark.parametrize(("amount", "asked"), [("100", "ann"), ("9000", "boss")])
def test_conditions_are_formulas_over_the_record(company: Found, amount: str, asked: str) -> None:
    branches = {
        "dear": {"when": "amount > 5000", "steps": {"chief": approve("boss")}},
        "usual": {"steps": {"clerk": approve("ann")}},
    }
    place = company(check={"steps": {"which": {"kind": "branch", "branches": branches}}})
    place.submit(place.request(amount=amount))
    assert len(place.tasks(asked)) == 1


@pytest.mark.parametrize(
    ("who", "asked"),
    [
        ({"by": "role", "role": "chief"}, ["boss"]),
        ({"by": "manager"}, ["dan"]),
        ({"by": "manager", "level": 2}, ["boss"]),
        ({"by": "department_head"}, ["dan"]),
        ({"by": "field", "field": "checker"}, ["cat"]),
        ({"by": "formula", "formula": "checker"}, ["cat"]),
        ({"by": "chosen"}, ["bob"]),
    ],
)
def test_approvers_are_found(company: Found, who: dict[str, Any], asked: list[str]) -> None:
    place = company(check={"steps": {"one": {"kind": "approve", "who": {"source": who}}}})
    place.submit(place.request(checker=place.ids["cat"]), chosen={"one": [place.ids["bob"]]})
    assert [who for who in place.ids if place.tasks(who)] == asked


def test_up_the_line_of_managers(company: Found) -> None:
    place = company(check={"steps": {"line": {"kind": "approve", "mode": "up_the_line", "levels": 3}}})
    place.submit(place.request())
    place.does("dan", "approve", place.task("dan"))
    place.does("boss", "approve", place.task("boss"))
    assert place.instances()[0].state == "approved"


def test_who_left_is_not_asked_and_an_administrator_stands_in(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann")}})
    place.run(lambda work: work.change("base.user", [(place.ids["ann"], {"is_active": False})]))
    place.submit(place.request())
    assert len(place.tasks("boss")) == 1


def test_a_deputy_is_asked_instead(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann")}})
    days = {"from_on": "2020-01-01", "until_on": "2099-12-31"}
    place.does("boss", "set_deputy", person=place.ids["ann"], deputy=place.ids["bob"], **days)
    place.submit(place.request())
    assert [task.on_behalf_of for task in place.tasks("bob")] == [place.ids["ann"]]


def test_a_deputy_may_be_named_for_some_flows_only(company: Found) -> None:
    """One named for the flow comes before one for all, whichever was named later."""
    place = company(check={"steps": {"one": approve("ann")}}, other={"steps": {"one": approve("ann")}})
    ids, days = place.ids, {"from_on": "2020-01-01", "until_on": "2099-12-31"}
    bob = {"person": ids["ann"], "deputy": ids["bob"], "flows": ["own.check"], **days}
    place.run(lambda work: work.create("flow.deputy", [bob]))
    place.submit(place.request(), "own.other")
    place.does("boss", "set_deputy", person=ids["ann"], deputy=ids["cat"], **days)
    place.submit(place.request(), "own.other")
    place.submit(place.request())
    asked = {who: [task.flow for task in place.tasks(who)] for who in ("ann", "bob", "cat")}
    assert asked == {"ann": ["own.other"], "bob": ["own.check"], "cat": ["own.other"]}


def test_one_instance_a_record(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann")}})
    chair = place.request()
    place.submit(chair)
    with pytest.raises(AlreadyRunning):
        place.submit(chair)


def test_the_submitter_withdraws_urges_and_submits_again(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann")}})
    instance = place.submit(place.request())
    place.does("sam", "urge", instance=instance)
    with pytest.raises(UrgedLately):
        place.does("sam", "urge", instance=instance)
    with pytest.raises(NotYourInstance):
        place.does("ann", "withdraw", instance=instance)
    place.does("sam", "withdraw", instance=instance)
    assert place.tasks("ann") == []
    place.does("sam", "resubmit", instance=instance)
    assert len(place.tasks("ann")) == 1


def test_sent_back_handed_over_delegated_added(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann"), "two": approve("bob")}})
    place.submit(place.request())
    place.does("ann", "approve", place.task("ann"))
    place.does("bob", "send_back", place.task("bob"), to="one", reason="look again")
    place.does("ann", "hand_over", place.task("ann"), to=place.ids["cat"])
    place.does("cat", "delegate", place.task("cat"), to=place.ids["dan"])
    place.does("dan", "approve", place.task("dan"))
    place.does("cat", "add_approver", place.task("cat"), people=[place.ids["ann"]], place="after")
    place.does("cat", "approve", place.task("cat"))
    place.does("ann", "approve", place.task("ann"))
    place.does("bob", "approve", place.task("bob"))
    assert place.instances()[0].state == "approved"


def test_a_leavers_tasks_go_to_somebody_else(company: Found) -> None:
    """Also where they are next in turn, where it returns to them, and where it was chosen to ask them."""
    place = company(
        check={"steps": {"one": approve("ann")}},
        turn={"steps": {"line": approve("cat", "ann", mode="in_turn")}},
        chosen={"steps": {"one": approve("cat"), "two": {"kind": "approve", "who": {"them": {"by": "chosen"}}}}},
    )
    ids = place.ids
    place.submit(place.request())
    place.submit(place.request(), "own.turn")
    place.submit(place.request(), "own.chosen", chosen={"two": [ids["ann"]]})
    asked = place.submit(place.request())
    place.does("ann", "delegate", place.task("ann"), to=ids["dan"])
    told = place.does("boss", "list_waiting", person=ids["ann"], to=ids["sam"])
    counts = {row["flow"]: (row["count"], row["shared"], row["own"]) for row in told}
    assert counts == {"own.check": (2, 0, 2), "own.turn": (1, 0, 1), "own.chosen": (1, 0, 1)}

    place.does("boss", "hand_over_all", person=ids["ann"], to=ids["bob"], reason="leaves")
    assert place.does("boss", "list_waiting", person=ids["ann"]) == []
    assert (len(place.tasks("ann")), len(place.tasks("bob"))) == (0, 1)
    for who in ("cat", "cat", "dan"):
        place.does(who, "approve", place.task(who))
    assert len(place.tasks("bob")) == 4
    assert "reassigned one" in place.trail(asked)


def test_who_is_asked_beside_the_leaver_speaks_for_both(company: Found) -> None:
    place = company(check={"steps": {"all": approve("ann", "bob", mode="all_of")}})
    place.submit(place.request())
    place.submit(place.request())
    place.does("bob", "approve", place.task("bob"))
    [told] = place.does("boss", "list_waiting", person=place.ids["ann"], to=place.ids["bob"])
    assert (told["count"], told["shared"]) == (2, 1)
    place.does("boss", "hand_over_all", person=place.ids["ann"], to=place.ids["bob"], reason="leaves")
    assert sorted(row.state for row in place.instances()) == ["approved", "running"]
    place.does("bob", "approve", place.task("bob"))
    assert [row.state for row in place.instances()] == ["approved", "approved"]


def test_copies_are_read_and_nobody_waits_for_that(company: Found) -> None:
    place = company(check={"steps": {"tell": {"kind": "copy", **people("ann", "bob")}}})
    place.submit(place.request())
    assert place.instances()[0].state == "approved"
    place.does("ann", "read", place.task("ann"))
    assert (place.tasks("ann"), len(place.tasks("bob"))) == ([], 1)


def test_what_is_to_decide_is_new_until_who_has_it_opens_it(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann")}})
    instance = place.submit(place.request())
    is_new = lambda who: place.tasks(who)[0].seen_at is None  # noqa: E731
    assert is_new("ann")
    for made_new in (
        lambda: place.does("sam", "urge", instance=instance),
        lambda: place.does("ann", "hand_over", place.task("ann"), to=place.ids["bob"], reason="yours"),
    ):
        place.does("ann", "read", place.task("ann"))
        assert not is_new("ann")
        made_new()
        assert is_new("ann" if place.tasks("ann") else "bob")
    place.does("bob", "read", place.task("bob"))
    place.does("bob", "approve", place.task("bob"))
    assert place.instances()[0].state == "approved", "nothing but being new went with opening it"


def test_a_sub_flow_ends_and_its_outcome_decides(company: Found) -> None:
    branches = {"yes": {"when": 'part = "approved"', "steps": {"last": approve("cat")}}, "no": {"steps": {}}}
    place = company(
        check={
            "steps": {"part": {"kind": "flow", "flow": "own.part"}, "which": {"kind": "branch", "branches": branches}}
        },
        part={"start": {"on": "flow"}, "steps": {"inner": approve("ann")}},
    )
    place.submit(place.request())
    place.does("ann", "approve", place.task("ann"))
    assert len(place.tasks("cat")) == 1


def test_tasks_of_others_are_out_of_sight(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann")}})
    place.submit(place.request())
    seen = place.run(lambda work: work.as_person.query("flow.task", fields=["id"]).records, "cat")
    assert seen == []
