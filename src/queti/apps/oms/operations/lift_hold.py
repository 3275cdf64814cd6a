from __future__ import annotations

from typing import Any

from queti.apps.oms.operations.hold_order import REASONS
from queti.apps.oms.orders import refuse_cancelled
from queti.apps.oms.refusals import OrderNotOnHold
from queti.kernel.operations import Call, choice, link, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="oms.sales_order",
    key="l",
    label=words("Lift hold", "解除挂起"),
    help=words("Lifts one reason, or all of them when none is named.", "解除指定原因的挂起；未指定则全部解除。"),
    when="not blank(holds) and blank(cancelled_at)",
    inputs={
        "order": link("oms.sales_order", label=words("Order", "订单"), required=True, many=True),
        "reason": choice(REASONS, label=words("Reason", "原因")),
    },
    tells=("oms.hold_lifted",),
)
def lift_hold(work: Work, calls: list[Call]) -> list[Record]:
    orders = work.fetch("oms.sales_order", [call.order for call in calls], lock=True)
    refuse_cancelled(orders)
    for order, call in zip(orders, calls, strict=True):
        if not order.holds or (call.reason and call.reason not in order.holds):
            raise OrderNotOnHold(order=order.number)
    lifted = work.change(
        "oms.sales_order", [(order, _left(order, call)) for order, call in zip(orders, calls, strict=True)]
    )
    work.tell("oms.hold_lifted", lifted)
    return lifted


def _left(order: Record, call: Call) -> dict[str, Any]:
    left = [hold for hold in order.holds if call.reason and hold != call.reason]
    return {"holds": left} if left else {"holds": None, "hold_note": None}
