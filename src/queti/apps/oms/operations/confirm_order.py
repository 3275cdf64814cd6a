from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from queti.apps.oms.orders import refuse_cancelled, refuse_held
from queti.apps.oms.refusals import OrderAlreadyConfirmed, OrderWithoutLines
from queti.apps.oms.sourcing import promise
from queti.kernel.operations import Call, link, moment, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work

SEEN = ("lines", "lines.product.kind", "lines.product.name")
SEEN_WITH_STOCK = ("channel.warehouse",)


@operation(
    on="oms.sales_order",
    key="c",
    primary=True,
    label=words("Confirm order", "确认订单"),
    help=words("Promises the goods to the customer and holds them in stock.", "向客户承诺交货并占用库存。"),
    when="blank(confirmed_at) and blank(cancelled_at) and blank(holds)",
    inputs={
        "order": link("oms.sales_order", label=words("Order", "订单"), required=True, many=True),
        "confirmed_at": moment(label=words("Confirmed at", "确认时间")),
    },
    tells=("oms.order_confirmed",),
    performs=("stock.reserve",),
)
def confirm_order(work: Work, calls: list[Call]) -> list[Record]:
    """All orders are promised in full, or none is."""
    has_stock = work.has("stock.reserve")
    seen = ("*", *SEEN, *(SEEN_WITH_STOCK if has_stock else ()))
    orders = work.fetch("oms.sales_order", [call.order for call in calls], fields=seen, lock=True)
    refuse_cancelled(orders)
    _refuse_confirmed(orders)
    _refuse_empty(orders)
    refuse_held(orders)

    warehouses = promise(work, orders) if has_stock else {}
    confirmed = work.change(
        "oms.sales_order",
        [(order, _confirmation(work, call, order, warehouses)) for order, call in zip(orders, calls, strict=True)],
    )
    work.tell("oms.order_confirmed", confirmed, data=[{"customer": order.customer} for order in confirmed])
    return confirmed


def _confirmation(work: Work, call: Call, order: Record, warehouses: dict[int, int | None]) -> dict[str, Any]:
    change: dict[str, Any] = {"confirmed_at": call.confirmed_at or work.now, "confirmed_by": work.who.user}
    warehouse = warehouses.get(order.id)
    return change if warehouse is None else {**change, "warehouse": warehouse}


def _refuse_confirmed(orders: Iterable[Record]) -> None:
    for order in orders:
        if order.confirmed_at is not None:
            raise OrderAlreadyConfirmed(order=order.number)


def _refuse_empty(orders: Iterable[Record]) -> None:
    for order in orders:
        if not order.lines:
            raise OrderWithoutLines(order=order.number)
