"""Receipts, bills and returns of a line in any order: goods received not billed comes to nothing in the end."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as some

from queti.apps.purchase.matching import Progress

NOTHING = Decimal(0)


def fresh() -> Progress:
    return Progress(NOTHING, NOTHING, NOTHING, NOTHING)


def test_a_bill_of_what_came_clears_what_it_was_booked_at() -> None:
    line = fresh()
    assert line.receive(Decimal(3), Decimal("3.333333")) == Decimal("10.00")
    parts = [line.bill(Decimal(1), Decimal("4.00")).value for _ in range(3)]
    assert (sum(parts), line.received_value - line.billed_value) == (Decimal("10.00"), 0)


def test_goods_billed_before_they_come_are_worth_what_was_billed() -> None:
    line = fresh()
    part = line.bill(Decimal(5), Decimal("60.00"))
    assert (part.matched, part.ahead, part.value) == (0, 5, 60)
    assert line.receive(Decimal(2), Decimal(10)) == Decimal("24.00")
    assert line.receive(Decimal(4), Decimal(10)) == Decimal("46.00")  # three as billed, one as ordered


def test_what_goes_back_is_first_what_was_not_billed() -> None:
    line = fresh()
    line.receive(Decimal(10), Decimal(10))
    line.bill(Decimal(6), Decimal("66.00"))
    part = line.give_back(Decimal(5))
    assert (part.matched, part.ahead, part.value) == (4, 1, 50)
    assert line.credit(Decimal(1)) == 10
    assert (line.received, line.received_value, line.billed, line.billed_value) == (5, 50, 5, 50)


acts = some.lists(some.tuples(some.sampled_from(("receive", "bill", "return")), some.integers(1, 9)), max_size=20)
costs = some.integers(1, 99_999).map(lambda cents: Decimal(cents) / 100)


@given(acts, costs, costs)
def test_when_all_that_came_is_billed_nothing_is_owed_for_it(
    done: list[tuple[str, int]], ordered: Decimal, billed: Decimal
) -> None:
    line = fresh()
    for act, number in done:
        quantity = Decimal(number)
        if act == "receive":
            line.receive(quantity, ordered)
        elif act == "bill":
            line.bill(quantity, quantity * billed)
        elif quantity <= line.received:
            part = line.give_back(quantity)
            if part.ahead and line.billed >= part.ahead:
                line.credit(part.ahead)
    gap = line.received - line.billed
    if gap > 0:
        line.bill(gap, gap * billed)
    elif gap < 0:
        line.receive(-gap, ordered)
    assert (line.received, line.received_value) == (line.billed, line.billed_value)
