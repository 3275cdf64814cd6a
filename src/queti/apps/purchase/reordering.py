"""What runs short before it could come, and how much of it to buy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

NOTHING = Decimal(0)


@dataclass(slots=True)
class Outlook:
    """Of one product: what there is and comes, and the demand that nothing is kept for, by day."""

    available: Decimal = NOTHING
    on_order: Decimal = NOTHING
    demand: list[tuple[date | None, Decimal]] = field(default_factory=list[tuple[date | None, Decimal]])

    def wanted_by(self, day: date) -> Decimal:
        """Demand without a day counts at once."""
        return sum((quantity for on, quantity in self.demand if on is None or on <= day), NOTHING)


@dataclass(frozen=True, slots=True)
class Shortage:
    product: Any
    outlook: Outlook
    demand: Decimal
    quantity: Decimal
    """To buy, in whole multiples."""


def shortages(products: Iterable[Any], outlooks: Mapping[int, Outlook], today: date) -> list[Shortage]:
    """available + on order − demand within the lead time < safety stock, of products as they are read."""
    short: list[Shortage] = []
    for product in products:
        outlook = outlooks.get(product.id) or Outlook()
        demand = outlook.wanted_by(today + timedelta(days=int(product.lead_days or 0)))
        lack = (product.safety_stock or NOTHING) - (outlook.available + outlook.on_order - demand)
        if lack > 0:
            short.append(Shortage(product, outlook, demand, in_multiples(lack, product.order_multiple)))
    return short


def in_multiples(quantity: Decimal, multiple: Decimal | None) -> Decimal:
    if not multiple:
        return quantity
    return (quantity / multiple).to_integral_value(ROUND_CEILING) * multiple
