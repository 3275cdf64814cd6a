"""Instances of a flow run beside each other, in order for each record, or strictly one by one; two workers at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from queti.kernel.writing.reactions import run_reactions
from tests.engines.flows.conftest import PLACE, Company
from tests.engines.flows.test_starts import ANN

Found = Callable[..., Company]
ASK = {"start": {"on": "changed", "fields": ["note"]}, "steps": {"one": {"kind": "approve", **ANN}}}


def states(place: Company) -> list[str]:
    return [row.state for row in place.instances()]


def changed(place: Company, *records: int) -> None:
    for note, record in enumerate(records):
        place.change(record, note=str(note))
    place.works()


def test_beside_each_other(company: Found) -> None:
    place = company(ask={"running": "parallel", **ASK})
    chair = place.request()
    changed(place, chair, chair)
    assert states(place) == ["running", "running"]


def test_in_order_for_each_record(company: Found) -> None:
    place = company(ask=ASK)
    chair, table = place.request(), place.request()
    changed(place, chair, chair, table, chair)
    assert [(int(row.record), row.state) for row in place.instances()] == [
        (chair, "running"), (chair, "queued"), (table, "running"), (chair, "queued"),
    ]  # fmt: skip
    [first, other] = sorted(task.id for task in place.tasks("ann"))
    place.does("ann", "approve", first)
    assert states(place) == ["approved", "running", "running", "queued"]
    place.does("ann", "reject", place.task("ann"), reason="no")
    assert states(place) == ["approved", "rejected", "running", "running"]
    place.does("ann", "approve", other)
    assert states(place) == ["approved", "rejected", "approved", "running"]


def test_strictly_one_by_one_over_all_records(company: Found) -> None:
    place = company(ask={"running": "one_by_one", **ASK})
    changed(place, place.request(), place.request(), place.request())
    assert states(place) == ["running", "queued", "queued"]
    place.does("boss", "stop", instance=place.instances()[1].id, reason="not needed")
    place.does("ann", "approve", place.task("ann"))
    assert states(place) == ["approved", "stopped", "running"]


def test_one_that_failed_holds_up_nobody(company: Found) -> None:
    more = {"kind": "change", "set": {"amount": "amount * 100"}}
    start = {"on": "changed", "fields": ["note"]}
    place = company(more={"running": "one_by_one", "start": start, "steps": {"more": more}})
    changed(place, place.request(amount="1"), place.request(amount="99"), place.request(amount="2"))
    assert states(place) == ["approved", "failed", "approved"]


def test_those_begun_together_see_what_the_one_before_has_done(company: Found) -> None:
    most = {"kind": "find", "object": "own.request", "where": "amount > 0", "sort": "-amount", "limit": 1}
    count = {"kind": "change", "set": {"amount": "if(blank(amount), 0, amount) + 1"}}
    steps = {"all": most, "mark": {"kind": "change", "found": "all", "set": {"note": '"beaten"'}}, "count": count}
    place = company(number={"running": "one_by_one", "start": {"on": "event", "event": "own.numbered"}, "steps": steps})

    def tell(work: Any) -> None:
        made = work.create("own.request", [{"name": str(each)} for each in range(5)])
        work.tell("own.numbered", made)

    place.run(tell)
    place.works()
    notes = place.run(lambda work: [row.note for row in work.find("own.request", sort="id")])
    assert (states(place), notes.count("beaten")) == (["approved"] * 5, 4)


def test_two_workers_take_one_line(company: Found) -> None:
    step = {"kind": "change", "set": {"amount": "if(blank(amount), 0, amount) + 1"}}
    start = {"on": "event", "event": "own.counted"}
    place = company(count={"running": "one_by_one", "start": start, "steps": {"count": step}})
    chair = place.request()
    for _ in range(12):
        place.run(lambda work: work.tell("own.counted", work.fetch("own.request", [chair])))
    with place.database.connection() as connection:
        text = f'SELECT event_id FROM "{place.workspace.schema}".kernel_reaction WHERE done_at IS NULL ORDER BY 1'
        events = [event for (event,) in connection.execute(text).fetchall()]

    def work(mine: list[int]) -> None:
        for event in mine:
            run_reactions(place.platform, PLACE, [event])

    workers = [threading.Thread(target=work, args=(events[at::2],)) for at in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    place.works()
    assert (place.read(chair).amount, states(place)) == (12, ["approved"] * 12)
