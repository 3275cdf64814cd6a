from __future__ import annotations

from queti.apps.oms.orders import refuse_cancelled
from queti.apps.oms.refusals import OrderAlreadyShipped
from queti.kernel.operations import Call, link, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="oms.sales_order",
    tone="bad",
    label=words("Cancel order", "取消订单"),
    help=words(
        "Gives the reserved stock back; an order that shipped in part can't be cancelled.",
        "释放占用的库存；已部分发货的订单不能取消。",
    ),
    when="blank(cancelled_at) and shipped_quantity = 0",
    inputs={
        "order": link("oms.sales_order", label=words("Order", "订单"), required=True, many=True),
        "reason": text(label=words("Reason", "原因")),
    },
    tells=("oms.order_cancelled",),
    performs=("stock.unreserve",),
)
def cancel_order(work: Work, calls: list[Call]) -> list[Record]:
    """What was promised goes back, exactly."""
    orders = work.fetch("oms.sales_order", [call.order for call in calls], lock=True)
    refuse_cancelled(orders)
    for order in orders:
        if order.shipped_quantity > 0:
            raise OrderAlreadyShipped(order=order.number)

    confirmed = [order for order in orders if order.confirmed_at is not None]
    if confirmed and work.has("stock.unreserve"):
        work.perform("stock.unreserve", [{"source": order.number} for order in confirmed])
    cancelled = work.change(
        "oms.sales_order",
        [
            (order, {"cancelled_at": work.now, "cancel_reason": call.reason})
            for order, call in zip(orders, calls, strict=True)
        ],
    )
    work.tell("oms.order_cancelled", cancelled, data=[{"reason": call.reason} for call in calls])
    return cancelled
