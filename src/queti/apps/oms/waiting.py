"""Who waits for what: goods that came go to those who were promised first, goods on the way are promised once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from queti.apps.oms.allocation import NOTHING, Promise, Supply

LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class Waiting:
    """What one order line waits for; `quantity` shrinks while it is served."""

    order: int
    line: int
    product: int
    quantity: Decimal
    since: datetime
    promised_on: date | None = None
    hurried_at: datetime | None = None
    warehouse: int | None = None
    served_from: frozenset[int] | None = None
    """The warehouses that may serve it; nothing: any."""

    def may_take(self, supply: Supply) -> bool:
        return self.served_from is None or supply.warehouse in self.served_from

    @property
    def rank(self) -> tuple[datetime, date, datetime, int]:
        """The hurried first, then by the day promised, then who waits longest."""
        return self.hurried_at or LAST, self.promised_on or date.max, self.since, self.line


@dataclass(slots=True)
class Coming:
    """Goods on the way; `quantity` shrinks while it is promised. Without a day nobody knows when."""

    product: int
    quantity: Decimal
    promised_on: date | None


def serve(waiting: Iterable[Waiting], supplies: Iterable[Supply]) -> list[Promise]:
    """What is there, to those who wait, each from its own warehouse as far as that goes."""
    by_product: dict[int, list[Supply]] = {}
    for supply in supplies:
        by_product.setdefault(supply.product, []).append(supply)
    promises: list[Promise] = []
    for one in sorted(waiting, key=lambda one: one.rank):
        fitting = filter(one.may_take, by_product.get(one.product, ()))
        for supply in sorted(fitting, key=lambda supply: _nearest(supply, one)):
            taken = supply.gives(one.quantity, supply.available)
            if taken > 0:
                promises.append(Promise(one.line, one.product, supply.warehouse, supply.location, supply.lot, taken))
                supply.available -= taken
                one.quantity -= taken
    return promises


def _nearest(supply: Supply, one: Waiting) -> tuple[bool, date, int, int]:
    return (
        one.warehouse is not None and supply.warehouse != one.warehouse,
        supply.expires_on or date.max,
        supply.location,
        supply.lot or 0,
    )


def promised_days(waiting: Iterable[Waiting], coming: Iterable[Coming]) -> dict[int, date | None]:
    """Line → the day on which the last of what it waits for comes; nothing on the way is promised to two."""
    by_product: dict[int, list[Coming]] = {}
    for one in sorted(coming, key=lambda one: one.promised_on or date.max):
        by_product.setdefault(one.product, []).append(one)
    return {
        one.line: _day(one.quantity, by_product.get(one.product, []))
        for one in sorted(waiting, key=lambda one: one.rank)
        if one.quantity > 0
    }


def _day(quantity: Decimal, coming: Sequence[Coming]) -> date | None:
    """Who can't be promised all keeps nothing from the others."""
    known = [one for one in coming if one.promised_on is not None and one.quantity > 0]
    if sum((one.quantity for one in known), NOTHING) < quantity:
        return None
    day: date | None = None
    for one in known:
        taken = min(quantity, one.quantity)
        one.quantity -= taken
        quantity -= taken
        day = one.promised_on
        if quantity == 0:
            break
    return day
