from __future__ import annotations

from queti.apps.oms.orders import once, refuse_cancelled, refuse_confirmed
from queti.apps.oms.prices.pricing import price
from queti.kernel.operations import Call, link, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="oms.sales_order",
    label=words("Price anew", "重新定价"),
    help=words(
        "Prices by list, promotions and coupon as they are now; prices that a person typed stay.",
        "按当前价目表、促销与优惠券重新计算；手工修改的单价保持不变。",
    ),
    when="blank(confirmed_at) and blank(cancelled_at) and not prices_as_given",
    inputs={"order": link("oms.sales_order", label=words("Order", "订单"), required=True, many=True)},
    repeats=True,
)
def price_order(work: Work, calls: list[Call]) -> list[Record]:
    orders = work.fetch("oms.sales_order", [call.order for call in calls], lock=True)
    refuse_cancelled(orders)
    refuse_confirmed(orders)
    priced = {order.id: order for order in price(work, once(orders), asked=True)}
    return [priced[call.order] for call in calls]
