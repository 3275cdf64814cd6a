from __future__ import annotations

from typing import Any

from queti.kernel.operations import Call, json, operation, words
from queti.kernel.work import Work

SEEN = ("product", "open_quantity", "promised_on")


@operation(
    label=words("Goods on the way", "在途商品"),
    help=words("What suppliers still owe of these products, by the day promised.", "供应商尚未交付的商品与承诺日期。"),
    inputs={"products": json(label=words("Products", "商品"), required=True)},
    reads_only=True,
    result="value",
)
def list_expected(work: Work, calls: list[Call]) -> list[list[dict[str, Any]]]:
    """`[{product, quantity, promised_on}]` of each call's products."""
    products = sorted({product for call in calls for product in call.products})
    found = work.find(
        "purchase.purchase_order_line", "open_quantity > 0 and product in $products", {"products": products}, SEEN
    )
    rows = [
        {"product": line.product, "quantity": line.open_quantity, "promised_on": line.promised_on} for line in found
    ]
    return [[row for row in rows if row["product"] in call.products] for call in calls]
