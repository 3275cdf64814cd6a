"""Apps that come with Queti join a company at work, over HTTP: nobody who writes meanwhile is refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from queti.jobs.schema import prepare_database
from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.kernel.publishing.apps import Catalogue
from queti.server.accounts import add_account
from queti.server.founding import found_company
from queti.store.database import Database
from tests.fixtures.database import Databases
from tests.server.kiosk import PASSWORD, WORKSPACE, Kiosk, serving

WRITERS = 3
LATER = ("stock", "purchase", "finance", "crm")


def make_desk(database: Database) -> None:
    """An order desk and nothing else; Bo runs it."""
    prepare_database(database)
    platform = Platform(database, Catalogue.standard())
    found_company(platform, WORKSPACE, {"en": "Desk", "zh": "接单台"}, ["oms"], owner="nora")
    bo = {"login": "bo", "name": "Bo", "roles": ["owner"], "language": "en"}
    user = platform.run(WORKSPACE, SYSTEM, lambda work: work.create("base.user", [bo])[0].id)
    add_account(database, WORKSPACE, "bo", PASSWORD, user)


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Kiosk]:
    fresh = databases.fresh(databases.template("desk", make_desk), size=16)
    with fresh as database, serving(database, tmp_path, Catalogue.standard()) as kiosk:
        yield kiosk


def offered(client: httpx.Client) -> dict[str, dict[str, Any]]:
    return {app["name"]: app for app in client.get("/api/gallery").json()["apps"]}


def installed(client: httpx.Client) -> set[str]:
    return {app["app"] for app in client.get("/api/apps").json()["apps"]}


def performed(client: httpx.Client, operation: str, **inputs: Any) -> Any:
    answer = client.post(f"/api/operations/{operation}", json=inputs)
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


def written(client: httpx.Client, object: str, **values: Any) -> int:
    return client.post(f"/api/records/{object}", json=values).json()["records"][0]["id"]


class Writer(threading.Thread):
    """Somebody who takes orders until told to stop; what goes wrong is kept."""

    def __init__(self, desk: Kiosk, customer: int, product: int) -> None:
        super().__init__()
        self.client = desk.signed_in("bo")
        self.order = {"customer": customer, "lines": [{"product": product, "quantity": "2"}]}
        self.over = threading.Event()
        self.confirmed: list[int] = []
        self.wrong: list[str] = []

    def run(self) -> None:
        while not self.over.is_set() and not self.wrong:
            self.confirm(self.send("oms.place_order", self.order))

    def confirm(self, order: Any) -> None:
        if order and self.send("oms.confirm_order", {"order": order["id"], "backorder": True}):
            self.confirmed.append(order["id"])

    def send(self, operation: str, inputs: Any) -> Any:
        answer = self.client.post(f"/api/operations/{operation}", json=inputs)
        if answer.status_code == 200:
            return answer.json()["result"]
        self.wrong.append(answer.text)
        return None


def test_what_is_not_here_yet_is_offered_planned_and_added(desk: Kiosk) -> None:
    bo = desk.signed_in("bo")
    assert offered(bo).keys() == {"crm", "stock", "purchase", "finance", "people"}
    assert (offered(bo)["purchase"]["label"], offered(bo)["purchase"]["needs"]) == (
        "Purchasing",
        ["base", "flow", "stock"],
    )
    assert "Location" in offered(bo)["stock"]["inside"]["object"]

    planned = bo.post("/api/gallery/purchase/install?plan=true", json={}).json()
    assert {"+ app purchase", "+ app stock", "+ object stock.move"} <= set(planned["changes"])
    assert installed(bo) == {"base", "flow", "oms"}, "a plan changes nothing"

    added = bo.post("/api/gallery/purchase/install", json={})
    assert (added.status_code, added.json()["app"]) == (200, "purchase")
    assert installed(bo) == {"base", "flow", "oms", "stock", "purchase"}
    assert offered(bo).keys() == {"crm", "finance", "people"}


def test_apps_join_while_people_write_and_refuse_nobody(desk: Kiosk) -> None:
    bo = desk.signed_in("bo")
    customer = written(bo, "base.party", name="Hotel", is_customer=True)
    product = written(bo, "base.product", sku="P", name="Kettle", price="10")
    writers = [Writer(desk, customer, product) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    answers = [bo.post(f"/api/gallery/{app}/install", json={}) for app in LATER]
    for writer in writers:
        writer.over.set()
        writer.join()

    assert [answer.status_code for answer in answers] == [200] * len(LATER), [answer.text for answer in answers]
    assert [wrong for writer in writers for wrong in writer.wrong] == []
    assert all(writer.confirmed for writer in writers)
    not_waiting = {"where": "waiting_quantity != 2", "fields": "number,state"}
    assert bo.get("/api/records/oms.sales_order", params=not_waiting).json()["records"] == []
    assert performed(bo, "finance.sub_ledger_check")["agrees"]
    assert bo.get("/api/records/finance.account?fields=id&limit=1").json()["records"]
