"""Paging: the pages of a list, put together, are the list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queti.kernel.reading.queries import Page
from tests.fixtures.database import Databases
from tests.fixtures.shop import Shop, make_shop, open_shop
from tests.kernel.oracle import key

FIELDS = ("ordered_on", "total", "number", "state", "customer.name", "is_late")
NEW_IDS = count(1000)


@pytest.fixture(scope="module")
def shelf(databases: Databases) -> Iterator[Shop]:
    """A shop whose orders come and go with the examples."""
    with databases.fresh(databases.template("shop", make_shop)) as database:
        shop = open_shop(database)
        with database.owner() as connection:
            connection.execute("TRUNCATE w_test.shop_order CASCADE")
        shop.rows["shop.order"].clear()
        yield shop


rows = st.lists(
    st.fixed_dictionaries(
        {
            "ordered_on": st.sampled_from([None, date(2026, 1, 1), date(2026, 1, 2)]),
            "total": st.sampled_from([None, Decimal("1.00"), Decimal("2.00")]),
            "number": st.sampled_from([None, "a", "b", "上"]),
            "state": st.sampled_from([None, "open", "sent"]),
            "customer": st.sampled_from([None, 1, 2]),
            "owner": st.sampled_from([None, 1, 2]),
            "department": st.sampled_from([None, 1, 2]),
        }
    ),
    max_size=24,
)
sorts = st.lists(
    st.tuples(st.sampled_from(["", "-"]), st.sampled_from(FIELDS)), max_size=3, unique_by=lambda part: part[1]
)


def put(shop: Shop, new: list[dict[str, Any]]) -> None:
    shop.insert("shop.order", [{"id": next(NEW_IDS), **row} for row in new])


def clear(shop: Shop) -> None:
    with shop.platform.db.owner() as connection:
        connection.execute("TRUNCATE w_test.shop_order CASCADE")
    shop.rows["shop.order"].clear()


def ask(shop: Shop, roles: tuple[str, ...], sort: str, limit: int, after: str | None) -> Page:
    fields = ["id", *FIELDS]
    who = shop.person(1, *roles)
    return shop.run(
        who, lambda work: work.as_person.query("shop.order", fields=fields, sort=sort, limit=limit, after=after)
    )


def walk(shop: Shop, roles: tuple[str, ...], sort: str, limit: int) -> Iterator[Page]:
    after = None
    while True:
        page = ask(shop, roles, sort, limit, after)
        yield page
        if page.next is None:
            return
        after = page.next


def in_order(records: list[dict[str, Any]], sort: list[tuple[str, str]]) -> list[int]:
    """Sorted in Python, the last key first; ids close in the last key's direction."""
    found = sorted(records, key=lambda record: record["id"], reverse=bool(sort) and sort[-1][0] == "-")
    for sign, field in reversed(sort):
        found = sorted(found, key=lambda record, field=field: key(record[field]), reverse=bool(sign))
    return [record["id"] for record in found]


class TestPages:
    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(
        rows=rows,
        sort=sorts,
        limit=st.integers(1, 7),
        roles=st.sampled_from([("auditor",), ("seller",), ("seller", "clerk")]),
    )
    def test_together_are_the_whole_list_in_order(
        self, shelf: Shop, rows: list[dict[str, Any]], sort: list[tuple[str, str]], limit: int, roles: tuple[str, ...]
    ) -> None:
        clear(shelf)
        put(shelf, rows)
        text = ",".join(sign + field for sign, field in sort)
        whole = ask(shelf, roles, text or "id", 1000, None).records
        assert [record["id"] for record in whole] == in_order(whole, sort)
        paged = [record for page in walk(shelf, roles, text or "id", limit) for record in page.records]
        assert paged == whole

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(before=rows, between=rows, sort=sorts, limit=st.integers(1, 7))
    def test_never_repeat_nor_miss_what_was_there_while_others_insert(
        self,
        shelf: Shop,
        before: list[dict[str, Any]],
        between: list[dict[str, Any]],
        sort: list[tuple[str, str]],
        limit: int,
    ) -> None:
        clear(shelf)
        put(shelf, before)
        there = set(shelf.rows["shop.order"])
        text = ",".join(sign + field for sign, field in sort) or "id"
        seen: list[int] = []
        for page in walk(shelf, ("auditor",), text, limit):
            seen += [record["id"] for record in page.records]
            put(shelf, between[:2])
            between = between[2:]
        assert len(seen) == len(set(seen))
        assert there <= set(seen)
