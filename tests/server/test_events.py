"""Server-sent events: what changed, for whom, from where."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from queti.kernel.person import Person
from queti.kernel.reading.audiences import audiences
from tests.fixtures.patience import eventually
from tests.server.kiosk import WORKSPACE, Kiosk, order


class Stream:
    """One open stream, read in a thread."""

    def __init__(self, client: httpx.Client, place: str = "") -> None:
        self.client = client
        self.told: list[dict[str, Any]] = []
        self.places: list[str] = []
        self.others: list[str] = []
        self.is_open = threading.Event()
        self.ended = threading.Event()
        headers = {"last-event-id": place} if place else {}
        self.thread = threading.Thread(target=self._read, args=(headers,), daemon=True)
        self.thread.start()
        assert self.is_open.wait(10)

    def _read(self, headers: dict[str, str]) -> None:
        try:
            with self.client.stream("GET", "/api/events", headers=headers) as answer:
                kind = ""
                for line in answer.iter_lines():
                    self.is_open.set()
                    name, _, value = line.partition(": ")
                    if name == "id":
                        self.places.append(value)
                    elif name == "event":
                        kind = value
                    elif name == "data" and kind == "change":
                        self.told.append(json.loads(value))
                    elif name == "data":
                        self.others.append(kind)
        except httpx.HTTPError:
            pass
        self.ended.set()

    @property
    def names(self) -> list[str]:
        return [told["event"] for told in self.told]


@contextmanager
def listening(client: httpx.Client, place: str = "") -> Iterator[Stream]:
    stream = Stream(client, place)
    yield stream


def made(client: httpx.Client, number: str, **more: Any) -> int:
    answer = client.post("/api/records/kiosk.order", json=order(number, **more))
    assert answer.status_code == 201, answer.text
    return answer.json()["records"][0]["id"]


class TestStream:
    def test_tells_changes_and_events_in_their_order(self, kiosk: Kiosk) -> None:
        bo = kiosk.signed_in("bo")
        with listening(kiosk.signed_in("bo")) as stream:
            id = made(bo, "E-1")
            bo.post("/api/operations/kiosk.close_order", json={"order": id})
            eventually(lambda: len(stream.told) == 3, "three messages")
        assert stream.names == ["kiosk.order.created", "kiosk.order_closed", "kiosk.order.changed"]
        assert {told["id"] for told in stream.told} == {id}

    def test_tells_nobody_what_they_may_not_see(self, kiosk: Kiosk) -> None:
        bo, cleo = kiosk.signed_in("bo"), kiosk.signed_in("cleo")
        own = cleo.get("/api/session").json()["me"]["user"]
        with listening(kiosk.signed_in("cleo")) as stream:
            made(bo, "E-2")
            hers = made(bo, "E-3", owner=own)
            eventually(lambda: stream.told, "the message of her order")
        assert [told["id"] for told in stream.told] == [hers]

    def test_is_looked_up_once_for_those_who_see_the_same(self, kiosk: Kiosk) -> None:
        model = kiosk.door.platform.model(kiosk.door.platform.workspace(WORKSPACE))
        people = {
            login: Person(user, login, login, roles)
            for user, (login, roles) in enumerate({"bo": ("boss",), "bea": ("boss",), "cleo": ("clerk",),
                                                   "cam": ("clerk",), "gus": ("guest",)}.items())
        }  # fmt: skip

        def groups(*objects: str) -> list[tuple[list[str], bool, bool]]:
            found = audiences(model, people.values(), objects)
            return [([one.login for one in each.people], bool(each.whole), bool(each.partly)) for each in found]

        orders = [(["bo", "bea"], True, False), (["cleo"], False, True), (["cam"], False, True)]
        assert groups("kiosk.order") == [*orders, (["gus"], False, False)]
        assert groups("kiosk.line") == [*orders, (["gus"], False, False)]
        same = [(["bo", "bea"], True, False), (["cleo", "cam"], True, False), (["gus"], True, False)]
        assert groups("base.user", "gone.object") == same

    def test_resumes_behind_the_last_one_read(self, kiosk: Kiosk) -> None:
        bo = kiosk.signed_in("bo")
        with listening(kiosk.signed_in("bo")) as stream:
            made(bo, "E-4")
            eventually(lambda: stream.places, "a place")
        place = stream.places[-1]
        missed = [made(bo, f"E-5{part}") for part in "abc"]
        with listening(kiosk.signed_in("bo"), place) as again:
            eventually(lambda: len(again.told) == 3, "what was missed")
            last = made(bo, "E-6")
            eventually(lambda: len(again.told) == 4, "what comes after")
        assert [told["id"] for told in again.told] == [*missed, last]
        assert len(set(again.places)) == 4

    def test_resumes_in_the_middle_of_a_transaction(self, kiosk: Kiosk) -> None:
        bo = kiosk.signed_in("bo")
        with listening(kiosk.signed_in("bo")) as stream:
            bo.post("/api/records/kiosk.order", json=[order(f"E-7{part}") for part in "abcd"])
            eventually(lambda: len(stream.told) == 4, "four messages")
        with listening(kiosk.signed_in("bo"), stream.places[1]) as again:
            eventually(lambda: len(again.told) == 2, "the other two")
        assert again.told == stream.told[2:]

    def test_waits_for_those_that_began_earlier(self, kiosk: Kiosk) -> None:
        """Ids are drawn in another order than transactions commit; nothing slips in behind."""
        bo = kiosk.signed_in("bo")
        with kiosk.db.connection() as slow:
            slow.execute("SELECT pg_current_xact_id()")
            with listening(kiosk.signed_in("bo")) as stream:
                made(bo, "E-8")
                threading.Event().wait(0.3)
                assert stream.told == []
                slow.commit()
                eventually(lambda: stream.told, "the message")

    def test_tells_of_a_new_release(self, kiosk_with: Callable[..., Kiosk]) -> None:
        kiosk = kiosk_with()
        bo = kiosk.signed_in("bo")
        with listening(kiosk.signed_in("bo")) as stream:
            threading.Event().wait(0.2)
            draft = bo.post("/api/drafts", json={}).json()["draft"]
            shelf = {"label": {"en": "Shelf"}, "title": "name", "fields": {"name": {"type": "text"}}}
            bo.put(f"/api/drafts/{draft}/object/kiosk.shelf", json=shelf)
            assert bo.post(f"/api/drafts/{draft}/publish", json={}).status_code == 200
            eventually(lambda: stream.others == ["release"], "the news of the release")

    def test_ends_with_the_session(self, kiosk: Kiosk) -> None:
        reader = kiosk.signed_in("cleo")
        with listening(reader) as stream:
            other = kiosk.client(authorization=reader.headers["authorization"])
            assert other.delete("/api/session").status_code == 204
            assert stream.ended.wait(10)

    def test_ends_with_the_server(self, kiosk_with: Callable[..., Kiosk]) -> None:
        kiosk = kiosk_with()
        with listening(kiosk.signed_in("bo")) as stream:
            kiosk.door.streams.close()
            assert stream.ended.wait(10)

    @pytest.mark.parametrize("place", ["x", "1", "-1-1", "99999999999999999999-1"])
    def test_a_place_it_never_sent_is_refused(self, kiosk: Kiosk, place: str) -> None:
        answer = kiosk.signed_in("bo").get("/api/events", headers={"last-event-id": place})
        assert answer.status_code == 422

    def test_needs_a_session(self, kiosk: Kiosk) -> None:
        assert kiosk.client().get("/api/events").status_code == 401
