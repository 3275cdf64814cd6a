"""Promising stock to orders, where the stock app is installed: the rule says which warehouses may serve an order
and how gladly, the allocation takes the best of them, and what was said is kept where there was a choice."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from queti.apps.oms.allocation import (
    NOTHING,
    Choice,
    Demand,
    Missing,
    Plan,
    Promise,
    Shelf,
    Supply,
    allocate,
    shelves_of,
)
from queti.apps.oms.freight import (
    OF_LINES,
    SHIPS_HOW,
    Shipment,
    chosen,
    destination,
    goods_of,
    how_of,
    quotes,
    region_of,
    zones_of,
)
from queti.apps.oms.orders import ships_whole
from queti.apps.oms.refusals import NotEnoughStock
from queti.kernel.definitions import Words
from queti.kernel.errors import FieldProblem
from queti.kernel.record import Record
from queti.kernel.rules.answers import Answer
from queti.kernel.work import Work

RULE = "oms.sourcing"
WAREHOUSE = {"warehouse": "name", "handling": "handling_cost", "region": "region", "address": "address"}
"""What is asked of a warehouse, and its field."""
SUPPLY = (
    *("product", "location", "location.warehouse", "lot", "lot.expires_on", "available", "negative_allowed"),
    *(f"{path}.{name}" for path in ("location", "location.warehouse") for name in WAREHOUSE.values()),
)

OF_ORDER = ("channel.warehouse", *SHIPS_HOW, "lines.product.kind", "lines.product.name", *OF_LINES)
"""Beside its own fields and lines, what sourcing looks at."""


@dataclass(frozen=True, slots=True)
class Stock:
    """What may be promised, by warehouse and product too, and what the rule is given of each warehouse."""

    supplies: list[Supply]
    shelves: Mapping[int, Shelf]
    warehouses: Mapping[int, Mapping[str, Any]]


def promise(work: Work, orders: Sequence[Record], stock: Stock, may_wait: Container[int]) -> dict[int, Plan]:
    """Reserve what the orders need, of those that may wait what is there. NotEnoughStock says what lacks."""
    offers = _offers(work, orders, stock)
    plans: dict[int, Plan] = {}
    for order in orders:
        mine = [one.choice for one in offers[order.id] if one.may_serve]
        waits = order.id in may_wait
        plan = allocate(demands_of(order), stock.shelves, mine, partly=waits, whole=ships_whole(order))
        if plan.missing and not waits:
            _refuse(order, plan, _why_not(order, offers[order.id], stock))
        plans[order.id] = plan
    _keep(work, offers.values())
    reserve(work, {order.number: plans[order.id].promises for order in orders if plans[order.id].promises})
    return plans


@dataclass(frozen=True, slots=True)
class Offer:
    """What the rule says of one warehouse for one order; without the rule the preferred one comes first."""

    order: Record
    warehouse: int
    is_preferred: bool
    answer: Answer | None = None

    @property
    def may_serve(self) -> bool:
        return self.answer is None or self.answer["eligible"] is not False

    @property
    def choice(self) -> Choice:
        if self.answer is None:
            return Choice(self.warehouse, rank=Decimal(not self.is_preferred))
        return Choice(self.warehouse, self.answer["cost"] or NOTHING, self.answer["rank"] or NOTHING)


def _offers(work: Work, orders: Sequence[Record], stock: Stock) -> dict[int, list[Offer]]:
    """Order → the warehouses that have any of what it wants, all put to the rule at once."""
    offers = [
        Offer(order, warehouse, warehouse == _preferred(order))
        for order in orders
        for warehouse in sorted(stock.shelves)
        if any(demand.product in stock.shelves[warehouse] for demand in demands_of(order))
    ]
    if RULE in work.model.rules:
        given = zip(offers, _freight(work, offers, stock), strict=True)
        answers = work.decide(RULE, [(one.order, {**_given(one, stock), **freight}) for one, freight in given])
        offers = [replace(one, answer=answer) for one, answer in zip(offers, answers, strict=True)]
    found: dict[int, list[Offer]] = {order.id: [] for order in orders}
    for one in offers:
        found[one.order.id].append(one)
    return found


def served_from(work: Work, orders: Sequence[Record], stock: Stock) -> dict[int, frozenset[int]]:
    """Order → the warehouses that may serve what it waits for: those that the rule allows; the one that has the rest
    of an order that ships complete."""
    offers = _offers(work, orders, stock)
    allowed = {order.id: frozenset(one.warehouse for one in offers[order.id] if one.may_serve) for order in orders}
    return {
        order.id: allowed[order.id] & {order.warehouse} if ships_whole(order) and order.warehouse else allowed[order.id]
        for order in orders
    }


def _given(offer: Offer, stock: Stock) -> dict[str, Any]:
    """What the rule asks of a warehouse, before any order of this call took of it; what else it looks at is the
    order's."""
    lacking = list(_lacking(offer.order, stock.shelves[offer.warehouse]))
    warehouse = stock.warehouses[offer.warehouse]
    return {
        "warehouse": warehouse["warehouse"],
        "handling": warehouse["handling"],
        "preferred": offer.is_preferred,
        "has_all": not lacking,
        "lacks": "; ".join(lacking) or None,
    }


def _freight(work: Work, offers: Sequence[Offer], stock: Stock) -> list[dict[str, Any]]:
    """What all of the order would cost to send from each warehouse."""
    shipments: list[Shipment] = []
    for one in offers:
        warehouse, order = stock.warehouses[one.warehouse], one.order
        wanted = [(line, line.quantity - line.shipped_quantity) for line in order.lines]
        ends = region_of(warehouse["region"], warehouse["address"]), destination(order)
        shipments.append(Shipment(*ends, *goods_of(wanted)))
    zones = zones_of(work, shipments)
    found = quotes(work, shipments, zones)
    best = [chosen(each, how_of(one.order)) for one, each in zip(offers, found, strict=True)]
    return [
        {
            "from_region": one.from_region,
            "to_region": one.to_region,
            "zone": zone,
            "freight": quote.fee if quote else None,
        }
        for one, zone, quote in zip(shipments, zones, best, strict=True)
    ]


def _lacking(order: Record, shelf: Shelf) -> Iterator[str]:
    """`Desk lamp 2/5` of each product that isn't wholly there."""
    wanted: dict[tuple[int, str], Decimal] = {}
    for line in order.lines:
        if line["product.kind"] == "goods":
            key = line.product, line["product.name"]
            wanted[key] = wanted.get(key, NOTHING) + line.quantity - line.shipped_quantity
    for (product, name), quantity in wanted.items():
        there = min(sum((one.gives(quantity, one.available) for one in shelf.get(product, ())), NOTHING), quantity)
        if there < quantity:
            yield f"{name} {plain(there)}/{plain(quantity)}"


def _keep(work: Work, offers: Iterable[Sequence[Offer]]) -> None:
    """Why an order is served from where it is can be looked up wherever there was a choice."""
    chosen = [one for mine in offers if len(mine) > 1 for one in mine]
    work.keep_answers(RULE, [(one.order, one.answer) for one in chosen if one.answer is not None])


def demands_of(order: Record) -> list[Demand]:
    return [
        Demand(line.id, line.product, line.quantity - line.shipped_quantity)
        for line in order.lines
        if line["product.kind"] == "goods"
    ]


def products_of(orders: Sequence[Record]) -> list[int]:
    return sorted({demand.product for order in orders for demand in demands_of(order)})


def stock_of(work: Work, products: Sequence[int]) -> Stock:
    """What may be promised now, locked in the order of the balances so that it stays true."""
    balances = work.find(
        "stock.balance",
        "product in $products and location.is_sellable and (available > 0 or negative_allowed)"
        " and (blank(lot.expires_on) or lot.expires_on >= today())",
        {"products": products},
        fields=SUPPLY,
        lock=True,
    )
    supplies = [_supply(balance) for balance in balances]
    return Stock(supplies, shelves_of(supplies), dict(_warehouse(balance) for balance in balances))


def _supply(balance: Record) -> Supply:
    return Supply(
        product=balance.product,
        warehouse=balance["location.warehouse"] or balance.location,
        location=balance.location,
        lot=balance.lot,
        available=balance.available,
        expires_on=balance["lot.expires_on"],
        negative_allowed=balance.negative_allowed,
    )


def _warehouse(balance: Record) -> tuple[int, dict[str, Any]]:
    """A location without one is a warehouse itself."""
    id = balance["location.warehouse"]
    path = "location.warehouse" if id else "location"
    return id or balance.location, {input: balance[f"{path}.{field}"] for input, field in WAREHOUSE.items()}


def _preferred(order: Record) -> int | None:
    return order.warehouse or order["channel.warehouse"]


def reserve(work: Work, promises: Mapping[str, Sequence[Promise]]) -> None:
    """Keep what was promised to each order, by its number."""
    if promises:
        work.perform("stock.reserve", [_reservation(number, mine) for number, mine in promises.items()])


def _reservation(number: str, promises: Sequence[Promise]) -> dict[str, Any]:
    return {
        "source": number,
        "lines": [
            {
                "product": promised.product,
                "quantity": promised.quantity,
                "location": promised.location,
                "lot": promised.lot,
                "source_line": promised.line,
            }
            for promised in promises
        ],
    }


def _why_not(order: Record, offers: Sequence[Offer], stock: Stock) -> Words:
    """What keeps goods back that are there."""
    kept_out = [stock.warehouses[one.warehouse]["warehouse"] for one in offers if not one.may_serve]
    en = [f"by the sourcing rule not from {', '.join(kept_out)}"] if kept_out else []
    zh = [f"按发货规则不从{'、'.join(kept_out)}发货"] if kept_out else []
    if ships_whole(order) and len(offers) > 1:
        en.append("the order ships complete, from one warehouse")
        zh.append("订单须整单由一仓发出")
    return {"en": f" ({'; '.join(en)})" if en else "", "zh": f"（{'；'.join(zh)}）" if zh else ""}


def _refuse(order: Record, plan: Plan, why: Words) -> None:
    numbers = {line.id: number for number, line in enumerate(order.lines)}
    names = {line.id: line["product.name"] for line in order.lines}
    problems = [_problem(one, numbers[one.line], names[one.line]) for one in plan.missing]
    en, zh = "; ".join(p.en for p in problems), "；".join(p.zh for p in problems)
    raise NotEnoughStock(order=order.number, lacking={"en": en + why["en"], "zh": zh + why["zh"]}, fields=problems)


def _problem(one: Missing, number: int, product: str) -> FieldProblem:
    available, wanted, lacking = map(plain, (one.available, one.wanted, one.lacking))
    return FieldProblem(
        path=f"lines[{number}].quantity",
        code="not_enough_stock",
        en=f"Only {available} of {product} can be promised, the order needs {wanted}: {lacking} lacking",
        zh=f"{product} 仅可承诺 {available}，订单需要 {wanted}，缺 {lacking}",
    )


def plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
