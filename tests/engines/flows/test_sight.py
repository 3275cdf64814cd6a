"""The right through the task: whom a flow asks sees the record as the step shows it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from queti.engines.flows.listing import holders, shown_by_tasks
from queti.engines.printing.page import sheet_of
from queti.kernel.errors import NotAllowed, RecordNotFound, WrongInput
from queti.kernel.reading.tasks import StepSight
from tests.engines.flows.conftest import Company
from tests.engines.flows.test_company import approve

Found = Callable[..., Company]
OUT = (NotAllowed, RecordNotFound)


def shown(place: Company, who: str, id: int) -> dict[str, Any]:
    return place.run(lambda work: work.as_person.fetch("own.request", id), who)


def becomes(place: Company, **roles: str) -> None:
    place.run(
        lambda work: work.change("base.user", [(place.ids[who], {"roles": [role]}) for who, role in roles.items()])
    )


def test_who_is_asked_sees_the_record_as_the_step_shows_it(company: Found) -> None:
    place = company(
        check={
            "steps": {
                "one": approve("ann", order=1, fields={"amount": "hide", "note": "change"}),
                "two": approve("bob", order=2, fields={"amount": "see"}),
                "told": {"kind": "copy", "order": 3, "who": {"them": {"by": "user", "users": ["cat", "gus"]}}},
            }
        }
    )
    becomes(place, ann="outsider", bob="narrow", cat="outsider", gus="narrow")
    chair, table = place.request(amount="70", note="soon", checker=place.ids["dan"]), place.request(amount="80")
    with pytest.raises(OUT):
        shown(place, "ann", chair)
    place.submit(chair)

    seen = shown(place, "ann", chair)
    assert (seen["name"], seen["note"], seen["_labels"]["checker"]) == ("A chair", "soon", "Dan")
    assert "amount" not in seen
    for out in (
        lambda work: work.as_person.fetch("own.request", table),
        lambda work: work.as_person.query("own.request"),
    ):
        with pytest.raises(OUT):
            place.run(out, "ann")
    found = place.run(lambda work: work.as_person.search("chair"), "ann")
    assert {each["object"] for each in found} == {"flow.instance", "flow.task"}, "no search finds the record itself"
    told = place.run(lambda work: work.as_person.history("own.request", chair), "ann")["entries"]
    assert "amount" not in {change["field"] for entry in told for change in entry["changes"]}
    slip = place.run(lambda work: sheet_of(work, "own.slip", chair, "en"), "ann")
    assert (slip.number, slip.header) == ("A chair", [("Checker", "Dan")]), "of whom it names the name, and no more"
    assert place.run(lambda work: work.as_person.allowed("own.request", chair), "ann") == {
        "change": False,
        "remove": False,
    }
    with pytest.raises(OUT):
        place.run(lambda work: work.as_person.change("own.request", [(chair, {"note": "x"})]), "ann")
    with pytest.raises(OUT):
        place.submit(chair, who="ann")

    place.does("ann", "approve", place.task("ann"), values={"note": "fine"})
    assert shown(place, "ann", chair)["note"] == "fine", "who took part sees it as it was shown"
    assert "amount" not in shown(place, "ann", chair)
    assert str(shown(place, "bob", chair)["amount"]) == "70.00", "the step names what the role hides"
    place.does("bob", "approve", place.task("bob"))
    assert str(shown(place, "cat", chair)["amount"]) == "70.00", "who is told of it sees what the step doesn't hide"
    assert "amount" not in shown(place, "gus", chair), "what a role hides, a step must name"
    assert shown(place, "gus", chair)["name"] == "A chair"


def test_a_list_of_work_says_of_records_what_the_steps_show(company: Found) -> None:
    place = company(
        check={
            "steps": {
                "one": approve("ann", order=1, fields={"amount": "hide"}),
                "two": approve("bob", "dan", order=2, fields={"amount": "see"}),
            }
        }
    )
    becomes(place, ann="outsider", bob="narrow", dan="staff")
    chair, table = (place.request(name=name, amount="70", checker=place.ids["cat"]) for name in ("Chair", "Table"))
    instances = [place.submit(each) for each in (chair, table)]

    def listed(who: str) -> list[dict[str, Any]]:
        tasks = [task.id for task in place.run(lambda work: work.find("flow.task"))]
        return place.run(lambda work: shown_by_tasks(work, tasks), who).get("own.request", [])

    assert [(row["name"], row["checker._label"], "amount" in row) for row in listed("ann")] == [
        ("Chair", "Cat", False),
        ("Table", "Cat", False),
    ]
    assert listed("bob") == [], "who isn't asked yet is shown nothing"
    place.does("ann", "approve", next(task.id for task in place.tasks("ann")))
    assert [str(row["amount"]) for row in listed("bob")] == ["70.00"], "the step names what the role hides"
    assert listed("dan") == [], "the roles show it all the same"

    held = place.run(lambda work: holders(work, instances), "sam")
    assert {(row["instance"], row["holder"]) for row in held} == {
        (instances[0], "Ann"), (instances[1], "Bob"), (instances[1], "Dan")
    }  # fmt: skip
    assert all(row["hours"] == 0 for row in held)
    assert place.run(lambda work: holders(work, instances), "eve") == [], "of others' submissions nothing is told"


def test_what_the_roles_show_is_not_narrowed_and_who_is_not_needed_any_more_sees_nothing(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann", "bob", "cat", fields={"amount": "hide"})}})
    becomes(place, bob="outsider", cat="narrow")
    own = place.request(who="cat", amount="70")
    chair = place.request(amount="70")
    for each in (own, chair):
        place.submit(each)
    assert str(shown(place, "ann", chair)["amount"]) == "70.00"
    assert "amount" not in shown(place, "cat", own)
    assert shown(place, "bob", chair)["name"] == "A chair"
    for task in place.tasks("ann"):
        place.does("ann", "approve", task.id)
    with pytest.raises(OUT):
        shown(place, "bob", chair)


def test_a_field_renamed_since_is_not_shown_by_its_new_name() -> None:
    """The version that runs hides a field that isn't there any more: it shows what it names, and no more."""
    sight = StepSight("own.request", "version", "one", named=frozenset({"name"}), hidden=frozenset({"note"}))
    known = frozenset({"name", "note", "state"})
    assert sight.shows(known, known) == {"name", "state"}
    renamed = frozenset({"name", "remark", "state"})
    assert sight.shows(renamed, renamed) == {"name"}


def test_what_a_step_lets_one_fill_in_links_only_to_what_they_see(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann", fields={"parent": "change"})}})
    becomes(place, ann="outsider")
    chair, table = place.request(), place.request()
    place.submit(chair)
    with pytest.raises(WrongInput):
        place.does("ann", "approve", place.task("ann"), values={"parent": table})
    assert place.read(chair).parent is None
