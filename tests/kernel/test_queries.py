"""Lists: asked fields, filters, sorts, counts, trash, lists inside, parameters, locks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from queti.kernel.errors import NotAllowed, UnknownName
from queti.kernel.formulas import FormulaError
from queti.kernel.person import SYSTEM
from queti.kernel.reading.queries import Page, WrongLimit, read
from queti.kernel.reading.selecting import NotSortable
from queti.kernel.reading.sorting import WrongCursor
from queti.kernel.work import Work
from tests.fixtures.shop import Shop


def query(shop: Shop, *roles: str, object: str = "shop.order", user: int = 4, **asked: Any) -> Page:
    who = shop.person(user, *(roles or ("auditor",)))
    return shop.run(who, lambda work: work.as_person.query(object, **asked))


def ids(page: Page) -> list[int]:
    return [record["id"] for record in page.records]


class TestAskedFields:
    def test_come_as_flat_keys_in_the_asked_order(self, shop: Shop) -> None:
        fields = ["customer.name", "number", "customer._label"]
        page = query(shop, fields=fields, sort="number", limit=3)
        assert [list(record) for record in page.records] == [fields] * 3
        assert all(record["customer.name"] == record["customer._label"] for record in page.records)

    def test_are_ready_for_json(self, shop: Shop) -> None:
        page = query(shop, fields=["margin", "total", "ordered_on", "created_at"], where="margin = 3 and total = 100")
        text = msgspec.json.encode(page.records[0]).decode()
        assert '"margin":"3"' in text
        assert '"total":"100.00"' in text
        assert '"created_at":"2026-11-22T04:00:00Z"' in text

    def test_without_any_are_those_of_the_list(self, shop: Shop) -> None:
        assert list(query(shop, limit=1).records[0]) == ["id", "number", "ordered_on", "total"]

    def test_that_are_unknown_are_refused_with_the_nearest_names(self, shop: Shop) -> None:
        with pytest.raises(UnknownName, match="ordered_on"):
            query(shop, fields=["orderd_on"])
        with pytest.raises(UnknownName):
            query(shop, fields=["customer.nothing"])
        with pytest.raises(UnknownName):
            query(shop, fields=["number.name"])

    def test_may_hold_lists_read_by_one_query_each(self, shop: Shop) -> None:
        def act(work: Work) -> tuple[Page, int]:
            before = work.statements
            page = work.as_person.query("shop.order", fields=["number", "lines.product"], limit=20)
            return page, work.statements - before

        page, statements = shop.run(shop.person(4, "auditor"), act)
        assert statements == 2
        lines = shop.rows["shop.order_line"].values()
        for record in page.records:
            expected = [line for line in lines if line["parent"] == record["id"]]
            expected.sort(key=lambda line: line["position"])
            assert [line["product"] for line in record["lines"]] == [line["product"] for line in expected]

    def test_live_formulas_are_computed_and_can_be_filtered_and_sorted(self, shop: Shop) -> None:
        page = query(shop, fields=["id", "is_late"], where="is_late", sort="-is_late", limit=100)
        orders = shop.rows["shop.order"].values()
        late = {
            row["id"]
            for row in orders
            if row["ordered_on"]
            and row["ordered_on"] < date(2026, 10, 23)
            and row["state"] == "open"
            and not row["trashed_at"]
        }
        assert set(ids(page)) == late != set()


class TestFilters:
    def test_share_one_text_whatever_their_literals(self, shop: Shop) -> None:
        from queti.kernel.reading.selecting import question

        query(shop, where="total > 100 and number != 'a'", sort="id")
        before = question.cache_info().misses
        query(shop, where="total > 250.5 and number != '上海'", sort="id")
        assert question.cache_info().misses == before

    def test_treat_what_people_write_as_values(self, shop: Shop) -> None:
        assert ids(query(shop, where="""number = "'; DROP TABLE shop_order; --" """)) == []
        assert ids(query(shop, where="contains(number, '%')")) == []

    def test_that_ask_for_what_a_scope_allows_find_the_same_and_no_more(self, shop: Shop) -> None:
        def seen(user: int, role: str, where: str) -> set[int]:
            return set(ids(query(shop, role, user=user, where=where, limit=1000, fields=["id"])))

        everything = seen(1, "seller", "")
        mine = {id for id, row in shop.rows["shop.order"].items() if row["owner"] == 1 and not row["trashed_at"]}
        assert seen(1, "seller", "owner = me") == seen(1, "seller", "owner = me and id > 0") == mine
        assert seen(1, "seller", "owner = me or id > 0") == everything
        assert seen(1, "seller", "not (owner = me)") == everything - mine
        assert seen(1, "clerk", "state = 'open'") == seen(1, "clerk", "")
        assert seen(1, "clerk", "state = 'closed'") == set()

    def test_point_at_what_is_wrong(self, shop: Shop) -> None:
        with pytest.raises(FormulaError) as caught:
            query(shop, where="totl > 5")
        assert caught.value.nearest == ("total",)
        with pytest.raises(FormulaError):
            query(shop, where="total > 'x'")

    def test_take_values_from_code(self, shop: Shop) -> None:
        params = {"numbers": ["SO-001", "SO-002"], "least": Decimal(0), "day": date(2026, 1, 1)}
        where = "number in $numbers and (blank(total) or total > least) and (blank(ordered_on) or ordered_on > $day)"
        found = set(ids(query(shop, fields=["id"], where=where, params=params)))
        assert found <= {1, 2}
        assert ids(query(shop, fields=["id"], where="number in $numbers", params={"numbers": []})) == []

    def test_a_value_named_like_a_field_does_not_hide_the_field(self, shop: Shop) -> None:
        assert ids(query(shop, fields=["id"], where="number = $number", params={"number": "SO-002"})) == [2]

    def test_do_not_cross_the_trash(self, shop: Shop) -> None:
        trashed = {id for id, row in shop.rows["shop.order"].items() if row["trashed_at"]}
        assert trashed
        assert not trashed & set(ids(query(shop, limit=1000)))
        seller = shop.person(1, "seller")
        page = shop.run(seller, lambda work: work.as_person.query("shop.order", trash=True, limit=1000))
        assert set(ids(page)) <= trashed
        with pytest.raises(NotAllowed):
            query(shop, trash=True)


class TestSorts:
    def test_put_blanks_last_ascending_and_first_descending(self, shop: Shop) -> None:
        for sign in ("", "-"):
            days = [
                record["ordered_on"]
                for record in query(shop, fields=["ordered_on"], sort=f"{sign}ordered_on", limit=1000).records
            ]
            known = [day for day in days if day]
            assert known == sorted(known, reverse=bool(sign))
            assert (days[-1] if not sign else days[0]) is None

    def test_refuse_lists(self, shop: Shop) -> None:
        with pytest.raises(NotSortable):
            query(shop, sort="lines")


class TestCounts:
    def test_stop_at_a_thousand(self, shop: Shop) -> None:
        shop.insert("shop.party", [{"id": id, "name": f"Many {id}"} for id in range(1000, 2100)])
        counted = query(shop, object="shop.party", count=True, limit=1).count
        assert counted is not None
        assert (counted.value, counted.exact) == (1000, False)
        everything = query(shop, object="shop.party", count="all", limit=1).count
        assert everything is not None
        assert (everything.value, everything.exact) == (1112, True)

    def test_are_not_made_unless_asked_for(self, shop: Shop) -> None:
        assert query(shop).count is None


class TestCursors:
    def test_fit_only_their_own_question(self, shop: Shop) -> None:
        cursor = query(shop, limit=5, sort="number").next
        assert cursor is not None
        for other in ({"sort": "-number"}, {"where": "total > 1", "sort": "number"}, {"object": "shop.party"}):
            with pytest.raises(WrongCursor):
                query(shop, after=cursor, **other)

    @pytest.mark.parametrize("cursor", ["", "x", "AAAA", "W10", "!!", "WzEsIngiLFtudWxsXV0", "\u00e9"])
    def test_are_refused_when_they_are_none(self, shop: Shop, cursor: str) -> None:
        with pytest.raises(WrongCursor):
            query(shop, after=cursor)

    def test_are_read_strictly(self, shop: Shop) -> None:
        from queti.kernel.reading.sorting import read_cursor, write_cursor

        for value in ("x", 2**63, 1.5, True, [1]):
            with pytest.raises(WrongCursor):
                read_cursor(write_cursor(1, "q", [value]), 1, "q", [int])

    def test_limits_have_bounds(self, shop: Shop) -> None:
        for limit in (0, -1, 1001):
            with pytest.raises(WrongLimit):
                query(shop, limit=limit)


class TestReadsOfTheKernel:
    def test_have_full_sight_and_exact_values(self, shop: Shop) -> None:
        def act(work: Work) -> list[dict[str, Any]]:
            return read(work, work.model.object("shop.order"), ["margin", "customer.secret"], ids=[3, 1], trash="with")

        for record in shop.run(SYSTEM, act):
            row = shop.rows["shop.order"][record["id"]]
            party = shop.rows["shop.party"].get(row["customer"]) or {"secret": None}
            assert (record["margin"], record["customer.secret"]) == (row["margin"], party["secret"])
            assert str(record["margin"]) == str(row["margin"])

    def test_lock_in_the_order_of_ids_and_answer_in_the_asked_one(self, shop: Shop) -> None:
        def act(work: Work) -> tuple[list[Any], list[Any]]:
            order = work.model.object("shop.order")
            plain = read(work, order, ["id"], where="total > 100", sort="-ordered_on,total", limit=7)
            locked = read(work, order, ["id"], where="total > 100", sort="-ordered_on,total", limit=7, lock=True)
            return plain, locked

        plain, locked = shop.run(SYSTEM, act, reads_only=False)
        assert locked == plain
        assert len(plain) == 7
