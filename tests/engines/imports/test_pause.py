"""A large import rests where somebody pauses it, keeps what it has done, and goes on from there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from queti.engines.imports import run, service
from queti.engines.imports.refusals import ImportNotFinished
from queti.kernel.definitions import ImportDef
from tests.engines.imports.conftest import Shop

pytestmark = pytest.mark.usefixtures("small_batches")
ROWS = "number,freight\n" + "".join(f"{number},1\n" for number in range(8))


@pytest.fixture
def during(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int, Callable[[], Any]], None]]:
    """Do something while the rows of a batch are being written."""
    acts: dict[int, Callable[[], Any]] = {}
    written = 0
    write = run._Writer.write

    def with_acts(writer: Any, rows: Any) -> None:
        nonlocal written
        write(writer, rows)
        written += 1
        if writer.writes and written in acts:
            acts.pop(written)()

    def plan(batch: int, act: Callable[[], Any]) -> None:
        nonlocal written
        written = 0
        acts[batch] = act

    monkeypatch.setattr(run._Writer, "write", with_acts)
    yield plan
    assert not acts


def numbers(shop: Shop) -> list[str]:
    return [number for (number,) in shop.find("shop.order", "number")]


class TestPaused:
    @pytest.fixture
    def started(self, shop: Shop) -> int:
        return shop.start(ROWS)["id"]

    def test_what_is_done_stays_and_the_rest_follows_once(self, shop: Shop, started: int, during: Any) -> None:
        during(2, lambda: service.pause(shop.door, started))
        paused = service.run(shop.door, started)
        assert (paused["state"], paused["progress"]) == ("paused", {"done": 4, "total": 8})
        assert numbers(shop) == list("0123")
        done = service.run(shop.door, started)
        assert (done["state"], done["report"]["created"], done["report"]["total"]) == ("done", 8, 8)
        assert numbers(shop) == list("01234567")

    def test_beside_the_request_as_well(self, shop: Shop, during: Any) -> None:
        beside = shop.beside()
        number = beside.start(ROWS)["id"]
        beside.wait_for(number, "checked")
        during(1, lambda: service.pause(beside.door, number))
        assert service.run(beside.door, number)["state"] == "running"
        beside.wait_for(number, "paused")
        assert numbers(shop) == list("01")
        assert service.run(beside.door, number)["state"] == "running"
        assert beside.wait_for(number, "done")["report"]["created"] == 8

    def test_one_undo_takes_back_both_parts(self, shop: Shop, started: int, during: Any) -> None:
        during(2, lambda: service.pause(shop.door, started))
        service.run(shop.door, started)
        service.run(shop.door, started)
        assert service.undo(shop.door, started)["state"] == "undone"
        assert numbers(shop) == []

    def test_a_paused_import_can_be_undone_and_not_mapped_anew(self, shop: Shop, started: int, during: Any) -> None:
        during(2, lambda: service.pause(shop.door, started))
        assert service.run(shop.door, started)["can_undo"]
        with pytest.raises(ImportNotFinished):
            service.remap(shop.door, started, ImportDef("own", "shop.order", each={"number": "freight"}))
        service.undo(shop.door, started)
        assert numbers(shop) == []

    def test_cancelled_afterwards_it_is_paused_again(self, shop: Shop, during: Any) -> None:
        beside = shop.beside()
        number = beside.start(ROWS)["id"]
        beside.wait_for(number, "checked")
        during(1, lambda: service.pause(beside.door, number))
        service.run(beside.door, number)
        beside.wait_for(number, "paused")
        during(2, lambda: service.cancel(beside.door, number))
        service.run(beside.door, number)
        beside.wait_for(number, "paused")
        assert numbers(shop) == list("01")
        service.run(beside.door, number)
        assert beside.wait_for(number, "done")["report"]["created"] == 8

    def test_what_stands_in_the_way_later_stops_only_the_rest(self, shop: Shop, started: int, during: Any) -> None:
        during(2, lambda: service.pause(shop.door, started))
        service.run(shop.door, started)
        shop.create("shop.order", {"number": "6"})
        with pytest.raises(service.ImportHasErrors):
            service.run(shop.door, started)
        resting = service.state(shop.door, started)
        assert (resting["state"], resting["report"]["bad"]) == ("paused", 1)
        shop.run(lambda work: work.trash("shop.order", work.find("shop.order", 'number = "6"')))
        assert service.run(shop.door, started)["report"]["created"] == 8

    def test_its_process_may_end_meanwhile(self, shop: Shop, started: int, during: Any) -> None:
        during(2, lambda: service.pause(shop.door, started))
        service.run(shop.door, started)
        service.kept.put(shop.door, started, "running")
        assert service.state(shop.door, started)["state"] == "paused"


class TestJoinedRows:
    LINES = "number,quantity,price\n" + "".join(f"{at // 2},1,{at}\n" for at in range(16))
    JOINED: dict[str, Any] = {  # noqa: RUF012
        "group_by": ["number"],
        "lines": {"lines": {"each": {"quantity": "quantity", "price": "price"}}},
    }

    def test_a_record_is_never_parted_from_its_lines(self, shop: Shop, during: Any) -> None:
        number = shop.start(self.LINES, **self.JOINED)["id"]
        during(2, lambda: service.pause(shop.door, number))
        service.run(shop.door, number)
        assert shop.find("shop.order", "number", "total") == [(str(at), 4 * at + 1) for at in range(4)]
        service.run(shop.door, number)
        assert shop.find("shop.order", "total") == [(4 * at + 1,) for at in range(8)]

    def test_of_a_large_file_those_that_follow_each_other(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("queti.engines.imports.grouping.MOST_HELD", 10)
        assert shop.imports(self.LINES, **self.JOINED)["report"]["created"] == 8
        assert shop.find("shop.order", "total") == [(4 * at + 1,) for at in range(8)]

    def test_others_have_to_be_sorted_first(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        apart = self.LINES + "0,1,1\n"
        assert shop.start(apart, **self.JOINED)["report"]["total"] == 8
        monkeypatch.setattr("queti.engines.imports.grouping.MOST_HELD", 10)
        beside = shop.beside()
        number = beside.start(apart, **self.JOINED)["id"]
        told = beside.wait_for(number, "new")["progress"]["problem"]
        assert told.startswith("Row 18 stands apart")
        assert "number" in told


def test_a_pause_of_nothing_is_nothing(shop: Shop) -> None:
    number = shop.start(ROWS)["id"]
    assert service.pause(shop.door, number)["state"] == "checked"
