"""Sourcing: which warehouse serves an order, and which of its stock is promised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Demand:
    """What one order line wants promised."""

    line: int
    product: int
    quantity: Decimal


@dataclass(slots=True)
class Supply:
    """One balance; `available` shrinks while orders are served from it."""

    product: int
    warehouse: int
    location: int
    lot: int | None
    available: Decimal
    expires_on: date | None = None
    negative_allowed: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    line: int
    product: int
    location: int
    lot: int | None
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Missing:
    """A line that can't be promised in full."""

    line: int
    product: int
    wanted: Decimal
    available: Decimal

    @property
    def lacking(self) -> Decimal:
        return self.wanted - self.available


@dataclass(slots=True)
class Plan:
    warehouse: int | None = None
    promises: list[Promise] = field(default_factory=list[Promise])
    missing: list[Missing] = field(default_factory=list[Missing])

    @property
    def promised(self) -> Decimal:
        return sum((promise.quantity for promise in self.promises), NOTHING)


Shelf = dict[int, list[Supply]]
"""Product → its places in one warehouse."""


def allocate(
    demands: Sequence[Demand],
    supplies: Iterable[Supply],
    preferred: int | None,
    others: Sequence[int],
    *,
    partly: bool = False,
) -> Plan:
    """Serve the whole order from one warehouse: the preferred one, else the first that can.

    Where none can, the plan says what the preferred (else the first) one lacks; `partly` takes what is
    there all the same, of the preferred warehouse or of the one that has most. What a plan promises is
    taken off the supplies, so that the next order sees what is left.
    """
    shelves = _shelves(supplies)
    warehouses = [*([preferred] if preferred is not None else []), *(w for w in others if w != preferred)]
    short: list[Plan] = []
    for warehouse in warehouses:
        plan = _plan(demands, shelves.get(warehouse, {}), warehouse)
        if not plan.missing:
            return _take(plan, shelves)
        short.append(plan)
    if not short:
        return _plan(demands, {}, None)
    if not partly:
        return short[0]
    return _take(short[0] if preferred is not None else max(short, key=lambda plan: plan.promised), shelves)


def _plan(demands: Sequence[Demand], shelf: Shelf, warehouse: int | None) -> Plan:
    """Take from the lot that expires first; then whole places before parts of them."""
    left = {id(supply): supply.available for supplies in shelf.values() for supply in supplies}
    plan = Plan(warehouse)
    for demand in demands:
        fitting = sorted(shelf.get(demand.product, ()), key=lambda s: _by_expiry(s, left, demand))
        rest = demand.quantity
        for supply in fitting:
            taken = rest if supply.negative_allowed else min(rest, max(left[id(supply)], NOTHING))
            if taken > 0:
                plan.promises.append(Promise(demand.line, demand.product, supply.location, supply.lot, taken))
                left[id(supply)] -= taken
                rest -= taken
        if rest > 0:
            plan.missing.append(Missing(demand.line, demand.product, demand.quantity, demand.quantity - rest))
    return plan


def _by_expiry(supply: Supply, left: dict[int, Decimal], demand: Demand) -> tuple[date, bool, int, int]:
    """Within one expiry, a place that serves the line alone comes first."""
    return (supply.expires_on or date.max, left[id(supply)] < demand.quantity, supply.location, supply.lot or 0)


def _take(plan: Plan, shelves: dict[int, Shelf]) -> Plan:
    for promise in plan.promises:
        for supply in shelves[plan.warehouse or 0][promise.product]:
            if (supply.location, supply.lot) == (promise.location, promise.lot):
                supply.available -= promise.quantity
    return plan


def _shelves(supplies: Iterable[Supply]) -> dict[int, Shelf]:
    """Warehouse → what it has of each product."""
    shelves: dict[int, Shelf] = {}
    for supply in supplies:
        shelves.setdefault(supply.warehouse, {}).setdefault(supply.product, []).append(supply)
    return shelves
