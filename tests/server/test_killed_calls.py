"""kill -9 while a call outside is on its way: it is made again with the same key, and its outcome is told once."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.fixtures.patience import eventually
from tests.fixtures.peers import Peer, http_peer
from tests.server.kiosk import PASSWORD
from tests.server.test_killed import Place, publishes
from tests.server.test_killed import place as place

SECRET = "never-to-be-seen-4711"


@pytest.fixture
def peer(place: Place) -> Iterator[Peer]:
    place.environ["QUETI_REACH"] = "127.0.0.1"
    with http_peer() as peer:
        yield peer


def test_a_call_is_made_again_with_the_same_key_and_told_once(place: Place, peer: Peer) -> None:
    told = place.command("workspace", "create", "test", "--apps", "flow")
    password = re.search(r"with (\S+),", told)
    assert password
    peer.answers = [(200, {"score": "good"})]
    peer.held.clear()
    ask = {
        "kind": "http", "url": f"{peer.url}/score", "secret": "scores", "seconds": 1,
        "body": {"name": "name"}, "takes": {"score": {"at": "score"}},
    }  # fmt: skip
    note = {"kind": "create", "object": "base.contact", "set": {"name": "ask.score"}}
    with place.serving() as server:
        owner = place.first_client(password[1])
        owner.post("/api/records/flow.secret", json={"name": "scores", "value": SECRET}).raise_for_status()
        publishes(owner, "flow", {
            "flow": "own.score", "label": {"en": "Score"}, "object": "base.party", "start": {"on": "created"},
            "steps": {"ask": ask, "note": note},
        })  # fmt: skip
        owner.post("/api/records/base.party", json={"name": "Grand Hotel"}).raise_for_status()
        eventually(lambda: peer.received, "the call")
        server.kill()
    before = len(peer.received)
    peer.held.set()
    with place.serving():
        owner = place.client(PASSWORD)
        eventually(lambda: contacts(owner), "the outcome")
        assert contacts(owner) == ["good"]
        assert len(peer.received) > before
        assert len(set(peer.keys)) == 1
        assert all(each.headers["authorization"] == f"Bearer {SECRET}" for each in peer.received)
        told = [owner.get(f"/api/records/flow.{name}").text for name in ("call", "instance", "act", "secret")]
        exported = owner.get("/api/exports/flow.act?format=csv").text
    log = place.log.read_text(errors="replace")
    assert "/api/records/flow.secret" in log
    assert SECRET not in "".join([*told, exported, log])


def contacts(client: httpx.Client) -> list[str]:
    try:
        found = client.get("/api/records/base.contact", params={"fields": "name"}).json()["records"]
    except httpx.HTTPError:
        return []
    return [each["name"] for each in found]
