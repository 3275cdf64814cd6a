"""Nobody keeps the others waiting: slow senders, strangers, long work, streams."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from queti.server.threads import AT_ONCE, IN_LINE, LONG
from tests.fixtures.patience import PATIENCE, eventually
from tests.server.kiosk import Kiosk, sign_in
from tests.server.test_events import listening

FORM = "content-type: multipart/form-data; boundary=x"


@contextmanager
def begun(kiosk: Kiosk, method: str, path: str, *headers: str) -> Iterator[socket.socket]:
    """A request whose body begins and doesn't end."""
    host, _, port = kiosk.address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as line:
        told = (f"{method} {path} HTTP/1.1", f"host: {host}", "content-length: 1000", *headers)
        line.sendall("\r\n".join((*told, "", "-")).encode())
        yield line


def status_of(line: socket.socket) -> int:
    return int(line.recv(64).split()[1])


class TestBodies:
    @pytest.mark.parametrize(
        ("method", "path"),
        [("POST", "/api/records/kiosk.order"), ("PUT", "/api/drafts/1/object/x"), ("POST", "/api/imports")],
    )
    def test_of_strangers_are_not_waited_for(self, kiosk: Kiosk, method: str, path: str) -> None:
        with begun(kiosk, method, path) as line:
            assert status_of(line) == 401

    @pytest.mark.parametrize("size", [1000, 1_500_000])
    def test_of_strangers_get_an_answer_all_the_same(self, kiosk: Kiosk, size: int) -> None:
        answer = kiosk.client().post("/api/records/kiosk.order", content=b" " * size)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")

    def test_that_come_too_slowly_are_given_up(self, kiosk_with: Callable[..., Kiosk]) -> None:
        kiosk = kiosk_with(body_seconds=0.2)
        bearer = f"authorization: {kiosk.signed_in('bo').headers['authorization']}"
        with (
            begun(kiosk, "POST", "/api/session") as unknown,
            begun(kiosk, "POST", "/api/records/kiosk.order", bearer) as known,
            begun(kiosk, "POST", "/api/imports", bearer, FORM) as upload,
        ):
            assert [status_of(line) for line in (unknown, known, upload)] == [408, 408, 408]

    def test_of_a_sign_in_are_small(self, kiosk: Kiosk) -> None:
        assert sign_in(kiosk.client(), "bo", "x" * 20_000).status_code == 413


@contextmanager
def held_up(kiosk: Kiosk) -> Iterator[None]:
    """Inside, whoever reads the orders waits."""
    with kiosk.db.connection() as connection:
        row = connection.execute("SELECT schema FROM platform.workspace WHERE name = 'kiosk'").fetchone()
        assert row is not None
        connection.execute(f'LOCK TABLE "{row[0]}".kiosk_order'.encode())
        yield
        connection.rollback()


@contextmanager
def exporting(kiosk: Kiosk, client: httpx.Client, times: int) -> Iterator[list[Future[int]]]:
    """So many exports at once, which wait for each other until the end."""

    def export() -> int:
        return client.get("/api/exports/kiosk.order", params={"format": "csv"}).status_code

    with ThreadPoolExecutor(times) as threads:
        with held_up(kiosk):
            exports = [threads.submit(export) for _ in range(times)]
            eventually(lambda: kiosk.door.turns.waiting >= min(times, AT_ONCE + IN_LINE), "the exports")
            yield exports
        for each in exports:
            each.result()


class TestLongWork:
    def test_leaves_room_for_signing_in_for_streams_and_for_others(self, kiosk: Kiosk) -> None:
        bo, cleo = kiosk.signed_in("bo"), kiosk.signed_in("cleo")
        user = bo.get("/api/session").json()["me"]["user"]
        with listening(kiosk.signed_in("bo")) as stream, exporting(kiosk, bo, LONG + 1) as exports:
            assert sign_in(kiosk.client(), "gus").status_code == 201
            place = f"/api/records/base.user/{user}"
            change = {"name": "Bo", "language": "zh", "version": bo.get(place).json()["version"]}
            assert bo.patch(place, json=change).status_code == 200
            eventually(lambda: "base.user.changed" in stream.names, "the news")
            assert cleo.post("/api/imports", files={"file": ("a.csv", b"")}).status_code == 422
        assert {export.result() for export in exports} == {200}

    def test_of_one_person_has_an_end(self, kiosk: Kiosk) -> None:
        most = AT_ONCE + IN_LINE
        with exporting(kiosk, kiosk.signed_in("cleo"), most + 1) as exports:
            eventually(lambda: any(export.done() for export in exports), "a refusal")
        assert sorted(export.result() for export in exports) == [200] * most + [429]
