"""What a supplier's bill says against what was ordered and what came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from queti.apps.purchase.matching import HUNDRED, NOTHING, Part, Progress, to_cents
from queti.apps.purchase.orders import plain
from queti.apps.purchase.refusals import BilledMoreThanOrdered, QuantityNotPositive
from queti.kernel.operations import Call
from queti.kernel.record import Record


@dataclass(slots=True)
class Billed:
    """One line of a bill. `cleared` is what it takes off goods received not billed, in the company's currency."""

    order: Record
    line: Record
    quantity: Decimal
    unit_cost: Decimal
    ordered_cost: Decimal
    tax_rate: Decimal
    to_bill: Decimal = NOTHING
    cleared: Part = field(default_factory=lambda: Part(NOTHING, NOTHING, NOTHING))
    difference: Decimal = NOTHING

    @property
    def is_goods(self) -> bool:
        return self.line["product.kind"] == "goods"

    @property
    def amount(self) -> Decimal:
        return to_cents(self.quantity * self.unit_cost)

    @property
    def tax(self) -> Decimal:
        return to_cents(self.amount * self.tax_rate / HUNDRED)


@dataclass(slots=True)
class Bill:
    call: Call
    currency: int
    rate: Decimal
    lines: list[Billed]

    @property
    def net(self) -> Decimal:
        return sum((one.amount for one in self.lines), NOTHING)

    @property
    def tax(self) -> Decimal:
        return sum((one.tax for one in self.lines), NOTHING)

    @property
    def booked(self) -> Decimal:
        return to_cents(self.net * self.rate)

    @property
    def cleared(self) -> Decimal:
        return sum((one.cleared.value for one in self.lines), NOTHING)


def match(bill: Bill, progress: Mapping[int, Progress]) -> None:
    """Each line meets what came of it; `difference` is what the bill asks for beyond that, cents to the last line."""
    rest = bill.booked
    for one in bill.lines:
        state = progress[one.line.id]
        refuse_too_much(one, state)
        one.to_bill = state.to_bill
        is_last = one is bill.lines[-1]
        booked = rest if is_last else to_cents(one.amount * bill.rate)
        rest -= booked
        one.cleared = state.bill(one.quantity, booked if one.is_goods else NOTHING)
        one.difference = booked - one.cleared.value


def refuse_too_much(one: Billed, progress: Progress) -> None:
    if one.quantity <= 0:
        raise QuantityNotPositive
    most = max(one.line.quantity - one.line.returned_quantity, progress.received) - progress.billed
    if one.quantity > most:
        raise BilledMoreThanOrdered(
            order=one.order.number,
            product=one.line["product.name"],
            most=plain(max(most, NOTHING)),
            wanted=plain(one.quantity),
        )


def converted(cost: Decimal, rate_from: Decimal, rate_to: Decimal) -> Decimal:
    """What was ordered at `cost`, in the currency of the bill, to four decimals as unit costs are."""
    return (cost * rate_from / rate_to).quantize(Decimal("0.0001"))


def cut_back(lines: Iterable[Billed]) -> Sequence[Billed]:
    """The lines with a difference that may lie on stock."""
    return [one for one in lines if one.is_goods and one.difference != 0 and one.cleared.matched > 0]
