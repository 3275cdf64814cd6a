from __future__ import annotations

from collections.abc import Sequence

from queti.apps.oms.backorders import products_waited_for, tell_waiting_changed
from queti.apps.oms.orders import refuse_cancelled
from queti.apps.oms.refusals import NothingWaits
from queti.kernel.operations import Call, link, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="oms.sales_order",
    label=words("Hurry order", "订单加急"),
    help=words("Goods that come go to it before all others that wait.", "到货时优先满足该订单。"),
    when="waiting_quantity > 0 and blank(hurried_at)",
    inputs={"order": link("oms.sales_order", label=words("Order", "订单"), required=True, many=True)},
    tells=("oms.waiting_changed",),
)
def hurry_order(work: Work, calls: list[Call]) -> Sequence[Record]:
    """Who was promised before may now wait longer, and is told."""
    orders = work.fetch("oms.sales_order", [call.order for call in calls], fields=("*", "lines"), lock=True)
    refuse_cancelled(orders)
    for order in orders:
        if order.waiting_quantity == 0:
            raise NothingWaits(order=order.number)
    products = [products_waited_for(order) for order in orders]
    hurried = work.change("oms.sales_order", [(order, {"hurried_at": work.now}) for order in orders])
    tell_waiting_changed(work, list(zip(hurried, products, strict=True)))
    return hurried
