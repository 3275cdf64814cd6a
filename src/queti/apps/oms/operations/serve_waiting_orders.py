from __future__ import annotations

from queti.apps.oms.backorders import deal_anew, products_that_lack
from queti.kernel.operations import Call, json, operation, words
from queti.kernel.work import Work


@operation(
    label=words("Serve waiting orders", "分配到货"),
    help=words(
        "Goods that are free go to the orders that wait, and the others are promised their day anew.",
        "将可用商品分配给待到货订单，其余订单重新给出承诺交期。",
    ),
    inputs={"products": json(label=words("Only of products", "仅限商品"))},
    tells=("oms.backorder_served", "oms.promise_changed"),
    performs=("stock.reserve", "purchase.list_expected"),
    result="value",
)
def serve_waiting_orders(work: Work, calls: list[Call]) -> list[None]:
    """Done by itself whenever goods come or are promised; harmless when there is nothing to serve."""
    if work.has("stock.reserve"):
        named = {product for call in calls for product in call.products or ()}
        deal_anew(work, sorted(named) if all(call.products for call in calls) else products_that_lack(work))
    return [None for _ in calls]
