from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from queti.apps.purchase.refusals import RequestNotApproved, RequestWithoutSupplier
from queti.kernel.operations import Call, link, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work
from queti.kernel.writing.changing import Patch

REQUEST = "purchase.purchase_request"
Wanted = list[tuple[Record, Record]]
"""Requests, each with one line of it."""


@operation(
    on=REQUEST,
    key="o",
    primary=True,
    label=words("Make purchase orders", "转采购订单"),
    help=words(
        "Makes one order to place for each supplier of what was asked for and approved.",
        "按供应商将已批准的申请明细生成待下单的采购订单。",
    ),
    when='state = "approved"',
    inputs={"request": link(REQUEST, label=words("Purchase request", "采购申请"), required=True, many=True)},
    tells=("purchase.orders_proposed",),
)
def order_requested(work: Work, calls: list[Call]) -> list[Record]:
    """Requests that are held until the commit; of two at once the later is told that all is ordered."""
    ids = list(dict.fromkeys(call.request for call in calls))
    requests = work.fetch(REQUEST, ids, fields=("*", "lines", "lines.product.supplier"), lock=True)
    for request in requests:
        if request.state != "approved":
            raise RequestNotApproved(request=request.number)
    by_supplier = _by_supplier(requests)
    rows = [_order(work, supplier, wanted) for supplier, wanted in by_supplier.items()]
    orders = work.create("purchase.purchase_order", rows)
    _tell_lines(work, requests, by_supplier, orders)
    work.tell("purchase.orders_proposed", orders)
    changed = {request.id: request for request in work.fetch(REQUEST, ids)}
    return [changed[call.request] for call in calls]


def _by_supplier(requests: Sequence[Record]) -> dict[int, Wanted]:
    by_supplier: dict[int, Wanted] = {}
    for request in requests:
        for line in request.lines:
            supplier = request.supplier or line["product.supplier"]
            if supplier is None:
                raise RequestWithoutSupplier(request=request.number, product=line.product)
            by_supplier.setdefault(supplier, []).append((request, line))
    return by_supplier


def _order(work: Work, supplier: int, wanted: Wanted) -> dict[str, Any]:
    lines = [{"product": line.product, "quantity": line.quantity, "unit_cost": line.unit_cost} for _, line in wanted]
    return {"supplier": supplier, "location": work.company.get("buying_location"), "lines": lines}


def _tell_lines(
    work: Work, requests: Sequence[Record], by_supplier: dict[int, Wanted], orders: Sequence[Record]
) -> None:
    """Each line says with which order it was bought."""
    placed: dict[int, list[dict[str, Any]]] = {request.id: [] for request in requests}
    for wanted, order in zip(by_supplier.values(), orders, strict=True):
        for request, line in wanted:
            placed[request.id].append({"id": line.id, "order": order.id})
    changes = [(one, {"state": "ordered", "lines": Patch(change=placed[one.id])}) for one in requests]
    work.change(REQUEST, changes)
