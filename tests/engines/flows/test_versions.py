"""A flow is published anew, a field goes, a record goes, a person leaves: what runs stays sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from queti.engines.flows.about import about_instance
from tests.engines.flows.conftest import REQUEST, Company
from tests.engines.flows.test_company import approve

Found = Callable[..., Company]


def flow(steps: Any, **more: Any) -> dict[str, Any]:
    return {"object": "own.request", "steps": steps, **more}


def without(*names: str) -> dict[str, Any]:
    return {**REQUEST, "object": "own.request", "fields": {
        name: field for name, field in REQUEST["fields"].items() if name not in names}}  # fmt: skip


def test_an_instance_stays_on_the_version_that_it_began_with(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann"), "two": approve("bob")}})
    old = place.submit(place.request())
    place.publish(flow__check=flow({"one": approve("ann"), "other": approve("cat")}))
    new = place.submit(place.request())
    for task in [each.id for each in place.tasks("ann")]:
        place.does("ann", "approve", task)
    assert [(task.instance, task.step) for task in place.tasks("bob")] == [(old, "two")]
    assert [(task.instance, task.step) for task in place.tasks("cat")] == [(new, "other")]
    assert {row.definition for row in place.instances(flow="own.check")} != {place.instances()[0].definition}


def test_running_ones_are_moved_and_those_that_can_not_say_why(company: Found) -> None:
    place = company(
        check={"steps": {"one": approve("ann", label={"en": "One"}), "two": approve("bob", label={"en": "Two"})}}
    )
    first, second = place.submit(place.request()), place.submit(place.request())
    place.does("ann", "approve", place.task("ann"))
    gone, stays = (second, first) if place.task("ann") and place.tasks("bob")[0].instance == second else (first, second)
    place.publish(flow__check=flow({"one": approve("ann", due_hours=4), "three": approve("cat")}))
    tried = place.does("boss", "move_to_version", instance=[gone, stays], try_only=True)
    assert [(each["moves"], each["why"]) for each in tried] == [
        (False, "“Two”, where it stands, is gone."), (True, ""),
    ]  # fmt: skip
    assert "moved" not in place.trail(stays)
    place.does("boss", "move_to_version", instance=[gone, stays])
    assert ("moved" in place.trail(gone), "moved" in place.trail(stays)) == (False, True)
    place.does("ann", "approve", place.task("ann"))
    assert [task.instance for task in place.tasks("cat")] == [stays]
    place.does("bob", "approve", place.task("bob"))
    assert place.read(gone, "flow.instance").state == "approved"


def test_a_step_that_does_something_else_now_holds_the_instance_back(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann")}})
    instance = place.submit(place.request())
    place.publish(flow__check=flow({"one": {"kind": "compute", "set": {"x": "1"}}, "two": approve("bob")}))
    assert "does something else" in place.does("boss", "move_to_version", instance=instance)["why"]


def test_one_that_failed_goes_on_by_the_mended_version(company: Found) -> None:
    broken = {"mark": {"kind": "change", "set": {"amount": "9999"}}}
    place = company(check={"steps": broken})
    instance = place.submit(place.request())
    assert place.read(instance, "flow.instance").state == "failed"
    place.publish(flow__check=flow({"mark": {"kind": "change", "set": {"amount": "99"}}}))
    place.does("boss", "restart_step", instance=instance)
    assert place.read(instance, "flow.instance").state == "failed"
    place.does("boss", "move_to_version", instance=instance)
    place.does("boss", "restart_step", instance=instance)
    assert place.read(instance, "flow.instance").state == "approved"


def test_a_field_that_a_running_version_uses_is_told_before_it_goes(company: Found) -> None:
    old = {"one": approve("ann"), "mark": {"kind": "change", "set": {"note": '"seen"'}}}
    place = company(check={"label": {"en": "Check"}, "steps": old, "sets": {"approved": {"note": '"yes"'}}})
    two = [place.submit(place.request()) for _ in range(2)]
    place.publish(flow__check=flow({"one": approve("ann")}))
    [warned] = [each for each in place.found(place.draft(object__request=without("note"))) if each.kind == "flow"]
    assert warned.severity == "warning"
    assert warned.en.startswith("2 running instances of “Check” are on an earlier version that this breaks")
    place.publish(object__request=without("note"))
    place.does("ann", "approve", place.tasks("ann")[0].id)
    failed = place.read(two[-1], "flow.instance")
    assert (failed.state, bool(failed.problem)) == ("failed", True)


def test_what_a_flow_can_not_set_any_more_is_told_and_holds_nobody_up(company: Found) -> None:
    sets = {"approved": {"note": '"yes"', "state": '"done"'}}
    place = company(check={"steps": {"one": approve("ann")}, "sets": sets})
    chair = place.request()
    instance = place.submit(chair)
    place.publish(flow__check=flow({"one": approve("ann")}), object__request=without("note"))
    place.does("ann", "approve", place.task("ann"))
    assert (place.read(chair).state, place.read(instance, "flow.instance").state) == ("done", "approved")
    told = place.run(lambda work: about_instance(work, instance), "sam")["acts"]
    assert [act["detail"] for act in told if act["act"] == "failed"] == ["note"]


def test_a_record_removed_while_in_approval_ends_it_with_the_reason(company: Found) -> None:
    place = company(
        check={"steps": {"part": {"kind": "flow", "flow": "own.part"}, "last": approve("cat")}},
        part={"start": {"on": "flow"}, "steps": {"inner": approve("ann")}},
    )
    chair, table = place.request(), place.request()
    place.submit(chair)
    kept = place.submit(table)
    place.run(lambda work: work.trash("own.request", [chair]))
    place.works()
    stopped = place.instances(record=chair)
    assert [(row.state, row.problem) for row in stopped] == [("stopped", "The record is not there any more.")] * 2
    assert [task.record for task in place.tasks("ann")] == [table]
    assert place.read(kept, "flow.instance").state == "running"


def test_a_record_that_is_back_before_anybody_noticed_goes_on(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann")}})
    chair = place.request()
    instance = place.submit(chair)
    place.run(lambda work: work.trash("own.request", [chair]))
    place.run(lambda work: work.restore("own.request", [chair]))
    place.works()
    assert place.read(instance, "flow.instance").state == "running"


def test_the_next_step_finds_nobody_where_its_person_has_left(company: Found) -> None:
    place = company(
        check={"steps": {"one": approve("ann"), "two": approve("bob", nobody="stop")}},
    )
    instance = place.submit(place.request())
    place.run(lambda work: work.change("base.user", [(place.ids["bob"], {"is_active": False})]))
    place.does("ann", "approve", place.task("ann"))
    failed = place.read(instance, "flow.instance")
    assert (failed.state, failed.problem[:28]) == ("failed", "Nobody was found for “two”. ")
