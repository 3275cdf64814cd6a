"""A kiosk behind a real HTTP server: three people, orders with lines, one operation that can refuse."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import msgspec

from queti.jobs.schema import prepare_database
from queti.kernel.definitions import AppDef, Definition, FieldDef, ObjectDef, RoleDef
from queti.kernel.errors import Refusal
from queti.kernel.events import Event, reacts_to
from queti.kernel.operations import Call, link, operation, text, words
from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.kernel.publishing.apps import App, Catalogue
from queti.kernel.publishing.installing import install_apps
from queti.kernel.work import Work
from queti.server.accounts import add_account
from queti.server.app import make_door
from queti.server.door import Door
from queti.server.serve import run_door
from queti.server.settings import Settings
from queti.store.database import Database
from queti.store.home import Home
from queti.store.workspaces import create_workspace
from tests.fixtures.patience import PATIENCE

WORKSPACE = "kiosk"
PASSWORD = "correct horse"


def define(**body: Any) -> ObjectDef:
    return msgspec.convert({"label": {"en": body["object"], "zh": f"{body['object']}（中）"}, **body}, ObjectDef)


def kind(type: str, **more: Any) -> dict[str, Any]:
    return {"type": type, **more}


ROLE_CHOICES = {"boss": {}, "clerk": {}, "guest": {}}
BASE: list[Definition] = [
    define(
        object="base.user",
        title="name",
        fields={
            "name": kind("text", search=True, required=True, in_list=True),
            "login": kind("text", unique=True),
            "roles": kind("choices", choices=ROLE_CHOICES),
            "language": kind("choice", choices={"en": {}, "zh": {}}),
        },
    ),
    define(
        object="base.company",
        title="name",
        fields={"name": kind("text"), "currency": kind("text"), "timezone": kind("text")},
    ),
]
KIOSK: list[Definition] = [
    define(
        object="kiosk.order",
        title="number",
        sort="-number",
        fields={
            "number": kind("text", required=True, unique=True, search=True, in_list=True, max_length=30),
            "owner": kind("link", to="base.user", index=True),
            "state": kind("choice", choices={"open": {}, "closed": {}}, default="'open'", in_list=True),
            "secret": kind("text"),
            "total": kind("money", formula="sum(lines.amount)", in_list=True),
            "lines": kind("lines", of="kiosk.line"),
        },
        rules={
            "short": {
                "require": "len(number) < 20",
                "say": {"en": "The number is too long.", "zh": "编号过长。"},
                "field": "number",
            }
        },
    ),
    define(
        object="kiosk.line",
        lines_of="kiosk.order",
        title="product",
        fields={
            "product": kind("text", required=True),
            "quantity": kind("number", required=True, min="0"),
            "price": kind("money", required=True),
            "amount": kind("money", formula="round(quantity * price, 2)"),
        },
    ),
]
ALL = {"see": True, "create": True, "change": True, "remove": True, "export": True}
ROLES = [
    {"role": "boss", "administers": True, "operations": ["kiosk.*"],
     "objects": {"kiosk.order": ALL, "base.user": ALL, "base.company": {"see": True}}},
    {"role": "clerk", "operations": ["kiosk.close_order"],
     "objects": {"kiosk.order": {**ALL, "see": "owner = me", "hide": ["secret"]}, "base.user": {"see": True}}},
    {"role": "guest", "objects": {"base.user": {"see": True, "only": ["name"]}}},
]  # fmt: skip


class OrderIsClosed(Refusal):
    """Order {number} is closed already."""

    zh = "订单 {number} 已关闭。"
    kind = "conflict"
    offers = ("kiosk.close_order",)


@operation(
    on="kiosk.order",
    key="c",
    label=words("Close", "关闭"),
    inputs={"order": link("kiosk.order", required=True, many=True), "reason": text(max_length=100)},
    tells=("kiosk.order_closed",),
)
def close_order(work: Work, calls: list[Call]) -> list[Any]:
    """Close orders for good."""
    orders = work.fetch("kiosk.order", [call.order for call in calls], lock=True)
    for order in orders:
        if order.state == "closed":
            raise OrderIsClosed(number=order.number)
    closed = work.change("kiosk.order", [(order, {"state": "closed"}) for order in orders])
    work.tell("kiosk.order_closed", closed)
    return list(closed)


@operation(inputs={"text": text(required=True)}, reads_only=True, result="value")
def echo(work: Work, calls: list[Call]) -> list[Any]:
    return [call.text for call in calls]


@operation(result="value")
def stumble(work: Work, calls: list[Call]) -> list[Any]:
    raise ZeroDivisionError("a secret of the server")


@reacts_to("kiosk.order_closed")
def remember_closing(work: Work, events: list[Event]) -> None:
    """By the worker: the order notes that it was told of."""
    for event in events:
        work.change("kiosk.order", [(event.record, {"secret": "reacted"})])


def kiosk_catalogue() -> Catalogue:
    roles = [msgspec.convert({"label": {"en": role["role"]}, **role}, RoleDef) for role in ROLES]
    base = App.of(AppDef(app="base"), BASE)
    menu = {"orders": {"object": "kiosk.order"}}
    told = {"app": "kiosk", "needs": ["base"], "label": {"en": "Kiosk", "zh": "小店"}, "menu": menu}
    operations = [close_order, echo, stumble]
    kiosk = App.of(msgspec.convert(told, AppDef), [*KIOSK, *roles], operations, [remember_closing])
    return Catalogue([base, kiosk])


PEOPLE = {"bo": ["boss"], "cleo": ["clerk"], "gus": ["guest"], "sam": ["clerk"]}
"""Sam's is a sample sign-in."""


def newer_catalogue() -> Catalogue:
    """The kiosk's next version: shorter numbers, and a carrier."""
    known = kiosk_catalogue()
    kiosk = known.apps["kiosk"]
    order, *others = [each for each in kiosk.definitions if not isinstance(each, AppDef)]
    assert isinstance(order, ObjectDef)
    number = msgspec.structs.replace(order.fields["number"], max_length=25)
    fields = {**order.fields, "number": number, "carrier": FieldDef(type="text")}
    app = msgspec.structs.replace(kiosk.definition, version="1.1.0")
    made = App.of(app, [msgspec.structs.replace(order, fields=fields), *others])
    known.apps["kiosk"] = replace(made, operations=kiosk.operations, reactions=kiosk.reactions)
    return known


def make_kiosk(database: Database) -> None:
    prepare_database(database)
    catalogue = kiosk_catalogue()
    install_apps(database, create_workspace(database, WORKSPACE, {"en": "Kiosk"}), catalogue, ["kiosk"])
    platform = Platform(database, catalogue)

    def people(work: Work) -> list[tuple[str, int]]:
        work.create("base.company", [{"name": "Kiosk", "currency": "CNY", "timezone": "Asia/Shanghai"}])
        rows = [{"name": login.title(), "login": login, "roles": roles} for login, roles in PEOPLE.items()]
        return [(user.login, user.id) for user in work.create("base.user", rows)]

    for login, user in platform.run(WORKSPACE, SYSTEM, people):
        add_account(database, WORKSPACE, login, PASSWORD, user, is_sample=login == "sam")


@dataclass
class Kiosk:
    """The running server."""

    door: Door
    address: str

    @property
    def db(self) -> Database:
        return self.door.platform.db

    def client(self, **headers: str) -> httpx.Client:
        # Without the world's certificates, which take longer to read than a request to answer.
        return httpx.Client(base_url=self.address, headers=headers, timeout=PATIENCE, verify=False)

    def signed_in(self, login: str, **headers: str) -> httpx.Client:
        """A client with a bearer token."""
        client = self.client(**headers)
        answer = sign_in(client, login)
        assert answer.status_code == 201, answer.text
        client.cookies.clear()
        client.headers["authorization"] = f"Bearer {answer.json()['token']}"
        return client


def sign_in(client: httpx.Client, login: str, password: str = PASSWORD, **headers: str) -> httpx.Response:
    given = {"workspace": WORKSPACE, "login": login, "password": password}
    return client.post("/api/session", json=given, headers=headers)


def order(number: str, **more: Any) -> dict[str, Any]:
    return {"number": number, "lines": [{"product": "tea", "quantity": "2", "price": "3.50"}], **more}


@contextmanager
def serving(database: Database, folder: Path, catalogue: Catalogue | None = None, **settings: Any) -> Iterator[Kiosk]:
    """A server on a free port, in a thread of its own."""
    port = _free_port()
    chosen = replace(Settings(port=port, event_poll=0.05, event_beat=1.0), **settings)
    door = make_door(Platform(database, catalogue or kiosk_catalogue(), Home(folder / "home")), chosen, folder)
    ready, loops = threading.Event(), list[tuple[asyncio.AbstractEventLoop, asyncio.Event]]()

    async def live() -> None:
        told = asyncio.Event()
        loops.append((asyncio.get_running_loop(), told))
        await run_door(door, lambda _address: ready.set(), told)

    thread = threading.Thread(target=lambda: asyncio.run(live()), daemon=True)
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield Kiosk(door, f"http://127.0.0.1:{port}")
    finally:
        loop, told = loops[0]
        loop.call_soon_threadsafe(told.set)
        thread.join(PATIENCE)
        assert not thread.is_alive()
        door.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
