"""Sourcing: which warehouses serve an order, and which of their stock is promised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import combinations

NOTHING = Decimal(0)
TRIED_TOGETHER = 6
"""So many warehouses are tried in every combination; of more, one is added at a time."""


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

    def gives(self, wanted: Decimal, available: Decimal) -> Decimal:
        return wanted if self.negative_allowed else min(wanted, max(available, NOTHING))


@dataclass(frozen=True, slots=True)
class Choice:
    """A warehouse that may serve an order, what a parcel from there costs, and how gladly it is taken: 0 first."""

    warehouse: int
    cost: Decimal = NOTHING
    rank: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Promise:
    line: int
    product: int
    warehouse: int
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
    promises: list[Promise] = field(default_factory=list[Promise])
    missing: list[Missing] = field(default_factory=list[Missing])

    @property
    def warehouses(self) -> dict[int, Decimal]:
        """Warehouse → how many pieces it gives, the most first."""
        pieces: dict[int, Decimal] = {}
        for one in self.promises:
            pieces[one.warehouse] = pieces.get(one.warehouse, NOTHING) + one.quantity
        return dict(sorted(pieces.items(), key=lambda each: -each[1]))

    @property
    def lines_from(self) -> dict[int, int]:
        """Line → the warehouse that gives most of it."""
        largest = sorted(self.promises, key=lambda one: one.quantity)
        return {one.line: one.warehouse for one in largest}


Shelf = Mapping[int, Sequence[Supply]]
"""Product → its places in one warehouse."""

Together = tuple[Choice, ...]
"""Warehouses that serve an order among them."""


def allocate(
    demands: Sequence[Demand],
    shelves: Mapping[int, Shelf],
    choices: Iterable[Choice],
    *,
    partly: bool = False,
    whole: bool = False,
) -> Plan:
    """Serve an order from the warehouses that may: first as much as there is, then at the least cost (of all
    parcels together), then in the fewest parcels, then from those that are gladly taken.

    `whole` sends one parcel; what no one warehouse has is missing then. Nothing is taken where something is
    missing, unless `partly`. What a plan promises is taken off the supplies, so that the next order sees
    what is left. Up to TRIED_TOGETHER warehouses the answer is the best one; of more, each further
    warehouse is the one that adds most.
    """
    stock = _Stock(demands, shelves)
    able = sorted((one for one in choices if stock.left((one,)) < stock.wanted), key=_gladly)
    tried = _combinations(stock, able, most=1 if whole else len(able))
    best = min(tried, key=lambda together: _badness(stock, together), default=())
    plan = _plan(demands, [shelves[one.warehouse] for one in best])
    if partly or not plan.missing:
        _take(plan, shelves)
    return plan


def shelves_of(supplies: Iterable[Supply]) -> dict[int, dict[int, list[Supply]]]:
    """Warehouse → what it has of each product."""
    shelves: dict[int, dict[int, list[Supply]]] = {}
    for supply in supplies:
        shelves.setdefault(supply.warehouse, {}).setdefault(supply.product, []).append(supply)
    return shelves


class _Stock:
    """What is wanted of each product, and what each warehouse could give of that."""

    def __init__(self, demands: Sequence[Demand], shelves: Mapping[int, Shelf]) -> None:
        self.demand: dict[int, Decimal] = {}
        for one in demands:
            self.demand[one.product] = self.demand.get(one.product, NOTHING) + one.quantity
        self.wanted = sum(self.demand.values(), NOTHING)
        self.given = {
            warehouse: [_gives(shelf.get(product, ()), wanted) for product, wanted in self.demand.items()]
            for warehouse, shelf in shelves.items()
        }

    def left(self, together: Together) -> Decimal:
        """What these warehouses lack among them, in pieces of all products."""
        given = zip(*(self.given.get(one.warehouse, [NOTHING] * len(self.demand)) for one in together), strict=True)
        served = (min(sum(each, NOTHING), wanted) for each, wanted in zip(given, self.demand.values(), strict=False))
        return self.wanted - sum(served, NOTHING)


def _gives(supplies: Sequence[Supply], wanted: Decimal) -> Decimal:
    return min(sum((supply.gives(wanted, supply.available) for supply in supplies), NOTHING), wanted)


def _gladly(one: Choice) -> tuple[Decimal, Decimal, int]:
    return one.rank, one.cost, one.warehouse


def _badness(stock: _Stock, together: Together) -> tuple[object, ...]:
    cost = sum((max(one.cost, NOTHING) for one in together), NOTHING)
    return stock.left(together), cost, len(together), [_gladly(one) for one in together]


def _combinations(stock: _Stock, able: Sequence[Choice], most: int) -> Iterator[Together]:
    if most == 1 or len(able) <= TRIED_TOGETHER:
        for count in range(1, most + 1):
            yield from combinations(able, count)
    else:
        yield _one_by_one(stock, able)
        yield from ((one,) for one in able)


def _one_by_one(stock: _Stock, able: Sequence[Choice]) -> Together:
    """The warehouse that adds most, then the next; those that later ones made needless are left out again."""
    together: Together = ()
    for _ in able:
        more = min(((*together, one) for one in able if one not in together), key=lambda t: _badness(stock, t))
        if stock.left(more) == stock.left(together):
            break
        together = more
    for one in sorted(together, key=lambda one: (-one.cost, -one.rank)):
        fewer = tuple(other for other in together if other is not one)
        if stock.left(fewer) == stock.left(together):
            together = fewer
    return tuple(sorted(together, key=_gladly))


def _plan(demands: Sequence[Demand], shelves: Sequence[Shelf]) -> Plan:
    """A line comes from one warehouse if any has it all; otherwise from each in turn what it has."""
    left = {id(supply): supply.available for shelf in shelves for places in shelf.values() for supply in places}
    plan = Plan()
    for demand in demands:
        rest = demand.quantity
        for shelf in _whole_first(demand, shelves, left):
            for supply in sorted(shelf.get(demand.product, ()), key=lambda s: _by_expiry(s, left, demand)):
                taken = supply.gives(rest, left[id(supply)])
                if taken > 0:
                    plan.promises.append(_promise(demand, supply, taken))
                    left[id(supply)] -= taken
                    rest -= taken
        if rest > 0:
            plan.missing.append(Missing(demand.line, demand.product, demand.quantity, demand.quantity - rest))
    return plan


def _whole_first(demand: Demand, shelves: Sequence[Shelf], left: Mapping[int, Decimal]) -> list[Shelf]:
    def has_all(shelf: Shelf) -> bool:
        places = shelf.get(demand.product, ())
        return sum((s.gives(demand.quantity, left[id(s)]) for s in places), NOTHING) >= demand.quantity

    return sorted(shelves, key=lambda shelf: not has_all(shelf))


def _promise(demand: Demand, supply: Supply, taken: Decimal) -> Promise:
    return Promise(demand.line, demand.product, supply.warehouse, supply.location, supply.lot, taken)


def _by_expiry(supply: Supply, left: Mapping[int, Decimal], demand: Demand) -> tuple[date, bool, int, int]:
    """The lot that expires first; within one expiry, a place that serves the line alone comes first."""
    return (supply.expires_on or date.max, left[id(supply)] < demand.quantity, supply.location, supply.lot or 0)


def _take(plan: Plan, shelves: Mapping[int, Shelf]) -> None:
    for promise in plan.promises:
        for supply in shelves[promise.warehouse][promise.product]:
            if (supply.location, supply.lot) == (promise.location, promise.lot):
                supply.available -= promise.quantity
