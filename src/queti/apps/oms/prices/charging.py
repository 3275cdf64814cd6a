"""What the buyer pays for freight, by the company's rule, on orders where nobody typed it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from queti.apps.oms.freight import Shipment, destination, region_of, zones_of
from queti.apps.oms.pricing import NOTHING
from queti.kernel.record import Record
from queti.kernel.work import Work

RULE = "oms.freight_charge"
FROM = ("warehouse", "channel.warehouse")


def charges_on(work: Work, day: date) -> bool:
    """Whether any row of the rule could fire on that day."""
    return work.may_fire(RULE, {"day": day})


def seen(work: Work) -> tuple[str, ...]:
    """What is read of an order to know how far its goods go; without stock nobody knows where they are."""
    if "warehouse" not in work.object("oms.sales_order").fields:
        return ()
    return tuple(f"{path}.{field}" for path in FROM for field in ("region", "address"))


def found_freight(work: Work, orders: Sequence[tuple[Record, Decimal]]) -> dict[int, Decimal]:
    """Order → its freight by the rule, for what is left of its goods' price; without a row that fires 0."""
    asked = [(order, goods) for order, goods in orders if charges_on(work, order.ordered_on)]
    ways = [Shipment(_origin(order), destination(order)) for order, _ in asked]
    zones = zones_of(work, ways) if asked else []
    cases = [
        (order, {"goods": goods, "zone": zone, "to_region": way.to_region})
        for (order, goods), way, zone in zip(asked, ways, zones, strict=True)
    ]
    answers = work.decide(RULE, cases, keep=True) if cases else []
    said = {order.id: answer["freight"] or NOTHING for (order, _), answer in zip(cases, answers, strict=True)}
    return {order.id: said.get(order.id, NOTHING) for order, _ in orders}


def _origin(order: Record) -> str | None:
    """The region of the order's warehouse, or of its shop's."""
    regions = (region_of(order.get(f"{path}.region"), order.get(f"{path}.address")) for path in FROM)
    return next(filter(None, regions), None)


def freight_change(order: Record, found: Decimal) -> dict[str, Any]:
    """What differs: a freight that isn't what the rule found before was typed, and stays; a blank one wasn't."""
    before = order.found_freight or NOTHING
    if order.freight not in (None, before):
        return {}
    wanted = {"freight": found, "found_freight": found}
    return {name: value for name, value in wanted.items() if (order[name] or NOTHING) != value}
