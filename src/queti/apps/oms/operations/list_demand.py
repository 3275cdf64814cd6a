from __future__ import annotations

from typing import Any

from queti.kernel.operations import Call, operation, words
from queti.kernel.work import Work

OPEN = 'blank(order.confirmed_at) and blank(order.cancelled_at) and product.kind = "goods"'


@operation(
    label=words("Demand without stock", "未占用需求"),
    help=words("What orders want of which nothing is kept for them yet.", "订单尚未占用库存的需求。"),
    reads_only=True,
    result="value",
)
def list_demand(work: Work, calls: list[Call]) -> list[list[dict[str, Any]]]:
    """`[{product, quantity, needed_on}]`: what waits, and what isn't confirmed yet."""
    waiting = work.find(
        "oms.sales_order_line", "waiting_quantity > 0", fields=("product", "waiting_quantity", "order.ship_by")
    )
    drafts = work.find("oms.sales_order_line", OPEN, fields=("product", "quantity", "order.ship_by"))
    rows = [*((line, line.waiting_quantity) for line in waiting), *((line, line.quantity) for line in drafts)]
    demand = [
        {"product": line.product, "quantity": quantity, "needed_on": line["order.ship_by"]} for line, quantity in rows
    ]
    return [demand for _ in calls]
