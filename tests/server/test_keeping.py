"""Drafts of records are their writer's own; those who look at a record know of each other."""

from __future__ import annotations

from typing import Any

import httpx

from tests.fixtures.patience import eventually
from tests.server.kiosk import Kiosk
from tests.server.test_events import listening, made

PAGE = {"bo": "page-of-bo", "cleo": "page-of-cleo"}


def draft(client: httpx.Client, id: int | str) -> Any:
    return client.get(f"/api/records/kiosk.order/{id}/draft").json()["draft"]


def keep(client: httpx.Client, id: int | str, **values: Any) -> httpx.Response:
    return client.put(f"/api/records/kiosk.order/{id}/draft", json={"values": values, "labels": {}, "version": 1})


class TestADraftOfARecord:
    def test_is_there_again_after_signing_out_and_in(self, kiosk: Kiosk) -> None:
        cleo = kiosk.signed_in("cleo")
        lines = [{"product": "tea", "quantity": "2", "_labels": {}}]
        assert keep(cleo, "new", number="D-1", lines=lines).status_code == 204
        cleo.delete("/api/session")

        again = kiosk.signed_in("cleo")
        assert draft(again, "new")["values"] == {"number": "D-1", "lines": lines}
        keep(again, "new", number="D-2")
        assert draft(again, "new")["values"] == {"number": "D-2"}
        assert again.delete("/api/records/kiosk.order/new/draft").status_code == 204
        assert draft(again, "new") is None

    def test_is_nobody_elses(self, kiosk: Kiosk) -> None:
        cleo, bo = kiosk.signed_in("cleo"), kiosk.signed_in("bo")
        id = made(bo, "D-3", owner=cleo.get("/api/session").json()["me"]["user"])
        keep(cleo, id, number="D-3a")
        assert draft(bo, id) is None
        assert draft(cleo, id)["values"] == {"number": "D-3a"}

    def test_brings_back_no_more_than_may_be_written_now(self, kiosk: Kiosk) -> None:
        cleo, bo = kiosk.signed_in("cleo"), kiosk.signed_in("bo")
        me = cleo.get("/api/session").json()["me"]["user"]
        id = made(bo, "D-4", owner=me)
        keep(cleo, id, secret="told", total="9", number="D-4a", owner=me)
        assert draft(cleo, id)["values"] == {"number": "D-4a", "owner": me}

    def test_of_a_record_out_of_sight_is_out_of_reach(self, kiosk: Kiosk) -> None:
        cleo, bo = kiosk.signed_in("cleo"), kiosk.signed_in("bo")
        id = made(bo, "D-5", owner=cleo.get("/api/session").json()["me"]["user"])
        keep(cleo, id, number="D-5a")
        bo.patch(f"/api/records/kiosk.order/{id}", json={"owner": None, "version": 1})
        assert cleo.get(f"/api/records/kiosk.order/{id}/draft").status_code == 404
        assert keep(cleo, id, number="x").status_code == 404
        assert kiosk.signed_in("gus").get("/api/records/kiosk.order/new/draft").status_code == 403

    def test_leaves_the_record_alone(self, kiosk: Kiosk) -> None:
        bo = kiosk.signed_in("bo")
        id = made(bo, "D-6")
        keep(bo, id, number="")
        assert bo.get(f"/api/records/kiosk.order/{id}").json()["number"] == "D-6"
        assert bo.get("/api/records/kiosk.order/soon/draft").status_code == 422

    def test_has_an_end_in_size(self, kiosk: Kiosk) -> None:
        bo = kiosk.signed_in("bo")
        refused = keep(bo, "new", number="x" * 600_000)
        assert refused.json()["code"] == "draft_too_large"


def arrive(client: httpx.Client, id: int, who: str, *, writes: bool = False) -> list[tuple[str, bool]]:
    answer = client.post(f"/api/records/kiosk.order/{id}/presence", json={"page": PAGE[who], "writes": writes})
    return [(one["name"], one["writes"]) for one in answer.json()["present"]]


class TestThoseWhoLookAtARecord:
    def test_see_each_other_come_write_and_leave(self, kiosk: Kiosk) -> None:
        bo, cleo = kiosk.signed_in("bo"), kiosk.signed_in("cleo")
        id = made(bo, "P-1", owner=cleo.get("/api/session").json()["me"]["user"])
        assert arrive(bo, id, "bo") == []
        with listening(kiosk.signed_in("bo")) as stream:
            eventually(lambda: stream.others.count("presence") == 1, "word of one's own page")
            assert arrive(cleo, id, "cleo") == [("Bo", False)]
            eventually(lambda: stream.others.count("presence") == 2, "word that Cleo came")
            assert arrive(bo, id, "bo") == [("Cleo", False)]
            arrive(cleo, id, "cleo", writes=True)
            eventually(lambda: stream.others.count("presence") == 3, "word that Cleo writes")
            assert arrive(bo, id, "bo") == [("Cleo", True)]
            cleo.post("/api/presence/leave", json={"page": PAGE["cleo"]})
            eventually(lambda: stream.others.count("presence") == 4, "word that Cleo left")
        assert arrive(bo, id, "bo") == []

    def test_are_told_to_nobody_who_may_not_see_it(self, kiosk: Kiosk) -> None:
        bo, sam = kiosk.signed_in("bo"), kiosk.signed_in("sam")
        id, theirs = made(bo, "P-2"), made(bo, "P-3", owner=sam.get("/api/session").json()["me"]["user"])
        answer = sam.post(f"/api/records/kiosk.order/{id}/presence", json={"page": "page-of-sam", "writes": False})
        assert answer.status_code == 404
        with listening(sam) as stream:
            arrive(bo, id, "bo")
            arrive(bo, theirs, "bo")
            eventually(lambda: "presence" in stream.others, "word of the order that Sam sees")
        assert stream.others.count("presence") == 1

    def test_cant_send_others_away(self, kiosk: Kiosk) -> None:
        bo, cleo = kiosk.signed_in("bo"), kiosk.signed_in("cleo")
        id = made(bo, "P-4", owner=cleo.get("/api/session").json()["me"]["user"])
        arrive(cleo, id, "cleo")
        bo.post("/api/presence/leave", json={"page": PAGE["cleo"]})
        assert arrive(bo, id, "bo") == [("Cleo", False)]
