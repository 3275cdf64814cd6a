"""What is there, what comes and what is wanted of all products, read in a few questions."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from queti.apps.purchase.reordering import Outlook, Shortage, shortages
from queti.kernel.work import Work

PRODUCT = (
    "sku",
    "name",
    "safety_stock",
    "lead_days",
    "order_multiple",
    "purchase_price",
    "tax_rate",
    "supplier",
    "supplier.name",
)
AVAILABLE = "location.is_sellable and available != 0"
COMING = "open_quantity > 0"
PROPOSED = "blank(order.placed_at) and blank(order.cancelled_at)"


def to_reorder(work: Work, supplier: int | None = None) -> list[Shortage]:
    """What to buy, by supplier and SKU; of one supplier where it is named."""
    outlooks = _outlooks(work)
    wanted: dict[str, Any] = {"needed": sorted(id for id, one in outlooks.items() if one.demand)}
    where = 'kind = "goods" and (safety_stock > 0 or id in $needed)'
    if supplier is not None:
        where, wanted = f"{where} and supplier = $supplier", {**wanted, "supplier": supplier}
    found = shortages(work.find("base.product", where, wanted, PRODUCT), outlooks, work.today)
    return sorted(found, key=lambda one: (one.product["supplier.name"] or "\uffff", one.product.sku))


def _outlooks(work: Work) -> dict[int, Outlook]:
    outlooks: dict[int, Outlook] = defaultdict(Outlook)
    for row in work.sums("stock.balance", AVAILABLE, by=("product",), add=("available",)):
        outlooks[row["product"]].available += row["available"]
    for product, quantity in _coming(work):
        outlooks[product].on_order += quantity
    if work.has("oms.list_demand"):
        for row in work.perform("oms.list_demand", {}):
            outlooks[row["product"]].demand.append((row["needed_on"], row["quantity"]))
    return outlooks


def _coming(work: Work) -> list[tuple[int, Decimal]]:
    """Of placed orders what is still to come, of proposed ones all: nothing is proposed twice."""
    placed = work.sums("purchase.purchase_order_line", COMING, by=("product",), add=("open_quantity",))
    proposed = work.sums("purchase.purchase_order_line", PROPOSED, by=("product",), add=("quantity",))
    return [
        *((row["product"], row["open_quantity"]) for row in placed),
        *((row["product"], row["quantity"]) for row in proposed),
    ]
