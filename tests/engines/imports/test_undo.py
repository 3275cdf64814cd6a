"""An import taken back: what it made and what it changed, and what somebody has built on since."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from queti.engines.imports import service
from queti.engines.imports.refusals import CannotUndoImport
from queti.kernel.errors import StillUsed
from queti.kernel.platform import Platform
from queti.store.database import Database
from queti.store.workspaces import Workspace
from tests.engines.imports.conftest import BUYER, Shop
from tests.kernel.shop import ORDER, install, with_fields

BY_NUMBER = {"key": ["number"]}


@pytest.fixture
def orders(shop: Shop) -> Shop:
    shop.create("shop.order", *({"number": name, "freight": 1} for name in "ABC"))
    return shop


class TestWhatWasChanged:
    def test_is_as_it_was(self, orders: Shop) -> None:
        done = orders.imports("number,freight\nA,7\nB,8\nD,9\n", **BY_NUMBER)
        assert (done["report"]["changed"], done["report"]["created"], done["can_undo"]) == (2, 1, True)
        undone = service.undo(orders.door, done["id"])
        assert (undone["state"], undone["left"]) == ("undone", [])
        assert orders.find("shop.order", "number", "freight") == [("A", 1), ("B", 1), ("C", 1)]

    def test_is_as_it_was_though_its_field_has_another_name_by_now(
        self, shop: Shop, database: Database, workspace: Workspace
    ) -> None:
        def renewed(**fields: Any) -> Shop:
            known, _ = install(database, workspace, role=BUYER, order=with_fields(ORDER, **fields))
            return Shop(replace(shop.door, platform=Platform(database, known)))

        shop = renewed(weight={"type": "number"})
        shop.create("shop.order", *({"number": name, "weight": 1} for name in "AB"))
        done = shop.imports("number,weight\nA,7\nB,8\n", **BY_NUMBER, each={"number": "number", "weight": "weight"})
        shop = renewed(load={"type": "number", "formerly": "weight"})
        assert service.undo(shop.door, done["id"])["left"] == []
        assert shop.find("shop.order", "number", "load") == [("A", 1), ("B", 1)]

    def test_is_named_where_somebody_has_changed_it_since(self, orders: Shop) -> None:
        done = orders.imports("number,freight\nA,7\nB,8\n", **BY_NUMBER)
        orders.change("shop.order", 'number = "B"', freight=5)
        with pytest.raises(CannotUndoImport, match="changed since: B"):
            service.undo(orders.door, done["id"])
        assert orders.find("shop.order", "freight") == [(7,), (5,), (1,)]

    def test_and_is_left_and_listed_where_the_rest_goes_back(self, orders: Shop) -> None:
        done = orders.imports("number,freight\nA,7\nB,8\n", **BY_NUMBER)
        orders.change("shop.order", 'number = "B"', freight=5)
        [left] = service.undo(orders.door, done["id"], keep_changed=True)["left"]
        assert (left["object"], left["count"], [each["label"] for each in left["records"]]) == ("shop.order", 1, ["B"])
        assert orders.find("shop.order", "freight") == [(1,), (5,), (1,)]

    @pytest.mark.usefixtures("small_batches")
    def test_twice_by_two_rows_goes_back_to_the_first_value(self, orders: Shop) -> None:
        done = orders.imports("number,freight\nA,7\nB,7\nA,8\nC,7\n", **BY_NUMBER)
        assert orders.find("shop.order", "freight") == [(8,), (7,), (7,)]
        service.undo(orders.door, done["id"])
        assert orders.find("shop.order", "freight") == [(1,), (1,), (1,)]

    @pytest.mark.usefixtures("small_batches")
    def test_made_by_one_row_and_changed_by_another_it_goes(self, orders: Shop) -> None:
        done = orders.imports("number,freight\nD,7\nB,7\nD,8\n", **BY_NUMBER)
        service.undo(orders.door, done["id"])
        assert orders.find("shop.order", "number", "freight") == [("A", 1), ("B", 1), ("C", 1)]

    def test_a_row_that_says_what_is_there_already_leaves_nothing_to_undo(self, orders: Shop) -> None:
        done = orders.imports("number,freight\nA,1\nB,8\n", **BY_NUMBER)
        orders.change("shop.order", 'number = "A"', freight=5)
        assert service.undo(orders.door, done["id"])["left"] == []
        assert orders.find("shop.order", "freight") == [(5,), (1,), (1,)]

    def test_lines_come_and_go_with_it(self, shop: Shop) -> None:
        shop.create("shop.order", {"number": "A", "lines": [{"quantity": 1, "price": 3}]})
        lines = {"lines": {"each": {"quantity": "quantity", "price": "price"}}}
        content = "number,quantity,price\nA,2,4\nA,5,6\n"
        done = shop.imports(content, group_by=["number"], lines=lines, **BY_NUMBER)
        assert shop.find("shop.order_line", "quantity", "price") == [(2, 4), (5, 6)]
        service.undo(shop.door, done["id"])
        assert shop.find("shop.order_line", "quantity", "price") == [(1, 3)]
        assert shop.find("shop.order", "total") == [(3,)]

    def test_goes_back_by_the_rights_of_who_imported(self, orders: Shop) -> None:
        buyer = orders.as_("buyer")
        done = buyer.imports("number,freight\nA,7\n", **BY_NUMBER)
        assert service.undo(buyer.door, done["id"])["state"] == "undone"
        assert orders.find("shop.order", "freight") == [(1,), (1,), (1,)]


class TestWhatOthersName:
    def test_is_not_thrown_away_under_them(self, shop: Shop) -> None:
        done = shop.imports("number,party\nA,Inn\nB,Hotel\n", make={"party": {}})
        [inn] = shop.run(lambda work: work.find("shop.party", 'name = "Inn"'))
        shop.create("shop.order", {"number": "by hand", "party": inn.id})
        with pytest.raises(StillUsed):
            service.undo(shop.door, done["id"])
        assert len(shop.find("shop.order", "id")) == 3
        [left] = service.undo(shop.door, done["id"], keep_changed=True)["left"]
        assert (left["object"], [each["label"] for each in left["records"]]) == ("shop.party", ["Inn"])
        assert shop.find("shop.party", "name") == [("Inn",)]
        assert shop.find("shop.order", "number") == [("by hand",)]
