"""100,000 random orders: what is shared out always adds up, and nobody gets back more than was paid."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from queti.apps.oms.prices.stages import Basket, Bundle, Offer, Wares, price_lines, price_order
from queti.apps.oms.prices.stages import Line as Priced
from queti.apps.oms.pricing import HUNDRED, NOTHING, line_amount, share_of_line, spread, to_cents

ORDERS = 100_000
CHUNKS = 4


@dataclass(frozen=True, slots=True)
class Line:
    """`net` is what is left of the amount when our discount is taken off; `theirs` is what the platform bears of it."""

    quantity: Decimal
    net: Decimal
    tax: Decimal
    theirs: Decimal


@dataclass(frozen=True, slots=True)
class Order:
    ours: Decimal
    theirs: Decimal
    amounts: list[Decimal]
    lines: list[Line]
    includes_tax: bool

    @property
    def total(self) -> Decimal:
        net = sum((line.net for line in self.lines), NOTHING)
        return net if self.includes_tax else net + sum((line.tax for line in self.lines), NOTHING)

    @property
    def paid(self) -> Decimal:
        return self.total - self.theirs


def orders(seed: int, count: int) -> Iterator[Order]:
    """Odd prices, whole and broken quantities, discounts of nothing up to everything."""
    chance = random.Random(seed)
    for _ in range(count):
        rows = range(chance.choice((1, 1, 2, 3, 5)))
        quantities = [Decimal(chance.choice((1, 1, 2, 3, 7, 10, chance.randrange(1, 5000)))) for _ in rows]
        prices = [Decimal(chance.choice((0, 999, 2390, chance.randrange(1, 50_000)))) / 100 for _ in rows]
        percents = [Decimal(chance.choice((0, 0, 5, 25, 100))) for _ in rows]
        amounts = [line_amount(*each) for each in zip(quantities, prices, percents, strict=True)]
        whole = sum(amounts, NOTHING)
        ours = to_cents(whole * chance.choice((0, 0, 1, 7, 33, 100)) / HUNDRED)
        theirs = to_cents((whole - ours) * chance.choice((0, 0, 10, 50)) / HUNDRED)
        yield order(ours, theirs, amounts, quantities, Decimal(chance.choice(("0", "6", "10.75", "13", "19.99"))))


def order(ours: Decimal, theirs: Decimal, amounts: list[Decimal], quantities: list[Decimal], rate: Decimal) -> Order:
    """As the order's own formulas have it."""
    includes_tax = rate != 6
    shares = zip(amounts, quantities, spread(ours, amounts), spread(theirs, amounts), strict=True)
    base = HUNDRED + rate if includes_tax else HUNDRED
    lines = [
        Line(quantity, amount - share, to_cents((amount - share) * rate / base), part)
        for amount, quantity, share, part in shares
    ]
    return Order(ours, theirs, amounts, lines, includes_tax)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_shares_add_up_and_refunds_stay_within_what_was_paid(chunk: int) -> None:
    chance = random.Random(chunk)
    for each in orders(chunk, ORDERS // CHUNKS):
        taken = sum((amount - line.net for amount, line in zip(each.amounts, each.lines, strict=True)), NOTHING)
        assert (taken, sum((line.theirs for line in each.lines), NOTHING)) == (each.ours, each.theirs), each
        assert all(line.net >= line.theirs >= 0 for line in each.lines), each
        back = NOTHING
        for refund in (refund for line in each.lines for refund in refunds(chance, each, line)):
            back += refund
            assert back <= each.paid, each
        assert back == each.paid, "all of it given back is all that was paid"


def refunds(chance: random.Random, order: Order, line: Line) -> Iterator[Decimal]:
    """A line goes back in up to three pieces, each at its stored share; what the platform bore isn't the buyer's."""
    done, amount, tax, theirs = NOTHING, NOTHING, NOTHING, NOTHING
    for piece in pieces(chance, line.quantity):
        share = share_of_line(
            quantity=piece, ordered=line.quantity, shipped=done, net_amount=line.net, tax=line.tax,
            booked_amount=amount, booked_tax=tax, includes_tax=order.includes_tax,
        )  # fmt: skip
        borne = share_of_line(
            quantity=piece, ordered=line.quantity, shipped=done, net_amount=line.theirs, tax=NOTHING,
            booked_amount=theirs, booked_tax=NOTHING, includes_tax=False,
        )  # fmt: skip
        done, amount, tax, theirs = done + piece, amount + share.amount, tax + share.tax, theirs + borne.amount
        yield share.amount + share.tax - borne.amount


def pieces(chance: random.Random, quantity: Decimal) -> Iterator[Decimal]:
    for _ in range(2):
        piece = Decimal(chance.randrange(int(quantity))) if quantity > 1 else NOTHING
        if piece:
            yield piece
            quantity -= piece
    yield quantity


def test_the_vector_of_a_full_refund() -> None:
    """10 × 23.90 with 20 % in it, less 25 %: 179.25 paid, 179.25 back, however it goes back."""
    amounts = [line_amount(Decimal(10), Decimal("23.90"), NOTHING)]
    sold = order(Decimal("59.75"), NOTHING, amounts, [Decimal(10)], Decimal(20))
    assert sold.paid == Decimal("179.25")
    for seed in range(50):
        assert sum(refunds(random.Random(seed), sold, sold.lines[0]), NOTHING) == Decimal("179.25")


def test_the_vector_of_all_taken_off() -> None:
    """Two lines of 9.99 at 19.99 %, with 100 % off: nothing is charged, and no cent of tax."""
    sold = order(Decimal("19.98"), NOTHING, [Decimal("9.99")] * 2, [Decimal(1)] * 2, Decimal("19.99"))
    assert (sold.total, [line.tax for line in sold.lines]) == (0, [0, 0])


PROMOTED = 20_000


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_promotions_bundles_and_coupons_take_no_more_than_there_is_and_are_borne_to_the_cent(chunk: int) -> None:
    chance = random.Random(chunk + 100)
    for _ in range(PROMOTED // CHUNKS):
        basket = promoted(chance)
        for line in basket.lines:
            shares = [each for each in basket.discounts if each.line == line.key]
            assert sum((each.amount for each in shares), NOTHING) == line.taken, basket
            assert line.left >= 0, basket
            assert all(each.amount > 0 and each.amount == to_cents(each.amount) for each in shares), basket


def promoted(chance: random.Random) -> Basket:
    """All stages over an order of up to five lines, some of them of the same product."""
    quantities = [Decimal(chance.choice((1, 2, 3, 7, chance.randrange(1, 500)))) for _ in range(chance.randrange(1, 6))]
    lines = [
        Priced(at, chance.randrange(3), many, some(chance), off=Decimal(chance.choice((0, 5))))
        for at, many in enumerate(quantities)
    ]
    basket = Basket(lines)
    rows = {line.key: [row(chance) for _ in range(chance.randrange(3))] for line in lines}
    price_lines(basket, Wares(rows, [Bundle("B", some(chance), {0: Decimal(1), 1: Decimal(2)})]))
    price_order(basket, [row(chance) for _ in range(2)], lambda left: Offer("C", min(some(chance), left)))
    return basket


def row(chance: random.Random) -> dict[str, Any]:
    """Of either rule: what it doesn't say is blank."""
    said = {
        "percent": Decimal(chance.choice((5, 33, 50, 100))), "amount": some(chance), "price": some(chance),
        "nth": Decimal(2), "off": some(chance), "at_least": some(chance), "every": True, "label": "P",
        "exclusive": "one", "bearer": "supplier", "borne": Decimal(chance.choice((0, 33, 50, 100))), "gift": None,
    }  # fmt: skip
    names = (*said, "category", "gift_quantity", "per")
    return {name: said.get(name) if chance.random() < 0.4 else None for name in names}


def some(chance: random.Random) -> Decimal:
    return Decimal(chance.randrange(1, 5000)) / 100
