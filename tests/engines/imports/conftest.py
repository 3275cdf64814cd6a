"""Imports into a shop of one's own: parties, and orders with lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import msgspec
import pytest

from queti.engines.imports import run, service
from queti.kernel.definitions import ImportDef
from queti.kernel.person import SYSTEM, Person
from queti.kernel.platform import Platform
from queti.kernel.record import Record
from queti.kernel.work import Work
from queti.store.database import Database
from queti.store.workspaces import Workspace
from tests.fixtures.patience import eventually
from tests.kernel.shop import install

T = TypeVar("T")
BUYER = {
    "role": "buyer",
    "label": {"en": "Buyer", "zh": "采购员"},
    "objects": {"order": {"see": True, "create": True, "change": True, "remove": True}, "party": {"see": True}},
}


@dataclass(frozen=True)
class Shop:
    """Somebody at the shop's door."""

    door: service.Door

    def as_(self, *roles: str) -> Shop:
        return Shop(replace(self.door, who=Person(7, "cleo", "Cleo", roles)))

    def beside(self) -> Shop:
        return Shop(replace(self.door, beside=True))

    def run(self, act: Callable[[Work], T]) -> T:
        return self.door.platform.run("test", SYSTEM, act)

    def create(self, object: str, *rows: dict[str, Any]) -> Sequence[Record]:
        return self.run(lambda work: work.create(object, rows))

    def change(self, object: str, where: str, **values: Any) -> None:
        self.run(lambda work: work.change(object, [(each, values) for each in work.find(object, where)]))

    def find(self, object: str, *fields: str, where: str = "", sort: str = "id") -> list[tuple[Any, ...]]:
        """The named values of each record."""
        found = self.run(lambda work: work.find(object, where, fields=fields, sort=sort))
        return [tuple(record[name] for name in fields) for record in found]

    def start(self, content: str, **mapping: Any) -> dict[str, Any]:
        """Orders of a csv, checked."""
        each = {name: name for name in ("number", "party", "freight") if name in content.splitlines()[0].split(",")}
        body = {"import": "own", "target": "shop.order", "each": each, **mapping}
        return service.start(self.door, [("orders.csv", content.encode())], mapping=msgspec.convert(body, ImportDef))

    def imports(self, content: str, **mapping: Any) -> dict[str, Any]:
        """… and carried out."""
        return service.run(self.door, self.start(content, **mapping)["id"])

    def wait_for(self, number: int, state: str) -> dict[str, Any]:
        eventually(lambda: service.state(self.door, number)["state"] == state, state)
        return service.state(self.door, number)


@pytest.fixture
def shop(database: Database, workspace: Workspace) -> Shop:
    known, model = install(database, workspace, role=BUYER)
    assert list(model.roles) == ["buyer"]
    return Shop(service.Door(Platform(database, known), "test", SYSTEM))


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows at a time, and files of two rows are large."""
    monkeypatch.setattr(run, "BATCH", 2)
    monkeypatch.setattr(run, "LINES_BATCH", 2)
    monkeypatch.setattr(service, "LARGE", 2)
