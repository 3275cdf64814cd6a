from __future__ import annotations

from typing import Any

from queti.apps.purchase.demand import to_reorder
from queti.apps.purchase.reordering import Shortage
from queti.kernel.operations import Call, link, money, number, operation, text, words
from queti.kernel.work import Work


@operation(
    label=words("To reorder", "补货清单"),
    help=words(
        "Goods whose stock and purchases, less what is wanted within the lead time, fall below the safety stock.",
        "可用量 + 在途 − 提前期内需求 低于安全库存的商品。",
    ),
    inputs={"supplier": link("base.party", label=words("Supplier", "供应商"))},
    columns={
        "supplier": link("base.party", label=words("Usual supplier", "默认供应商")),
        "product": link("base.product", label=words("Product", "商品")),
        "sku": text(label=words("SKU", "商品编码")),
        "available": number(label=words("Available", "可用量"), decimals=3),
        "on_order": number(label=words("On order", "在途"), decimals=3),
        "demand": number(label=words("Wanted in lead time", "提前期内需求"), decimals=3),
        "safety_stock": number(label=words("Safety stock", "安全库存"), decimals=3),
        "lead_days": number(label=words("Lead days", "提前期（天）"), decimals=0),
        "quantity": number(label=words("To buy", "建议采购"), decimals=3),
        "unit_cost": money(label=words("Purchase price", "采购价"), decimals=4),
    },
    offers={"purchase.propose_orders": {"supplier": "supplier"}},
    reads_only=True,
    result="rows",
)
def reorder_list(work: Work, calls: list[Call]) -> list[dict[str, Any]]:
    """Rows by supplier and SKU; `purchase.propose_orders` makes orders of them."""
    return [{"rows": [_row(one) for one in to_reorder(work, call.supplier)]} for call in calls]


def _row(one: Shortage) -> dict[str, Any]:
    product = one.product
    return {
        "supplier": product.supplier,
        "product": product.id,
        "sku": product.sku,
        "available": one.outlook.available,
        "on_order": one.outlook.on_order,
        "demand": one.demand,
        "safety_stock": product.safety_stock,
        "lead_days": product.lead_days,
        "quantity": one.quantity,
        "unit_cost": product.purchase_price,
    }
