from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from queti.apps.purchase.demand import to_reorder
from queti.apps.purchase.refusals import NothingToReorder
from queti.apps.purchase.reordering import Shortage
from queti.kernel.operations import Call, link, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    label=words("Propose purchase orders", "生成采购建议"),
    help=words(
        "Makes one order to place for each supplier of what is to reorder; goods without a supplier stay on the list.",
        "按供应商为补货清单生成待下单的采购订单；未设置默认供应商的商品留在清单中。",
    ),
    inputs={"supplier": link("base.party", label=words("Only of supplier", "仅限供应商"))},
    tells=("purchase.orders_proposed",),
)
def propose_orders(work: Work, calls: list[Call]) -> list[Sequence[Record]]:
    """One click each places them; what is proposed counts as on order, so nothing is proposed twice.

    Who proposes holds the company until the commit: of two at once, the later sees what the earlier proposed.
    """
    work.fetch("base.company", [work.company["id"]], ("id",), lock=True)
    return [_propose(work, call.supplier) for call in calls]


def _propose(work: Work, supplier: int | None) -> Sequence[Record]:
    by_supplier: dict[int, list[Shortage]] = {}
    for one in to_reorder(work, supplier):
        if one.product.supplier is not None:
            by_supplier.setdefault(one.product.supplier, []).append(one)
    if not by_supplier:
        raise NothingToReorder
    rows = [_order(work, supplier, lacking) for supplier, lacking in by_supplier.items()]
    orders = work.create("purchase.purchase_order", rows)
    work.tell("purchase.orders_proposed", orders)
    return orders


def _order(work: Work, supplier: int, lacking: Iterable[Shortage]) -> dict[str, Any]:
    lines = [{"product": one.product.id, "quantity": one.quantity, **_cost(one)} for one in lacking]
    return {"supplier": supplier, "location": work.company.get("buying_location"), "lines": lines}


def _cost(one: Shortage) -> dict[str, Any]:
    """What was never bought is proposed at nothing: the buyer says what it costs."""
    return {} if one.product.purchase_price is not None else {"unit_cost": 0}
