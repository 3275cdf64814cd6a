from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from queti.apps.oms.dispatching import OWN_PLACE, own_place
from queti.apps.oms.freight import OF_LINES, Quote, Shipment, best_first, destination, goods_of, how_of, quotes
from queti.apps.oms.refusals import NobodyDelivers
from queti.kernel.operations import Call, choice, link, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="oms.sales_order",
    label=words("Quote freight", "运费试算"),
    help=words(
        "What each carrier would take for what is left to ship, by the freight rules.",
        "按运费规则计算各快递公司寄出未发商品的运费与时效。",
    ),
    when="blank(cancelled_at) and not is_shipped",
    inputs={
        "order": link("oms.sales_order", label=words("Order", "订单"), required=True, many=True),
        "how": choice(
            {"cheapest": words("The cheapest", "运费最低"), "fastest": words("The fastest", "时效最快")},
            label=words("First", "优先"),
        ),
    },
    reads_only=True,
    result="value",
)
def quote_freight(work: Work, calls: list[Call]) -> list[list[dict[str, Any]]]:
    """`[{carrier, zone, weight, fee, days}]`, the best first: kg charged, the company's currency."""
    orders = work.fetch("oms.sales_order", [call.order for call in calls], _seen(work))
    found = quotes(work, [_shipment(order) for order in orders])
    return [_told(*each) for each in zip(calls, orders, found, strict=True)]


def _seen(work: Work) -> tuple[str, ...]:
    place = OWN_PLACE if "warehouse" in work.object("oms.sales_order").fields else ()
    return ("*", "lines", *OF_LINES, "channel.ship_how", *place)


def _shipment(order: Record) -> Shipment:
    goods = goods_of((line, line.quantity - line.shipped_quantity) for line in order.lines)
    return Shipment(own_place(order).region, destination(order), *goods)


def _told(call: Call, order: Record, offers: Sequence[Quote]) -> list[dict[str, Any]]:
    if not offers:
        raise NobodyDelivers(order=order.number, region=destination(order) or order.ship_to_address or "?")
    return [asdict(one) for one in best_first(offers, call.how or how_of(order))]
