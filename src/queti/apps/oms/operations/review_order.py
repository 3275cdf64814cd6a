from __future__ import annotations

from collections.abc import Sequence

from queti.apps.oms.orders import once, refuse_cancelled, refuse_confirmed
from queti.apps.oms.reviewing import review
from queti.kernel.operations import Call, link, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="oms.sales_order",
    label=words("Review again", "重新审核"),
    help=words(
        "Puts the order to the order review as it stands now; what it newly says holds the order.",
        "按当前的订单审核规则重新判断，新命中的规则会挂起订单。",
    ),
    when="blank(confirmed_at) and blank(cancelled_at)",
    inputs={"order": link("oms.sales_order", label=words("Order", "订单"), required=True, many=True)},
    performs=("oms.hold_order",),
)
def review_order(work: Work, calls: list[Call]) -> Sequence[Record]:
    """After the rule or the blocked list was changed: all that still wait to be confirmed, in one go."""
    ids = [call.order for call in calls]
    orders = work.fetch("oms.sales_order", ids, lock=True)
    refuse_cancelled(orders)
    refuse_confirmed(orders)
    review(work, once(orders))
    return work.fetch("oms.sales_order", ids)
