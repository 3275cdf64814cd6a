from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from queti.apps.purchase.orders import expected_products, fetch_orders, line_of, refuse_cancelled, refuse_not_placed
from queti.kernel.operations import Call, date, lines, link, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work
from queti.kernel.writing.changing import Patch


@operation(
    on="purchase.purchase_order",
    label=words("Change the date", "变更到货日期"),
    help=words(
        "The supplier promises another day, for all that is still to come or for the named lines.",
        "供应商变更承诺到货日期：全部未到明细，或指定明细。",
    ),
    when="not blank(placed_at) and blank(cancelled_at) and open_quantity > 0",
    inputs={
        "order": link("purchase.purchase_order", label=words("Order", "采购订单"), required=True, many=True),
        "promised_on": date(label=words("Promised on", "承诺到货日期")),
        "lines": lines(
            {
                "line": link("purchase.purchase_order_line", label=words("Line", "明细"), required=True),
                "promised_on": date(label=words("Promised on", "承诺到货日期")),
            },
            label=words("Lines", "明细"),
        ),
    },
    tells=("purchase.order_rescheduled",),
)
def reschedule_order(work: Work, calls: list[Call]) -> Sequence[Record]:
    """Without a date nobody knows when; whoever waits is told."""
    orders = fetch_orders(work, [call.order for call in calls])
    refuse_not_placed(orders.values())
    refuse_cancelled(orders.values())
    changed = work.change(
        "purchase.purchase_order",
        [(orders[call.order], {"lines": Patch(change=_dates(orders[call.order], call))}) for call in calls],
    )
    data = [{"number": order.number, "products": expected_products(order.lines)} for order in changed]
    work.tell("purchase.order_rescheduled", changed, data=data)
    return changed


def _dates(order: Record, call: Call) -> list[dict[str, Any]]:
    if call.lines:
        return [{"id": line_of(order, row.line).id, "promised_on": row.promised_on} for row in call.lines]
    return [{"id": line.id, "promised_on": call.promised_on} for line in order.lines if line.open_quantity > 0]
