"""Promising stock to orders, where the stock app is installed."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from queti.apps.oms.allocation import Demand, Missing, Plan, Promise, Supply, allocate
from queti.apps.oms.refusals import NotEnoughStock
from queti.kernel.errors import FieldProblem
from queti.kernel.record import Record
from queti.kernel.work import Work

SUPPLY = ("product", "location", "location.warehouse", "lot", "lot.expires_on", "available", "negative_allowed")


@dataclass(frozen=True, slots=True)
class Sourcing:
    order: Record
    plan: Plan


def promise(
    work: Work, orders: Sequence[Record], supplies: Sequence[Supply], may_wait: Container[int]
) -> dict[int, Plan]:
    """Reserve what the orders need, of those that may wait what is there. NotEnoughStock says what lacks."""
    warehouses = _warehouses(supplies)
    sourced = [
        Sourcing(
            order, allocate(demands_of(order), supplies, _preferred(order), warehouses, partly=order.id in may_wait)
        )
        for order in orders
    ]
    for one in sourced:
        if one.plan.missing and one.order.id not in may_wait:
            _refuse(one.order, one.plan.missing)
    reserve(work, {one.order.number: one.plan.promises for one in sourced if one.plan.promises})
    return {one.order.id: one.plan for one in sourced}


def demands_of(order: Record) -> list[Demand]:
    return [
        Demand(line.id, line.product, line.quantity - line.shipped_quantity)
        for line in order.lines
        if line["product.kind"] == "goods"
    ]


def products_of(orders: Sequence[Record]) -> list[int]:
    return sorted({demand.product for order in orders for demand in demands_of(order)})


def supplies_of(work: Work, products: Sequence[int]) -> list[Supply]:
    """What may be promised now, locked in the order of the balances so that it stays true."""
    balances = work.find(
        "stock.balance",
        "product in $products and location.is_sellable and (available > 0 or negative_allowed)"
        " and (blank(lot.expires_on) or lot.expires_on >= today())",
        {"products": products},
        fields=SUPPLY,
        lock=True,
    )
    return [
        Supply(
            product=balance.product,
            warehouse=balance["location.warehouse"] or balance.location,
            location=balance.location,
            lot=balance.lot,
            available=balance.available,
            expires_on=balance["lot.expires_on"],
            negative_allowed=balance.negative_allowed,
        )
        for balance in balances
    ]


def _preferred(order: Record) -> int | None:
    return order.warehouse or order["channel.warehouse"]


def _warehouses(supplies: Sequence[Supply]) -> list[int]:
    return sorted({supply.warehouse for supply in supplies})


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


def _refuse(order: Record, missing: Sequence[Missing]) -> None:
    numbers = {line.id: number for number, line in enumerate(order.lines)}
    names = {line.id: line["product.name"] for line in order.lines}
    problems = [_problem(one, numbers[one.line], names[one.line]) for one in missing]
    lacking = {"en": "; ".join(p.en for p in problems), "zh": "；".join(p.zh for p in problems)}
    raise NotEnoughStock(order=order.number, lacking=lacking, fields=problems)


def _problem(one: Missing, number: int, product: str) -> FieldProblem:
    available, wanted, lacking = (f"{n.normalize():f}" for n in (one.available, one.wanted, one.lacking))
    return FieldProblem(
        path=f"lines[{number}].quantity",
        code="not_enough_stock",
        en=f"Only {available} of {product} can be promised, the order needs {wanted}: {lacking} lacking",
        zh=f"{product} 仅可承诺 {available}，订单需要 {wanted}，缺 {lacking}",
    )
