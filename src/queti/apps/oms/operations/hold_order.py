from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from queti.apps.oms.orders import once, refuse_cancelled
from queti.apps.oms.refusals import OrderAlreadyShipped
from queti.kernel.definitions import Choice
from queti.kernel.operations import Call, choice, link, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work

REASONS = {
    "review": Choice(label=words("Needs review", "待人工审核")),
    "credit": Choice(label=words("Over the credit limit", "超出信用额度")),
    "address": Choice(label=words("Address unclear", "地址不明")),
    "payment": Choice(label=words("Waiting for payment", "等待付款")),
    "stock": Choice(label=words("Waiting for goods", "等待到货")),
    "channel_lock": Choice(label=words("Locked by the channel", "平台锁单")),
    "other": Choice(label=words("Other", "其他")),
}


@operation(
    on="oms.sales_order",
    key="h",
    label=words("Hold order", "挂起订单"),
    help=words("Stops the order until the hold is lifted.", "暂停处理订单，直至解除挂起。"),
    when="blank(cancelled_at) and not is_shipped",
    inputs={
        "order": link("oms.sales_order", label=words("Order", "订单"), required=True, many=True),
        "reason": choice(REASONS, label=words("Reason", "原因"), default='"review"'),
        "note": text(label=words("Note", "说明")),
    },
    tells=("oms.order_held",),
    repeats=True,
)
def hold_order(work: Work, calls: list[Call]) -> list[Record]:
    """Holds are a set: each reason stands until it is lifted."""
    orders = work.fetch("oms.sales_order", [call.order for call in calls], lock=True)
    refuse_cancelled(orders)
    for order in orders:
        if order.is_shipped:
            raise OrderAlreadyShipped(order=order.number)
    changes = [(order, _holds(order, [call for call in calls if call.order == order.id])) for order in once(orders)]
    held = {order.id: order for order in work.change("oms.sales_order", changes)}
    answers = [held[call.order] for call in calls]
    work.tell("oms.order_held", answers, data=[{"reason": call.reason} for call in calls])
    return answers


def _holds(order: Record, calls: Sequence[Call]) -> dict[str, Any]:
    notes = "; ".join(call.note for call in calls if call.note)
    return {
        "holds": sorted({*(order.holds or ()), *(call.reason for call in calls)}),
        "hold_note": notes or order.hold_note,
    }
