"""Which warehouse serves an order, and which lots go first."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from queti.apps.oms.allocation import Demand, Promise, Supply, allocate

CHAIR, LAMP = 1, 2
EAST, SOUTH = 10, 20


def demand(quantity: int, product: int = CHAIR, line: int = 1) -> Demand:
    return Demand(line, product, Decimal(quantity))


def supply(quantity: int, warehouse: int = EAST, location: int = 11, **more: object) -> Supply:
    fields = {"product": CHAIR, "lot": None, **more}
    return Supply(warehouse=warehouse, location=location, available=Decimal(quantity), **fields)  # type: ignore[arg-type]


def test_the_preferred_warehouse_serves_when_it_can() -> None:
    plan = allocate([demand(3)], [supply(5, EAST), supply(9, SOUTH, 21)], SOUTH, [EAST, SOUTH])
    assert (plan.warehouse, plan.promises) == (SOUTH, [Promise(1, CHAIR, 21, None, Decimal(3))])


def test_another_one_serves_what_the_preferred_cannot() -> None:
    plan = allocate([demand(7)], [supply(5, EAST), supply(9, SOUTH, 21)], EAST, [EAST, SOUTH])
    assert plan.warehouse == SOUTH


def test_an_order_is_not_split_over_warehouses() -> None:
    plan = allocate([demand(12)], [supply(5, EAST), supply(9, SOUTH, 21)], EAST, [EAST, SOUTH])
    assert plan.warehouse == EAST
    assert [(m.wanted, m.available, m.lacking) for m in plan.missing] == [(12, 5, 7)]


def test_the_lot_that_expires_first_goes_first_and_blank_last() -> None:
    lots = [
        supply(5, lot=1, expires_on=date(2027, 3, 1)),
        supply(5, lot=2, expires_on=date(2027, 1, 1)),
        supply(5),
    ]
    plan = allocate([demand(7)], lots, EAST, [EAST])
    assert [(promise.lot, promise.quantity) for promise in plan.promises] == [(2, 5), (1, 2)]


def test_a_place_that_has_it_all_comes_before_two_that_share() -> None:
    plan = allocate([demand(6)], [supply(5, location=11), supply(8, location=12)], EAST, [EAST])
    assert [(promise.location, promise.quantity) for promise in plan.promises] == [(12, 6)]


def test_two_lines_of_one_product_do_not_get_the_same_unit() -> None:
    plan = allocate([demand(3), demand(3, line=2)], [supply(5)], EAST, [EAST])
    assert [(m.line, m.lacking) for m in plan.missing] == [(2, 1)]


def test_what_one_order_takes_the_next_does_not_get() -> None:
    supplies = [supply(5)]
    first = allocate([demand(3)], supplies, EAST, [EAST])
    second = allocate([demand(3)], supplies, EAST, [EAST])
    assert not first.missing
    assert second.missing[0].available == 2


def test_a_place_that_may_go_below_zero_serves_anything() -> None:
    plan = allocate([demand(30)], [supply(5, negative_allowed=True)], EAST, [EAST])
    assert plan.promises == [Promise(1, CHAIR, 11, None, Decimal(30))]


def test_nothing_anywhere() -> None:
    plan = allocate([demand(1, LAMP)], [], None, [])
    assert [(m.product, m.lacking) for m in plan.missing] == [(LAMP, 1)]
