"""What rolls up kept sums stays exact: sums, sums of formulas that follow, and look-ups by a link."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.kernel.work import Work
from queti.store.database import Database
from queti.store.workspaces import Workspace
from tests.kernel.shop import install, words

Tallying = Callable[..., dict[str, Any]]


def kind(type: str, **more: Any) -> dict[str, Any]:
    return {"type": type, **more}


PLACE = {
    "object": "place",
    "label": words("Place"),
    "title": "name",
    "fields": {
        "name": kind("text"),
        "on_hand": kind("rollup", formula="sum(balances.on_hand)"),
        "free": kind("rollup", formula="sum(balances.free)"),
        "empty": kind("rollup", formula="count(balances where on_hand = 0)"),
    },
}
BALANCE = {
    "object": "balance",
    "label": words("Balance"),
    "fields": {
        "place": kind("link", to="shop.place", reverse="balances", required=True),
        "lot": kind("text"),
        "on_hand": kind("number", default=0),
        "reserved": kind("number", default=0),
        "free": kind("number", formula="on_hand - reserved"),
    },
    "keys": {"place": {"fields": ["place", "lot"]}},
}
LABEL = {
    "object": "label",
    "label": words("Label"),
    "fields": {
        "balance": kind("link", to="shop.balance"),
        "there": kind("lookup", path="balance.on_hand"),
        "unpromised": kind("lookup", path="balance.free"),
    },
}


@pytest.fixture
def tallying(database: Database, workspace: Workspace) -> Tallying:
    """Adds amounts to lot `A` of one place; answers the place and the label of that lot then."""
    known, _ = install(database, workspace, place=PLACE, balance=BALANCE, label=LABEL)
    platform = Platform(database, known)

    def set_up(work: Work) -> tuple[int, int]:
        place = work.create("shop.place", [{"name": "Hall"}])[0].id
        rows = [{"place": place, "lot": lot} for lot in ("A", "B")]
        balance = work.create("shop.balance", rows)[0].id
        return place, work.create("shop.label", [{"balance": balance}])[0].id

    place, label = platform.run("test", SYSTEM, set_up)

    def add(*, lot: str = "A", **amounts: int) -> dict[str, Any]:
        row = {"place": place, "lot": lot, **amounts}
        platform.run(
            "test",
            SYSTEM,
            lambda work: work.tally("shop.balance", [row], by=("place", "lot"), add=tuple(amounts)),
        )
        names = ["on_hand", "free", "empty"], ["there", "unpromised"]

        def shown(work: Work) -> dict[str, Any]:
            [there] = work.fetch("shop.place", [place])
            [seen] = work.fetch("shop.label", [label])
            return {name: there[name] for name in names[0]} | {name: seen[name] for name in names[1]}

        return platform.run("test", SYSTEM, shown, reads_only=True)

    return add


class TestRollUpsOverTallies:
    def test_add_what_was_added(self, tallying: Tallying) -> None:
        tallying(on_hand=10)
        assert tallying(on_hand=5)["on_hand"] == Decimal(15)

    def test_of_formulas_that_follow(self, tallying: Tallying) -> None:
        tallying(on_hand=10, reserved=4)
        assert tallying(reserved=1)["free"] == Decimal(5)

    def test_count_what_begins_and_ceases_to_fit(self, tallying: Tallying) -> None:
        assert tallying(on_hand=10)["empty"] == Decimal(1)
        assert tallying(on_hand=-10)["empty"] == Decimal(2)

    def test_of_a_record_that_the_tally_makes(self, tallying: Tallying) -> None:
        tallying(on_hand=10)
        assert tallying(lot="C", on_hand=2)["on_hand"] == Decimal(12)

    def test_look_ups_by_a_link_follow(self, tallying: Tallying) -> None:
        tallying(on_hand=10, reserved=4)
        assert tallying(on_hand=5)["there"] == Decimal(15)
        assert tallying(reserved=1)["unpromised"] == Decimal(10)
