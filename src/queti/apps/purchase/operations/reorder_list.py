from __future__ import annotations

from typing import Any

from queti.apps.purchase.demand import to_reorder
from queti.apps.purchase.reordering import Shortage
from queti.kernel.operations import Call, link, operation, words
from queti.kernel.work import Work


@operation(
    label=words("To reorder", "补货清单"),
    help=words(
        "Goods whose stock and purchases, less what is wanted within the lead time, fall below the safety stock.",
        "可用量 + 在途 − 提前期内需求 低于安全库存的商品。",
    ),
    inputs={"supplier": link("base.party", label=words("Supplier", "供应商"))},
    reads_only=True,
    result="rows",
)
def reorder_list(work: Work, calls: list[Call]) -> list[dict[str, Any]]:
    """Rows by supplier and SKU; `purchase.propose_orders` makes orders of them."""
    return [{"rows": [_row(one) for one in to_reorder(work, call.supplier)]} for call in calls]


def _row(one: Shortage) -> dict[str, Any]:
    product = one.product
    return {
        "supplier": product["supplier.name"],
        "product": product.id,
        "sku": product.sku,
        "name": product.name,
        "available": one.outlook.available,
        "on_order": one.outlook.on_order,
        "demand": one.demand,
        "safety_stock": product.safety_stock,
        "lead_days": product.lead_days,
        "quantity": one.quantity,
        "unit_cost": product.purchase_price,
    }
