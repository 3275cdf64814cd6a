"""Publications that take long, through the door: begun, watched, rested, taken back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from queti.kernel.publishing import phases, publish
from tests.fixtures.patience import eventually
from tests.server.kiosk import Kiosk

_fill_next = phases.fill_next


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Every table counts as large; batches of one row wait until the gate is open."""
    gate = threading.Event()

    def wait(*given: Any) -> tuple[int, int]:
        assert gate.wait(20)
        return _fill_next(*given, 1)

    monkeypatch.setitem(publish.publish.__kwdefaults__, "large", 0)  # type: ignore[arg-type]
    monkeypatch.setattr(phases, "fill_next", wait)
    yield gate
    gate.set()


@pytest.fixture
def bo(kiosk_with: Callable[..., Kiosk]) -> Iterator[httpx.Client]:
    with closing(kiosk_with().signed_in("bo")) as bo:
        for number in range(3):
            line = {"product": "tea", "quantity": 2, "price": "3.50"}
            assert bo.post("/api/records/kiosk.order", json={"number": f"P-{number}", "lines": [line]}).is_success
        yield bo


def publish_dearer(bo: httpx.Client) -> httpx.Response:
    draft = bo.post("/api/drafts", json={}).json()["draft"]
    body = bo.get(f"/api/drafts/{draft}/definitions").json()["definitions"]["object"]["kiosk.order"]["body"]
    body["fields"]["total"]["formula"] += " + 1"
    assert bo.put(f"/api/drafts/{draft}/object/kiosk.order", json=body).is_success
    return bo.post(f"/api/drafts/{draft}/publish", json={})


def totals(bo: httpx.Client) -> set[str]:
    asked = {"where": "starts_with(number, 'P-')", "fields": "total"}
    return {one["total"] for one in bo.get("/api/records/kiosk.order", params=asked).json()["records"]}


def wait_for(bo: httpx.Client, place: str, state: str) -> dict[str, Any]:
    eventually(lambda: bo.get(place).json()["state"] == state, state)
    return bo.get(place).json()


class TestPublications:
    def test_publishing_answers_at_once_and_goes_on_beside_the_work(
        self, bo: httpx.Client, gate: threading.Event
    ) -> None:
        answer = publish_dearer(bo)
        assert answer.status_code == 202
        begun = answer.json()["publication"]
        assert (begun["state"], begun["done"], begun["release"]) == ("filling", 0, None)
        place = f"/api/publications/{begun['publication']}"
        assert totals(bo) == {"7.00"}
        shown = bo.get("/api/definitions").json()["objects"]["kiosk.order"]
        assert not [field for field in str(shown).split() if "__next" in field]
        gate.set()
        done = wait_for(bo, place, "done")
        assert done["done"] == done["rows"]
        assert totals(bo) == {"8.00"}
        assert bo.get("/api/publications").json()["publications"][0]["state"] == "done"

    def test_it_rests_and_goes_on(self, bo: httpx.Client, gate: threading.Event) -> None:
        place = f"/api/publications/{publish_dearer(bo).json()['publication']['publication']}"
        assert bo.post(f"{place}/pause", json={}).json()["state"] == "paused"
        gate.set()
        other = publish_dearer(bo)
        assert (other.status_code, other.json()["code"]) == (409, "publication_under_way")
        assert totals(bo) == {"7.00"}
        assert bo.post(f"{place}/resume", json={}).status_code == 202
        wait_for(bo, place, "done")
        assert totals(bo) == {"8.00"}
        ended = bo.post(f"{place}/pause", json={})
        assert (ended.status_code, ended.json()["code"]) == (409, "publication_ended")

    def test_many_rows_rest_in_the_middle_while_others_write(self, kiosk_with: Callable[..., Kiosk]) -> None:
        """Nothing is put in its way: the rows are many indeed."""
        kiosk = kiosk_with()
        with kiosk.db.owner() as owner:
            owner.execute(
                "INSERT INTO w_kiosk.kiosk_order (number, total, state)"
                " SELECT 'P-' || n, 0, 'open' FROM generate_series(1, 60000) AS n"
            )
        with closing(kiosk.signed_in("bo")) as bo:
            answer = publish_dearer(bo)
            assert answer.status_code == 202, answer.text
            place = f"/api/publications/{answer.json()['publication']['publication']}"
            assert bo.post(f"{place}/pause", json={}).json()["state"] == "paused"
            line = {"product": "tea", "quantity": 2, "price": "3.50"}
            made = bo.post("/api/records/kiosk.order", json={"number": "late", "lines": [line]}).json()["records"][0]
            assert made["total"] == "7.00"
            rested = bo.get(place).json()
            assert rested["state"] == "paused"
            assert rested["done"] < rested["rows"]
            assert bo.post(f"{place}/resume", json={}).status_code == 202
            wait_for(bo, place, "done")
            assert totals(bo) == {"1.00"}
            assert bo.get(f"/api/records/kiosk.order/{made['id']}").json()["total"] == "8.00"

    def test_taken_back_all_is_as_before(self, bo: httpx.Client, gate: threading.Event) -> None:
        place = f"/api/publications/{publish_dearer(bo).json()['publication']['publication']}"
        assert bo.post(f"{place}/pause", json={}).is_success
        gate.set()
        assert bo.post(f"{place}/cancel", json={}).json()["state"] == "cancelled"
        assert totals(bo) == {"7.00"}

    def test_only_administrators_see_them(self, kiosk: Kiosk) -> None:
        with closing(kiosk.signed_in("cleo")) as cleo:
            assert cleo.get("/api/publications").status_code == 403
