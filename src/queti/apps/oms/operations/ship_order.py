from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from queti.apps.oms.dispatching import OWN_PLACE, places_of, ways_of
from queti.apps.oms.freight import OF_LINES, SHIPS_HOW
from queti.apps.oms.orders import refuse_cancelled, refuse_held
from queti.apps.oms.packing import Packed, pack, parts
from queti.apps.oms.pricing import NOTHING
from queti.apps.oms.refusals import OrderAlreadyShipped, OrderNotConfirmed
from queti.kernel.operations import Call, lines, link, moment, number, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work
from queti.kernel.writing.changing import Patch

FROM_HELP = words("Code or name; only for an order that ships from several", "仓库编码或名称；仅用于多仓发货的订单")


@operation(
    on="oms.sales_order",
    key="s",
    primary=True,
    label=words("Ship order", "订单发货"),
    help=words(
        "Sends one parcel: the lines named, or all that is left in one warehouse.",
        "发出一个包裹：指定明细，或一个仓库的全部未发商品。",
    ),
    when="not blank(confirmed_at) and blank(cancelled_at) and blank(holds)"
    " and count(lines where blank(hold) and open_quantity > waiting_quantity) > 0",
    inputs={
        "order": link("oms.sales_order", label=words("Order", "订单"), required=True, many=True),
        "carrier": text(label=words("Carrier", "快递公司")),
        "tracking_number": text(label=words("Tracking number", "运单号")),
        "shipped_at": moment(label=words("Shipped at", "发货时间")),
        "warehouse": text(label=words("From warehouse", "发货仓库"), help=FROM_HELP),
        "lines": lines(
            {
                "line": link("oms.sales_order_line", label=words("Order line", "订单明细"), required=True),
                "quantity": number(label=words("Quantity", "数量")),
            },
            label=words("Lines", "明细"),
        ),
    },
    tells=("oms.parcel_shipped", "oms.order_shipped"),
    performs=("stock.issue_reserved",),
    repeats=True,
)
def ship_order(work: Work, calls: list[Call]) -> list[Record]:
    """A parcel leaves: its goods, its share of the money, and what others make of it."""
    orders = work.fetch("oms.sales_order", [call.order for call in calls], fields=_seen(work), lock=True)
    _refuse_unshippable(orders)

    packed = pack(calls, orders, places_of(work, orders))
    shipped = _book_on_orders(work, packed)
    sent = ways_of(work, packed)
    parcels = work.create("oms.parcel", [_parcel(work, *each) for each in zip(packed, sent, strict=True)])
    issued = _issue(work, packed, parcels)
    data = [_data(work, *each) for each in zip(packed, parcels, issued, strict=True)]
    work.tell("oms.parcel_shipped", parcels, data=data)
    whole = [order for order in shipped if order.is_shipped]
    if whole:
        work.tell("oms.order_shipped", whole, data=[{"billed": _billed(order, data)} for order in whole])
    return parcels


def _seen(work: Work) -> tuple[str, ...]:
    """With what posting rules ask about a sale."""
    of_goods = ("lines.product.kind", "lines.product.name", "lines.product.category.name")
    has_stock = "warehouse" in work.object("oms.sales_order").fields
    return (
        *("*", "lines", *of_goods, *OF_LINES, "channel.name", *SHIPS_HOW, "department.name"),
        *(OWN_PLACE if has_stock else ()),
    )


def _billed(order: Record, parcels: Iterable[dict[str, Any]]) -> Decimal:
    return sum((parcel["total"] for parcel in parcels if parcel["order"] == order.id), NOTHING)


def _refuse_unshippable(orders: Iterable[Record]) -> None:
    orders = list(orders)
    refuse_cancelled(orders)
    for order in orders:
        if order.confirmed_at is None:
            raise OrderNotConfirmed(order=order.number)
        if order.is_shipped:
            raise OrderAlreadyShipped(order=order.number)
    refuse_held(orders)


def _book_on_orders(work: Work, packed: Sequence[Packed]) -> list[Record]:
    """What has left stands on the order's lines."""
    by_order: dict[int, list[Packed]] = {}
    for parcel in packed:
        by_order.setdefault(parcel.order.id, []).append(parcel)
    changes = [(parcels[0].order, _progress(work, parcels)) for parcels in by_order.values()]
    return work.change("oms.sales_order", changes)


def _progress(work: Work, parcels: Sequence[Packed]) -> dict[str, Any]:
    lines: dict[int, dict[str, Any]] = {}
    for parcel in parcels:
        for line, share in parcel.shares:
            row = lines.setdefault(
                line.id,
                {
                    "id": line.id,
                    "shipped_quantity": line.shipped_quantity,
                    "shipped_amount": line.shipped_amount,
                    "shipped_tax": line.shipped_tax,
                },
            )
            row["shipped_quantity"] += share.quantity
            row["shipped_amount"] += share.amount
            row["shipped_tax"] += share.tax
    shipped_at = parcels[-1].call.shipped_at or work.now
    return {"shipped_at": shipped_at, "freight_billed": True, "lines": Patch(change=list(lines.values()))}


def _parcel(work: Work, parcel: Packed, way: dict[str, Any]) -> dict[str, Any]:
    order, call = parcel.order, parcel.call
    row = {
        "order": order.id,
        "customer": order.customer,
        "currency": order.currency,
        **way,
        "tracking_number": call.tracking_number,
        "shipped_at": call.shipped_at or work.now,
        "freight": parcel.freight,
        "lines": [
            {
                "order_line": line.id,
                "product": line.product,
                "quantity": share.quantity,
                "amount": share.amount,
                "tax": share.tax,
            }
            for line, share in parcel.shares
        ],
    }
    return {**row, "warehouse": parcel.place.id} if "warehouse" in order else row


def _issue(work: Work, packed: Sequence[Packed], parcels: Sequence[Record]) -> list[Decimal]:
    """Goods leave the stock where there is a stock app; the answer is the cost of each parcel."""
    costs = [NOTHING] * len(packed)
    if not work.has("stock.issue_reserved"):
        return costs
    goods = [[(line, share) for line, share in parcel.shares if line["product.kind"] == "goods"] for parcel in packed]
    calls = {
        place: {
            "source": packed[place].order.number,
            "happened_at": packed[place].call.shipped_at or work.now,
            "booked_with": parcels[place].number,
            "warehouse": packed[place].place.id if packed[place].order.get("is_split") else None,
            "lines": [
                {"product": line.product, "quantity": share.quantity, "source_line": line.id} for line, share in taken
            ],
        }
        for place, taken in enumerate(goods)
        if taken
    }
    if calls:
        for place, answer in zip(calls, work.perform("stock.issue_reserved", list(calls.values())), strict=True):
            costs[place] = answer["cost"]
    return costs


def _data(work: Work, parcel: Packed, record: Record, cost: Decimal) -> dict[str, Any]:
    net = sum((share.amount for _, share in parcel.shares), NOTHING)
    tax = sum((share.tax for _, share in parcel.shares), NOTHING)
    return {
        "parcel": record.number,
        "order": parcel.order.id,
        "order_number": parcel.order.number,
        "customer": parcel.order.customer,
        "currency": parcel.order.currency,
        "net_amount": net + parcel.freight,
        "tax": tax,
        "total": net + tax + parcel.freight,
        "cost": cost,
        "shipped_at": parcel.call.shipped_at or work.now,
        "carrier": record.carrier,
        "tracking_number": parcel.call.tracking_number,
        "channel": parcel.order["channel.name"],
        "warehouse": parcel.place.name or None,
        "department": parcel.order["department.name"],
        "department_id": parcel.order.department,
        "parts": parts(parcel),
    }
