"""The world outside, as tests of flows meet it: peers on loopback, and a worker that calls when it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from queti.engines.flows.calling import claim, make, tell
from queti.engines.outside.reach import VARIABLE
from queti.kernel.person import SYSTEM
from tests.engines.flows.conftest import PLACE, Company
from tests.fixtures.peers import Peer, Post, http_peer, smtp_peer

SECRET = "s3cr3t-上海-token"


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    monkeypatch.setenv(VARIABLE, "127.0.0.1")
    with http_peer() as peer:
        yield peer


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    monkeypatch.setenv(VARIABLE, "127.0.0.0/8")
    with smtp_peer() as post:
        yield post


def asks(peer: Peer, **more: Any) -> dict[str, Any]:
    return {"kind": "http", "url": f"{peer.url}/score/{{name}}", "body": {"amount": "amount"}, **more}


def created(*steps: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {"start": {"on": "created"}, "steps": dict(steps)}


def change(text: str) -> dict[str, Any]:
    return {"kind": "change", "set": {"note": text}}


def calls(place: Company) -> list[Any]:
    return place.run(lambda work: work.find("flow.call", sort="id"))


def goes_out(place: Company, minutes: float = 0) -> None:
    """A worker makes what is due so many minutes from now."""
    now = datetime.now(UTC) + timedelta(minutes=minutes)
    for call in place.platform.run(PLACE, SYSTEM, claim, now=now):
        outcome = make(place.platform, PLACE, call)
        place.platform.run(PLACE, SYSTEM, lambda work, call=call, outcome=outcome: tell(work, call, outcome), now=now)


def keeps(place: Company, name: str = "scores", value: str = SECRET, hosts: str = "") -> int:
    return place.run(lambda work: work.create("flow.secret", [{"name": name, "value": value, "hosts": hosts}]))[0].id


def has_post(place: Company, post: Post, **more: Any) -> None:
    server = {"host": "127.0.0.1", "port": post.port, "security": "none", "sender": "flows@harbour.example", **more}
    place.run(lambda work: work.create("flow.mail_server", [server]))


def everything_in(place: Company) -> str:
    with place.database.connection() as connection:
        found = "SELECT tablename FROM pg_tables WHERE schemaname = %s"
        names = connection.execute(found, [place.workspace.schema]).fetchall()
        rows: list[Any] = []
        for (name,) in names:
            rows += connection.execute(f'SELECT t::text FROM "{place.workspace.schema}"."{name}" AS t').fetchall()
    return str(rows)
