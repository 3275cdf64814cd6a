"""What comes in of each ordered line, and what it is worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from queti.apps.purchase.matching import HUNDRED, NOTHING, Progress
from queti.apps.purchase.orders import line_of, plain, progress_of
from queti.apps.purchase.refusals import MoreThanOrdered, NothingLeftToCome, QuantityNotPositive
from queti.kernel.operations import Call
from queti.kernel.record import Record


@dataclass(slots=True)
class Coming:
    """One line of a delivery; `value` is in the company's currency, nothing for services."""

    line: Record
    row: Call | None
    quantity: Decimal
    value: Decimal = NOTHING
    lot: int | None = None

    @property
    def is_goods(self) -> bool:
        return self.line["product.kind"] == "goods"

    @property
    def has_lot(self) -> bool:
        """Is a lot named, or must one be?"""
        return self.line["product.tracking"] != "none" or bool(self.row and self.row.lot)


@dataclass(slots=True)
class Delivery:
    call: Call
    order: Record
    coming: list[Coming]


def unpack(
    calls: Sequence[Call], orders: Mapping[int, Record], rates: Mapping[int, Decimal], tolerance: Decimal
) -> tuple[list[Delivery], dict[int, Progress]]:
    """The deliveries, and how far each of their lines is after them. Later ones see what the earlier brought."""
    progress = {line.id: progress_of(line) for order in orders.values() for line in order.lines}
    deliveries: list[Delivery] = []
    for call in calls:
        order = orders[call.order]
        coming = _coming(call, order, progress)
        for one in coming:
            _refuse_too_much(order, one, progress[one.line.id], tolerance)
            cost = one.line.unit_cost * rates[order.currency] if one.is_goods else NOTHING
            one.value = progress[one.line.id].receive(one.quantity, cost)
        deliveries.append(Delivery(call, order, coming))
    return deliveries, {one.line.id: progress[one.line.id] for each in deliveries for one in each.coming}


def _coming(call: Call, order: Record, progress: Mapping[int, Progress]) -> list[Coming]:
    if call.lines:
        return [_named(order, row, progress) for row in call.lines]
    left = [Coming(line, None, left_of(line, progress[line.id])) for line in order.lines]
    coming = [one for one in left if one.quantity > 0]
    if not coming:
        raise NothingLeftToCome(order=order.number)
    return coming


def _named(order: Record, row: Call, progress: Mapping[int, Progress]) -> Coming:
    line = line_of(order, row.line)
    quantity = left_of(line, progress[line.id]) if row.quantity is None else row.quantity
    if quantity <= 0:
        raise QuantityNotPositive if row.quantity is not None else NothingLeftToCome(order=order.number)
    return Coming(line, row, quantity)


def left_of(line: Record, progress: Progress) -> Decimal:
    return line.quantity - line.returned_quantity - progress.received


def _refuse_too_much(order: Record, one: Coming, progress: Progress, tolerance: Decimal) -> None:
    own = one.line["product.over_receipt_percent"]
    percent = tolerance if own is None else own
    most = left_of(one.line, progress) + one.line.quantity * percent / HUNDRED
    if one.quantity > most:
        raise MoreThanOrdered(
            order=order.number,
            product=one.line["product.name"],
            most=plain(max(most, NOTHING)),
            wanted=plain(one.quantity),
        )


def products_of(coming: Iterable[Coming]) -> list[int]:
    return sorted({one.line.product for one in coming})
