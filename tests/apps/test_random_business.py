"""Whatever people do in whatever order, stock equals its moves and the books balance."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from queti.kernel.errors import Refusal
from queti.kernel.work import Work
from tests.apps.invariants import broken_promises
from tests.fixtures.harbour import Harbour

GOODS = ("Office chair", "Desk lamp", "Coffee cup", "Assembly service")
PLACES = ("A-01", "A-02", "C-01")
BOUGHT = ("receipt", "bill", "goods_return")


class Business:
    """People acting at random; what is refused is simply not done."""

    def __init__(self, harbour: Harbour, seed: int) -> None:
        self.harbour = harbour
        self.random = random.Random(seed)
        self.products = [harbour.id_of("base.product", name) for name in GOODS]
        self.places = [harbour.id_of("stock.location", code) for code in PLACES]
        self.customers = [harbour.id_of("base.party", name) for name in ("Grand Hotel", "Pine School")]
        self.supplier = harbour.owner.writes("base.party", name="Paper Mill", is_supplier=True).id
        self.dollar = harbour.thing("base.currency", "USD")
        harbour.ada.changes(self.dollar, rate="7.10")
        self.done = 0

    def goes_on(self, acts: int) -> None:
        choices: list[Callable[[], Any]] = [self.place, self.place, self.confirm, self.confirm, self.ship, self.ship]
        choices += [self.ship, self.pay, self.pay, self.cancel, self.receive, self.count, self.reverse]
        choices += [self.buy, self.buy, self.take_in, self.take_in, self.take_in, self.bill, self.bill, self.send_back]
        choices += [self.pay_supplier, self.let_wait, self.let_wait, self.shrink, self.hurry, self.harbour.catches_up]
        choices += [self.rate_moves]
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

    def currency(self) -> int | None:
        return self.random.choice((None, None, None, self.dollar.id))

    def rate_moves(self) -> None:
        self.harbour.ada.changes(self.dollar, rate=Decimal(self.random.randint(6000, 8000)) / 1000)

    def place(self) -> None:
        products = self.random.sample(self.products, self.random.randint(1, 3))
        self.perform(
            "oms.place_order",
            customer=self.random.choice(self.customers),
            freight=self.random.choice((0, "9.99")),
            prices_include_tax=self.random.random() < 0.5,
            discount_amount=self.random.choice((0, 0, "3.33")),
            currency=self.currency(),
            lines=[{"product": p, "quantity": self.quantity(), "unit_price": self.price()} for p in products],
        )

    def confirm(self) -> None:
        self.perform("oms.confirm_order", order=self.one_of("oms.sales_order", 'state = "draft"'))

    def let_wait(self) -> None:
        order = self.one_of("oms.sales_order", 'state = "draft"')
        self.perform("oms.confirm_order", order=order, backorder=True)

    def shrink(self) -> None:
        order = self.one_of("oms.sales_order", 'state = "waiting" or state = "confirmed"')
        [record] = self.harbour.run(lambda work: work.fetch("oms.sales_order", [order], ("lines",)))
        line = self.random.choice(record.lines)
        self.perform("oms.shrink_order", order=order, lines=[{"line": line.id, "quantity": line.quantity - 1}])

    def hurry(self) -> None:
        self.perform("oms.hurry_order", order=self.one_of("oms.sales_order", "waiting_quantity > 0"))

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
        amount = max(part, Decimal("0.01"))
        self.perform("finance.record_payment", party=receivable.party, amount=amount, currency=receivable.currency)

    def buy(self) -> None:
        products = self.random.sample(self.products[:3], self.random.randint(1, 2))
        rate = self.random.choice((0, 13))
        lines = [
            {"product": p, "quantity": self.quantity(), "unit_cost": self.price(), "tax_rate": rate} for p in products
        ]
        promised_on = self.harbour.run(lambda work: work.today) + timedelta(days=self.random.randint(1, 30))
        lines = [{**line, "promised_on": promised_on} for line in lines]
        self.perform("purchase.place_order", supplier=self.supplier, lines=lines, currency=self.currency())

    def take_in(self) -> None:
        """Some of a line, or all that is left of an order."""
        line = self.one_of("purchase.purchase_order_line", "open_quantity > 0")
        [found] = self.harbour.run(lambda work: work.fetch("purchase.purchase_order_line", [line]))
        place = self.random.choice(self.places)
        if self.random.random() < 0.5:
            self.perform("purchase.receive_goods", order=found.order, location=place)
            return
        part = [{"line": line, "quantity": min(found.open_quantity, 1)}]
        self.perform("purchase.receive_goods", order=found.order, location=place, lines=part)

    def bill(self) -> None:
        """As received, or at another price, or before the goods."""
        line = self.one_of("purchase.purchase_order_line")
        named = [{"line": line, "quantity": 1, "unit_cost": self.price()}]
        lines = self.random.choice(([], named))
        number = f"B-{self.random.random()}"
        self.perform("purchase.record_bill", supplier=self.supplier, bill_number=number, lines=lines)

    def send_back(self) -> None:
        line = self.one_of("purchase.purchase_order_line", "received_quantity > returned_quantity")
        [found] = self.harbour.run(lambda work: work.fetch("purchase.purchase_order_line", [line]))
        back = [{"line": line, "quantity": 1}]
        self.perform("purchase.return_goods", order=found.order, location=self.random.choice(self.places), lines=back)

    def pay_supplier(self) -> None:
        payable = self.one_of("finance.payable", "open_amount > 0")
        [found] = self.harbour.run(lambda work: work.fetch("finance.payable", [payable]))
        part = (found.open_amount * self.random.choice((1, Decimal("0.5")))).quantize(Decimal("0.01"))
        named = [{"payable": payable, "amount": part}]
        self.perform(
            "finance.record_payment",
            party=found.party,
            amount=part,
            currency=found.currency,
            settle=self.random.choice(([], named)),
        )

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


def promised_twice(work: Work) -> list[Any]:
    """Days up to which more of a product is promised than suppliers owe by then."""
    return work.rows(PROMISED_TWICE.format(s=work.schema))


PROMISED_TWICE = """
SELECT d.product, d.promised_on FROM {s}.oms_sales_order_line d
WHERE d.waiting_quantity > 0 AND d.promised_on IS NOT NULL AND
(SELECT sum(waiting_quantity) FROM {s}.oms_sales_order_line w
 WHERE w.product = d.product AND w.waiting_quantity > 0 AND w.promised_on <= d.promised_on) >
(SELECT coalesce(sum(open_quantity), 0) FROM {s}.purchase_purchase_order_line p
 WHERE p.product = d.product AND p.promised_on <= d.promised_on)"""


@pytest.mark.parametrize("seed", [3, 11, 29])
def test_everything_adds_up_after_random_business(harbour: Harbour, seed: int) -> None:
    business = Business(harbour, seed)
    business.goes_on(80)

    assert business.done > 20
    harbour.catches_up()
    assert harbour.run(broken_promises) == {}
    assert harbour.run(promised_twice) == []
    assert {kind: len(harbour.all(f"purchase.{kind}")) > 0 for kind in BOUGHT} == dict.fromkeys(BOUGHT, True)
