"""Goods on the way are promised once, goods that came are served in the order of the promises."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as some

from queti.apps.oms.allocation import Supply
from queti.apps.oms.waiting import Coming, Waiting, promised_days, serve

DAY = date(2026, 12, 1)
MOMENT = datetime(2026, 11, 1, tzinfo=UTC)

products = some.integers(1, 3)
quantities = some.integers(1, 9).map(Decimal)
days = some.none() | some.integers(0, 9).map(lambda days: DAY + timedelta(days=days))


@some.composite
def queues(draw: some.DrawFn) -> list[Waiting]:
    rows = draw(some.lists(some.tuples(products, quantities, days, some.integers(0, 99), some.booleans()), max_size=12))
    return [
        Waiting(line, line, product, quantity, MOMENT + timedelta(hours=age), day, MOMENT if is_hurried else None)
        for line, (product, quantity, day, age, is_hurried) in enumerate(rows)
    ]


purchases = some.lists(some.builds(Coming, products, quantities, days), max_size=8)


@given(queues(), purchases)
def test_nothing_on_the_way_is_promised_twice(queue: list[Waiting], coming: list[Coming]) -> None:
    """Up to any day no more is promised of a product than comes by then."""
    wanted = {one.line: (one.product, one.quantity) for one in queue}
    bought = [(one.product, one.quantity, one.promised_on) for one in coming]
    promised = promised_days(queue, coming)
    for day in {day for day in promised.values() if day}:
        due: dict[int, Decimal] = defaultdict(Decimal)
        for line, promised_on in promised.items():
            if promised_on and promised_on <= day:
                due[wanted[line][0]] += wanted[line][1]
        for product, quantity in due.items():
            assert quantity <= sum(q for p, q, on in bought if p == product and on and on <= day)


@given(queues(), purchases)
def test_dealing_the_same_again_makes_nobody_wait_longer(queue: list[Waiting], coming: list[Coming]) -> None:
    bought = [(one.product, one.quantity, one.promised_on) for one in coming]
    first = promised_days(queue, coming)
    for one in queue:
        one.promised_on = first[one.line]
    again = promised_days(queue, [Coming(*row) for row in bought])
    assert all(again[line] is not None and again[line] <= day for line, day in first.items() if day is not None)


@given(queues(), some.lists(some.tuples(products, quantities), max_size=6))
def test_no_more_is_served_than_there_is_and_none_lies_while_somebody_waits(
    queue: list[Waiting], shelves: list[tuple[int, Decimal]]
) -> None:
    supplies = [Supply(product, 1, place, None, quantity) for place, (product, quantity) in enumerate(shelves)]
    wanted = {one.line: one.quantity for one in queue}
    promises = serve(queue, supplies)
    for one in queue:
        served = sum((p.quantity for p in promises if p.line == one.line), Decimal(0))
        assert one.quantity == wanted[one.line] - served >= 0
    for product in {one.product for one in queue if one.quantity > 0}:
        assert all(supply.available == 0 for supply in supplies if supply.product == product)
    assert all(supply.available >= 0 for supply in supplies)


def test_the_hurried_go_first_then_the_earlier_promise_then_who_waits_longest() -> None:
    one = Decimal(1)
    queue = [
        Waiting(1, 1, 1, one, MOMENT),
        Waiting(2, 2, 1, one, MOMENT - timedelta(hours=1)),
        Waiting(3, 3, 1, one, MOMENT, DAY),
        Waiting(4, 4, 1, one, MOMENT, None, MOMENT),
    ]
    promises = serve(queue, [Supply(1, 1, 7, None, Decimal(3))])
    assert [promise.line for promise in promises] == [4, 3, 2]
