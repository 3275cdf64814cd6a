from __future__ import annotations

from collections.abc import Sequence

from queti.apps.purchase.operations.place_order import tell_placed
from queti.apps.purchase.orders import fetch_orders, refuse_cancelled
from queti.apps.purchase.refusals import OrderAlreadyPlaced, OrderWithoutLines
from queti.kernel.operations import Call, link, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="purchase.purchase_order",
    key="p",
    primary=True,
    label=words("Place order", "下单"),
    help=words("The proposal goes to the supplier as it is written.", "按当前内容向供应商下单。"),
    when="blank(placed_at) and blank(cancelled_at)",
    inputs={"order": link("purchase.purchase_order", label=words("Order", "采购订单"), required=True, many=True)},
    tells=("purchase.order_placed",),
)
def place_draft(work: Work, calls: list[Call]) -> Sequence[Record]:
    """A proposal becomes an order of today."""
    orders = list(fetch_orders(work, [call.order for call in calls]).values())
    refuse_cancelled(orders)
    for order in orders:
        if order.placed_at is not None:
            raise OrderAlreadyPlaced(order=order.number)
        if not order.lines:
            raise OrderWithoutLines(order=order.number)
    placed = work.change(
        "purchase.purchase_order", [(order, {"placed_at": work.now, "ordered_on": work.today}) for order in orders]
    )
    tell_placed(work, placed)
    return placed
