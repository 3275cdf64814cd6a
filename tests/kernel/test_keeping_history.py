"""A field may be left out of the history: what machinery writes often and nobody reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.engines.flows.conftest import REQUEST, Company, company  # noqa: F401
from tests.engines.flows.test_company import approve

Found = Callable[..., Company]


def kept(place: Company, object: str, id: int) -> list[Any]:
    text = "SELECT changes FROM {}.kernel_history WHERE object = $1 AND record_id = $2 AND kind = 'changed' ORDER BY id"
    return place.run(lambda work: work.column(text.format(work.schema), (object, id)))


def test_a_field_that_keeps_no_history(company: Found) -> None:  # noqa: F811
    place = company(check={"steps": {"one": approve("ann")}})
    note = {"type": "text", "keeps_history": False}
    place.publish(object__request={**REQUEST, "fields": {**REQUEST["fields"], "note": note}})
    chair = place.request(amount="1")
    place.change(chair, note="a")
    assert (kept(place, "own.request", chair), place.read(chair).version) == ([], 2)
    place.change(chair, note="b", amount="2")
    [[changed]] = [list(each) for each in kept(place, "own.request", chair)]
    assert changed.startswith("amount")


def test_the_state_of_a_flow_is_kept_once(company: Found) -> None:  # noqa: F811
    place = company(check={"steps": {"one": approve("ann"), "two": approve("bob")}})
    instance = place.submit(place.request())
    task = place.task("ann")
    place.does("ann", "save_draft", task, reason="almost")
    assert kept(place, "flow.task", task) == []
    place.does("ann", "approve", task)
    place.does("bob", "approve", place.task("bob"))
    told = {name for changes in kept(place, "flow.instance", instance) for name in changes}
    assert {"state", "at_step"} <= told
    assert "holds" not in told
