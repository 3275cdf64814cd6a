from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from queti.apps.oms.backorders import tell_waiting_changed
from queti.apps.oms.orders import refuse_cancelled
from queti.apps.oms.packing import kept_part, shipped_part
from queti.apps.oms.prices.cutting import with_discounts
from queti.apps.oms.pricing import NOTHING
from queti.apps.oms.refusals import LineOfAnotherOrder, NothingWouldBeLeft, OrderNotConfirmed, ShrinksToMore
from queti.kernel.operations import Call, lines, link, number, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work
from queti.kernel.writing.changing import Patch


@operation(
    on="oms.sales_order",
    label=words("Shrink order", "减少数量"),
    help=words(
        "The customer takes less: what waits is dropped first, then what was reserved goes back.",
        "客户减少订购数量：先取消待到货部分，再释放占用。",
    ),
    when="not blank(confirmed_at) and blank(cancelled_at) and not is_shipped",
    inputs={
        "order": link("oms.sales_order", label=words("Order", "订单"), required=True, many=True),
        "lines": lines(
            {
                "line": link("oms.sales_order_line", label=words("Order line", "订单明细"), required=True),
                "quantity": number(label=words("New quantity", "新数量"), required=True, min="0"),
            },
            label=words("Lines", "明细"),
            required=True,
            min_rows=1,
        ),
    },
    tells=("oms.order_shrunk", "oms.order_shipped", "oms.waiting_changed"),
    performs=("stock.unreserve",),
)
def shrink_order(work: Work, calls: list[Call]) -> Sequence[Record]:
    """What nobody takes any more is free for others, now or when it comes."""
    orders = work.fetch("oms.sales_order", [c.order for c in calls], ("*", "lines", "lines.product.name"), lock=True)
    refuse_cancelled(orders)
    for order in orders:
        if order.confirmed_at is None:
            raise OrderNotConfirmed(order=order.number)
    cuts = [_cuts(order, call) for order, call in zip(orders, calls, strict=True)]
    _give_back(work, orders, cuts)
    changes = [(order, _change(order, mine)) for order, mine in zip(orders, cuts, strict=True)]
    shrunk = work.change("oms.sales_order", with_discounts(work, changes))
    work.tell("oms.order_shrunk", shrunk)
    work.tell("oms.order_shipped", [order for order in shrunk if order.is_shipped], data={"billed": NOTHING})
    dropped = [[cut.line.product for cut in mine if cut.waiting] for mine in cuts]
    tell_waiting_changed(work, list(zip(shrunk, dropped, strict=True)))
    return shrunk


@dataclass(frozen=True, slots=True)
class Cut:
    """A line's new quantity; of what goes, `waiting` was not there yet, `reserved` goes back."""

    line: Record
    quantity: Decimal
    waiting: Decimal
    reserved: Decimal


def _cuts(order: Record, call: Call) -> list[Cut]:
    lines = {line.id: line for line in order.lines}
    wanted: dict[int, Decimal] = {row.line: row.quantity for row in call.lines}
    for id in wanted:
        if id not in lines:
            raise LineOfAnotherOrder(line=id, order=order.number)
    if all(wanted.get(id) == 0 for id in lines):
        raise NothingWouldBeLeft(order=order.number)
    return [_cut(order, lines[id], quantity) for id, quantity in wanted.items()]


def _cut(order: Record, line: Record, quantity: Decimal) -> Cut:
    if not line.shipped_quantity <= quantity < line.quantity:
        shipped, ordered = (f"{number.normalize():f}" for number in (line.shipped_quantity, line.quantity))
        raise ShrinksToMore(order=order.number, product=line["product.name"], shipped=shipped, quantity=ordered)
    gone = line.quantity - quantity
    waiting = min(gone, line.waiting_quantity)
    return Cut(line, quantity, waiting, gone - waiting)


def _give_back(work: Work, orders: Iterable[Record], cuts: Iterable[Sequence[Cut]]) -> None:
    if not work.has("stock.unreserve"):
        return
    calls: list[dict[str, Any]] = []
    for order, mine in zip(orders, cuts, strict=True):
        rows = [{"source_line": cut.line.id, "quantity": cut.reserved} for cut in mine if cut.reserved > 0]
        if rows:
            calls.append({"source": order.number, "lines": rows})
    if calls:
        work.perform("stock.unreserve", calls)


def _change(order: Record, cuts: Sequence[Cut]) -> dict[str, Any]:
    rows = {cut.line.id: _row(order, cut) for cut in cuts if cut.quantity > 0}
    gone = [cut.line for cut in cuts if cut.quantity == 0]
    kept: list[Any] = [rows.get(line.id, line) for line in order.lines if line not in gone]
    return {
        "discount_amount": sum((row["discount_share"] or NOTHING for row in kept), NOTHING),
        "platform_discount": sum((row["platform_share"] or NOTHING for row in kept), NOTHING),
        "lines": Patch(change=[{"id": id, **row} for id, row in rows.items()], remove=gone),
    }


def _row(order: Record, cut: Cut) -> dict[str, Any]:
    line, waiting = cut.line, cut.line.waiting_quantity - cut.waiting
    part = shipped_part(order, line) if cut.quantity == line.shipped_quantity else kept_part(line, cut.quantity)
    return {**part, "waiting_quantity": waiting, "promised_on": line.promised_on if waiting > 0 else None}
