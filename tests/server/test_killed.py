"""kill -9 in the middle of writing: what was answered is there, the rest is whole or absent."""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx
import psutil
import pytest

from tests.fixtures.command import queti
from tests.fixtures.database import make_folder
from tests.fixtures.patience import PATIENCE, eventually
from tests.fixtures.processes import spawn
from tests.server.kiosk import PASSWORD


class Place:
    """An installation of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder.parent / "server.log"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environ = {**os.environ, "QUETI_HOME": str(folder)}
        self.environ.pop("QUETI_DATABASE_URL", None)

    def command(self, *words: str) -> str:
        said = self.folder.parent / "said.log"
        process = spawn(queti, self.environ, said, *words)
        process.join(PATIENCE)
        assert process.exitcode == 0, said.read_text()
        return said.read_text()

    @contextmanager
    def serving(self) -> Iterator[BaseProcess]:
        server = spawn(queti, self.environ, self.log, "serve", "--no-sample", "--port", str(self.port))
        try:
            eventually(self._answers, "the start")
            yield server
        finally:
            server.terminate()
            server.join(30)
            assert server.exitcode is not None

    def _answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/readyz", verify=False).status_code == 200
        except httpx.HTTPError:
            return False

    def first_client(self, given: str) -> httpx.Client:
        """The owner's first sign-in, with the choice of an own password."""
        client = self.client(given)
        own = {"old": given, "new": PASSWORD}
        assert client.post("/api/session/password", json=own).status_code == 204
        return client

    def client(self, password: str) -> httpx.Client:
        client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=PATIENCE, verify=False)
        given = {"workspace": "test", "login": "owner", "password": password}
        token = client.post("/api/session", json=given).json()["token"]
        client.cookies.clear()
        client.headers["authorization"] = f"Bearer {token}"
        return client


@pytest.fixture
def place() -> Iterator[Place]:
    folder = make_folder()
    yield Place(folder / "home")
    shutil.rmtree(folder, ignore_errors=True)


def test_answered_writes_survive_and_others_are_whole_or_absent(place: Place) -> None:
    told = place.command("workspace", "create", "test", "--apps", "base")
    password = re.search(r"with (\S+),", told)
    assert password
    answered: list[str] = []
    with place.serving() as server:
        client = place.first_client(password[1])

        def write() -> None:
            number = 0
            try:
                while True:
                    number += 1
                    name = f"{threading.get_ident()}-{number}"
                    party = {"name": name, "addresses": [{"address": part} for part in "ab"]}
                    if client.post("/api/records/base.party", json=party).status_code == 201:
                        answered.append(name)
            except httpx.HTTPError:
                return

        threads = [threading.Thread(target=write) for _ in range(3)]
        for thread in threads:
            thread.start()
        eventually(lambda: len(answered) > 30, "some writing")
        server.kill()
        for thread in threads:
            thread.join(15)
    with place.serving():
        asked = {"fields": "name,addresses.address", "limit": "1000", "where": "contains(name, '-')"}
        found = place.client(PASSWORD).get("/api/records/base.party", params=asked).json()["records"]
    assert set(answered) <= {party["name"] for party in found}
    assert all(len(party["addresses"]) == 2 for party in found)
    assert len(found) <= len(answered) + len(threads)


def test_who_waits_is_served_though_the_server_dies_right_after_the_receipt(place: Place) -> None:
    told = place.command("workspace", "create", "test", "--apps", "oms", "purchase")
    password = re.search(r"with (\S+),", told)
    assert password
    with place.serving() as server:
        owner = place.first_client(password[1])
        party = written(owner, "base.party", name="Both", is_customer=True, is_supplier=True)
        product = written(owner, "base.product", sku="K", name="Kettle", price="10")
        shelf = written(owner, "stock.location", code="A-01", name="A-01", kind="warehouse")
        for _ in range(20):
            lines = [{"product": product, "quantity": "1"}]
            order = performed(owner, "oms.place_order", customer=party, lines=lines)
            performed(owner, "oms.confirm_order", order=order["id"], backorder=True)
        bought = [{"product": product, "quantity": "15", "unit_cost": "6"}]
        purchase = performed(owner, "purchase.place_order", supplier=party, lines=bought)
        performed(owner, "purchase.receive_goods", order=purchase["id"], location=shelf)
        server.kill()
    with place.serving():
        owner = place.client(PASSWORD)
        eventually(lambda: len(waiting(owner)) == 5, "serving those who wait")
        [balance] = owner.get("/api/records/stock.balance", params={"fields": "on_hand,reserved"}).json()["records"]
        assert (float(balance["on_hand"]), float(balance["reserved"])) == (15, 15)


COPY = {"kind": "create", "object": "base.contact", "set": {"name": "name"}}
FOLLOW = {
    "flow": "own.follow", "label": {"en": "Follow"}, "object": "base.party", "start": {"on": "created"},
    "steps": {"copy": COPY, "mark": {"kind": "change", "set": {"note": '"followed"'}}},
}  # fmt: skip


def test_flows_begin_once_though_the_database_and_the_server_die_meanwhile(place: Place) -> None:
    told = place.command("workspace", "create", "test", "--apps", "flow")
    password = re.search(r"with (\S+),", told)
    assert password
    with place.serving() as server:
        owner = place.first_client(password[1])
        publishes(owner, "flow", FOLLOW)
        for number in range(40):
            post(owner, f"backend {number}")
        a_backend_of(place.folder).kill()
        eventually(lambda: post(owner, "after"), "the database's return")
        for number in range(40):
            post(owner, f"server {number}")
        server.kill()
    with place.serving():
        owner = place.client(PASSWORD)
        parties = eventually(lambda: all_followed(owner), "the flows of all")
        contacts = names(owner, "base.contact")
        assert Counter(contacts) == Counter(parties)
        assert len(parties) >= 80
        asked = {"where": 'state = "approved"', "fields": "id", "limit": "1000"}
        assert len(owner.get("/api/records/flow.instance", params=asked).json()["records"]) == len(parties)


def publishes(client: httpx.Client, kind: str, body: dict[str, object]) -> None:
    draft = client.post("/api/drafts", json={}).json()["draft"]
    kept = client.put(f"/api/drafts/{draft}/{kind}/{body[kind]}", json=body)
    assert kept.status_code == 200, kept.text
    published = client.post(f"/api/drafts/{draft}/publish", json={"note": "A flow"})
    assert published.status_code == 200, published.text


def a_backend_of(home: Path) -> psutil.Process:
    """A process of PostgreSQL's that does the server's or the worker's work."""
    [pid] = [int(file.read_text().splitlines()[0]) for file in home.rglob("postmaster.pid")]
    told = {each: " ".join(each.cmdline()) for each in psutil.Process(pid).children()}
    return next(each for each, words in told.items() if " queti" in words and "idle" in words)


def post(client: httpx.Client, name: str) -> bool:
    try:
        return client.post("/api/records/base.party", json={"name": name}).status_code == 201
    except httpx.HTTPError:
        return False


def names(client: httpx.Client, object: str, where: str = "") -> list[str]:
    asked = {"fields": "name", "limit": "1000", "where": where}
    return [row["name"] for row in client.get(f"/api/records/{object}", params=asked).json()["records"]]


def all_followed(client: httpx.Client) -> list[str]:
    parties = names(client, "base.party")
    return parties if len(names(client, "base.party", 'note = "followed"')) == len(parties) else []


def written(client: httpx.Client, object: str, **values: object) -> int:
    return client.post(f"/api/records/{object}", json=values).json()["records"][0]["id"]


def performed(client: httpx.Client, operation: str, **inputs: object) -> dict[str, int]:
    answer = client.post(f"/api/operations/{operation}", json=inputs)
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


def waiting(client: httpx.Client) -> list[object]:
    asked = {"where": "waiting_quantity > 0", "fields": "number", "limit": "100"}
    return client.get("/api/records/oms.sales_order", params=asked).json()["records"]
