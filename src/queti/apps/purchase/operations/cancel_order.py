from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from queti.apps.purchase.orders import expected_products, fetch_orders, refuse_cancelled
from queti.apps.purchase.refusals import NothingLeftToCome
from queti.kernel.operations import Call, link, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work
from queti.kernel.writing.changing import Patch


@operation(
    on="purchase.purchase_order",
    tone="bad",
    label=words("Cancel order", "取消订单"),
    help=words(
        "What hasn't come is no longer expected; of an order that came in part, what came stays bought.",
        "未到货部分不再等待；已部分到货的订单保留已到部分。",
    ),
    when="blank(cancelled_at) and (blank(placed_at) or open_quantity > 0)",
    inputs={
        "order": link("purchase.purchase_order", label=words("Order", "采购订单"), required=True, many=True),
        "reason": text(label=words("Reason", "原因")),
    },
    tells=("purchase.order_cancelled",),
)
def cancel_order(work: Work, calls: list[Call]) -> Sequence[Record]:
    """Nobody waits for it any more: whoever was promised its goods is promised others."""
    orders = fetch_orders(work, [call.order for call in calls])
    refuse_cancelled(orders.values())
    for order in orders.values():
        if order.placed_at is not None and order.open_quantity == 0:
            raise NothingLeftToCome(order=order.number)
    products = {order.id: expected_products(order.lines) for order in orders.values()}
    ended = work.change(
        "purchase.purchase_order", [(orders[call.order], _ending(work, orders[call.order], call)) for call in calls]
    )
    data = [{"number": order.number, "products": products[order.id]} for order in ended]
    work.tell("purchase.order_cancelled", ended, data=data)
    return ended


def _ending(work: Work, order: Record, call: Call) -> dict[str, Any]:
    """An order of which something came or was billed is cut down to that."""
    kept = {line.id: max(line.received_quantity, line.billed_quantity) for line in order.lines}
    if not any(kept.values()) and not any(line.returned_quantity for line in order.lines):
        return {"cancelled_at": work.now, "cancel_reason": call.reason}
    cut = [
        {"id": line.id, "quantity": kept[line.id] + line.returned_quantity}
        for line in order.lines
        if kept[line.id] + line.returned_quantity > 0
    ]
    remain = {row["id"] for row in cut}
    gone = [line for line in order.lines if line.id not in remain]
    return {"cancel_reason": call.reason, "lines": Patch(change=cut, remove=gone)}
