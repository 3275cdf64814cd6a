from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from queti.apps.purchase.documents import create_once
from queti.apps.purchase.matching import NOTHING, Progress
from queti.apps.purchase.orders import (
    Rates,
    day_of,
    fetch_orders,
    refuse_cancelled,
    refuse_not_placed,
    sum_of,
    with_lines,
    written,
)
from queti.apps.purchase.receiving import Coming, Delivery, products_of, unpack
from queti.apps.purchase.refusals import DeliveryNoteTwice, LocationMissing
from queti.kernel.operations import Call, date, lines, link, moment, number, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work

SEEN = ("lines.product.kind", "lines.product.name", "lines.product.over_receipt_percent", "lines.product.tracking")


@operation(
    on="purchase.purchase_order",
    key="r",
    primary=True,
    label=words("Receive goods", "采购收货"),
    help=words(
        "Takes in one delivery: the lines named, or all that is left.", "登记一次到货：指定明细，或全部未到商品。"
    ),
    when="not blank(placed_at) and blank(cancelled_at) and open_quantity > 0",
    inputs={
        "order": link("purchase.purchase_order", label=words("Order", "采购订单"), required=True),
        "location": link("stock.location", label=words("Location", "库位")),
        "received_at": moment(label=words("Received at", "收货时间")),
        "delivery_note": text(label=words("Delivery note", "送货单号")),
        "lines": lines(
            {
                "line": link("purchase.purchase_order_line", label=words("Line", "明细"), required=True),
                "quantity": number(label=words("Quantity", "数量")),
                "lot": text(label=words("Lot", "批次号")),
                "expires_on": date(label=words("Expires on", "有效期至")),
                "made_on": date(label=words("Made on", "生产日期")),
            },
            label=words("Lines", "明细"),
        ),
    },
    tells=("purchase.goods_received",),
    performs=("stock.receive_bought", "stock.name_lots"),
    repeats=True,
)
def receive_goods(work: Work, calls: list[Call]) -> Sequence[Record]:
    """A delivery comes in: stock and its value grow, and the supplier owes that much less."""
    orders = fetch_orders(work, [call.order for call in calls], *SEEN)
    refuse_cancelled(orders.values())
    refuse_not_placed(orders.values())
    rates = Rates(work, [order.currency for order in orders.values()])
    known = {order.currency: rates.of(order.currency) for order in orders.values()}
    tolerance = work.company.get("over_receipt_percent") or NOTHING
    deliveries, progress = unpack(calls, orders, known, tolerance)

    _name_lots(work, deliveries)
    receipts = _create(work, deliveries)
    _book_on_orders(work, orders, deliveries, progress)
    _put_into_stock(work, deliveries, receipts)
    data = [_data(work, *each) for each in zip(deliveries, receipts, strict=True)]
    work.tell("purchase.goods_received", receipts, data=data)
    return receipts


def _name_lots(work: Work, deliveries: Sequence[Delivery]) -> None:
    goods = [one for delivery in deliveries for one in delivery.coming if one.is_goods]
    if not any(one.has_lot for one in goods):
        return
    lots = work.perform("stock.name_lots", {"lines": [_lot(one) for one in goods]})
    for one, lot in zip(goods, lots, strict=True):
        one.lot = lot


def _lot(one: Coming) -> dict[str, Any]:
    named = {"number": one.row.lot, "expires_on": one.row.expires_on, "made_on": one.row.made_on} if one.row else {}
    return {"product": one.line.product, **named}


def _create(work: Work, deliveries: Sequence[Delivery]) -> Sequence[Record]:
    rows = [_receipt(work, delivery) for delivery in deliveries]
    return create_once(work, "purchase.receipt", rows, "delivery_note", _twice)


def _twice(known: Record) -> DeliveryNoteTwice:
    return DeliveryNoteTwice(note=known.delivery_note, supplier=known["supplier.name"], receipt=known.number)


def _receipt(work: Work, delivery: Delivery) -> dict[str, Any]:
    return {
        "order": delivery.order.id,
        "supplier": delivery.order.supplier,
        "delivery_note": delivery.call.delivery_note,
        "location": _location(work, delivery),
        "received_at": delivery.call.received_at or work.now,
        "lines": [
            {
                "order_line": one.line.id,
                "product": one.line.product,
                "lot": one.lot,
                "quantity": one.quantity,
                "value": one.value,
            }
            for one in delivery.coming
        ],
    }


def _location(work: Work, delivery: Delivery) -> int:
    location = delivery.call.location or delivery.order.location or work.company.get("buying_location")
    if location is None:
        raise LocationMissing(order=delivery.order.number)
    return location


def _book_on_orders(
    work: Work, orders: Mapping[int, Record], deliveries: Sequence[Delivery], progress: Mapping[int, Progress]
) -> None:
    latest = {delivery.order.id: delivery.call.received_at or work.now for delivery in deliveries}
    changes = [(orders[id], _progress(orders[id], progress, last_received_at=moment)) for id, moment in latest.items()]
    work.change("purchase.purchase_order", changes)


def _progress(order: Record, progress: Mapping[int, Progress], **more: Any) -> dict[str, Any]:
    return with_lines(
        ({"id": line.id, **written(progress[line.id])} for line in order.lines if line.id in progress), **more
    )


def _put_into_stock(work: Work, deliveries: Sequence[Delivery], receipts: Sequence[Record]) -> None:
    calls = [
        {
            "location": receipt.location,
            "happened_at": receipt.received_at,
            "source": receipt.number,
            "booked_with": receipt.number,
            "lines": [_goods(one) for one in delivery.coming if one.is_goods],
        }
        for delivery, receipt in zip(deliveries, receipts, strict=True)
    ]
    calls = [call for call in calls if call["lines"]]
    if calls:
        work.perform("stock.receive_bought", calls)


def _goods(one: Coming) -> dict[str, Any]:
    return {"product": one.line.product, "quantity": one.quantity, "value": one.value, "lot": one.lot}


def _data(work: Work, delivery: Delivery, receipt: Record) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [
        {
            "line": one.line.id,
            "product": one.line.product,
            "quantity": one.quantity,
            "unit_cost": one.value / one.quantity,
            "amount": one.value,
        }
        for one in delivery.coming
    ]
    return {
        "number": receipt.number,
        "receipt": receipt.id,
        "order": delivery.order.id,
        "order_number": delivery.order.number,
        "supplier": delivery.order.supplier,
        "received_on": day_of(work, receipt.received_at),
        "lines": rows,
        "amount": sum_of([one.value for one in delivery.coming]),
        "products": products_of(delivery.coming),
    }
