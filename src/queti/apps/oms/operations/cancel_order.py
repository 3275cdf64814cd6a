from __future__ import annotations

from typing import Any

from queti.apps.oms.backorders import products_waited_for, tell_waiting_changed
from queti.apps.oms.orders import refuse_cancelled
from queti.apps.oms.packing import shipped_part
from queti.apps.oms.prices.cutting import with_discounts
from queti.apps.oms.pricing import NOTHING
from queti.apps.oms.refusals import OrderAlreadyShipped
from queti.kernel.operations import Call, link, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work
from queti.kernel.writing.changing import Patch

NOT_WAITING = {"waiting_quantity": NOTHING, "promised_on": None}


@operation(
    on="oms.sales_order",
    tone="bad",
    label=words("Cancel order", "取消订单"),
    help=words(
        "Gives the reserved stock back; of an order that shipped in part, what hasn't left is struck off.",
        "释放占用的库存；已部分发货的订单取消未发部分。",
    ),
    when="blank(cancelled_at) and not is_shipped",
    inputs={
        "order": link("oms.sales_order", label=words("Order", "订单"), required=True, many=True),
        "reason": text(label=words("Reason", "原因")),
    },
    tells=("oms.order_cancelled", "oms.order_shipped", "oms.waiting_changed"),
    performs=("stock.unreserve",),
)
def cancel_order(work: Work, calls: list[Call]) -> list[Record]:
    """What was promised goes back, exactly; what has left stays sold."""
    orders = work.fetch("oms.sales_order", [call.order for call in calls], fields=("*", "lines"), lock=True)
    refuse_cancelled(orders)
    for order in orders:
        if order.is_shipped:
            raise OrderAlreadyShipped(order=order.number)

    waited = {order.id: products_waited_for(order) for order in orders}
    confirmed = [order for order in orders if order.confirmed_at is not None]
    if confirmed and work.has("stock.unreserve"):
        work.perform("stock.unreserve", [{"source": order.number} for order in confirmed])
    changes = [(order, _ending(work, order, call.reason)) for order, call in zip(orders, calls, strict=True)]
    ended = work.change("oms.sales_order", with_discounts(work, changes))
    cancelled = [order for order in ended if order.cancelled_at is not None]
    work.tell("oms.order_cancelled", cancelled, data=[{"reason": order.cancel_reason} for order in cancelled])
    closed = [order for order in ended if order.cancelled_at is None]
    work.tell("oms.order_shipped", closed, data={"billed": NOTHING})
    tell_waiting_changed(work, [(order, waited[order.id]) for order in ended])
    return ended


def _ending(work: Work, order: Record, reason: str | None) -> dict[str, Any]:
    if order.shipped_quantity == 0:
        waited = [{"id": line.id, **NOT_WAITING} for line in order.lines if line.waiting_quantity > 0]
        return {"cancelled_at": work.now, "cancel_reason": reason, "lines": Patch(change=waited)}
    left = {line.id: shipped_part(order, line) for line in order.lines if line.shipped_quantity > 0}
    return {
        "cancel_reason": reason,
        "holds": None,
        "hold_note": None,
        "discount_amount": sum((row["discount_share"] for row in left.values()), NOTHING),
        "platform_discount": sum((row["platform_share"] for row in left.values()), NOTHING),
        "lines": Patch(
            change=[{"id": id, **row, **NOT_WAITING} for id, row in left.items()],
            remove=[line for line in order.lines if line.id not in left],
        ),
    }
