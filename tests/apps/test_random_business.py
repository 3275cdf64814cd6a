"""Whatever people do in whatever order, stock equals its moves and the books balance."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from queti.kernel.errors import Refusal
from tests.apps.invariants import broken_promises
from tests.fixtures.harbour import Harbour

GOODS = ("Office chair", "Desk lamp", "Coffee cup", "Assembly service")
PLACES = ("A-01", "A-02", "C-01")


class Business:
    """People acting at random; what is refused is simply not done."""

    def __init__(self, harbour: Harbour, seed: int) -> None:
        self.harbour = harbour
        self.random = random.Random(seed)
        self.products = [harbour.id_of("base.product", name) for name in GOODS]
        self.places = [harbour.id_of("stock.location", code) for code in PLACES]
        self.customers = [harbour.id_of("base.party", name) for name in ("Grand Hotel", "Pine School")]
        self.done = 0

    def goes_on(self, acts: int) -> None:
        choices: list[Callable[[], Any]] = [self.place, self.place, self.confirm, self.confirm, self.ship, self.ship]
        choices += [self.ship, self.pay, self.pay, self.cancel, self.receive, self.count, self.reverse]
        for _ in range(acts):
            try:
                self.random.choice(choices)()
                self.done += 1
            except Refusal:
                pass

    def perform(self, operation: str, **inputs: Any) -> Any:
        return self.harbour.run(lambda work: work.perform(operation, inputs))

    def one_of(self, object: str, where: str = "") -> int:
        found = self.harbour.all(object, where)
        if not found:
            raise Refusal
        return self.random.choice(found).id

    def quantity(self) -> Decimal:
        return Decimal(self.random.choice((1, 2, 3, 7, 15))) + self.random.choice((0, 0, Decimal("0.5")))

    def price(self) -> Decimal:
        return Decimal(self.random.randint(1, 30_000)) / 100

    def place(self) -> None:
        products = self.random.sample(self.products, self.random.randint(1, 3))
        self.perform(
            "oms.place_order",
            customer=self.random.choice(self.customers),
            freight=self.random.choice((0, "9.99")),
            prices_include_tax=self.random.random() < 0.5,
            discount_amount=self.random.choice((0, 0, "3.33")),
            lines=[{"product": p, "quantity": self.quantity(), "unit_price": self.price()} for p in products],
        )

    def confirm(self) -> None:
        self.perform("oms.confirm_order", order=self.one_of("oms.sales_order", 'state = "draft"'))

    def ship(self) -> None:
        order = self.one_of("oms.sales_order", 'state = "confirmed" or state = "partly_shipped"')
        if self.random.random() < 0.4:
            self.perform("oms.ship_order", order=order)
            return
        [record] = self.harbour.run(lambda work: work.fetch("oms.sales_order", [order], ("lines",)))
        line = self.random.choice([line for line in record.lines if line.open_quantity > 0])
        self.perform("oms.ship_order", order=order, lines=[{"line": line.id, "quantity": min(line.open_quantity, 1)}])

    def pay(self) -> None:
        [receivable] = self.harbour.run(
            lambda work: work.fetch("finance.receivable", [self.one_of("finance.receivable", "open_amount > 0")])
        )
        part = (receivable.open_amount * self.random.choice((1, 1, Decimal("0.37")))).quantize(Decimal("0.01"))
        self.perform("finance.record_payment", party=receivable.party, amount=max(part, Decimal("0.01")))

    def cancel(self) -> None:
        self.perform("oms.cancel_order", order=self.one_of("oms.sales_order"))

    def receive(self) -> None:
        line = {
            "product": self.random.choice(self.products[:3]),
            "quantity": self.quantity(),
            "unit_cost": self.price(),
        }
        self.perform("stock.receive", location=self.random.choice(self.places), lines=[line, line])

    def count(self) -> None:
        self.perform(
            "stock.adjust",
            location=self.random.choice(self.places),
            product=self.random.choice(self.products[:3]),
            counted=self.random.choice((0, 4, 33)),
        )

    def reverse(self) -> None:
        self.perform("finance.reverse_journal_entry", entry=self.one_of("finance.journal_entry"))


@pytest.mark.parametrize("seed", [3, 11, 29])
def test_everything_adds_up_after_random_business(harbour: Harbour, seed: int) -> None:
    business = Business(harbour, seed)
    business.goes_on(80)

    assert business.done > 20
    assert harbour.run(broken_promises) == {}
