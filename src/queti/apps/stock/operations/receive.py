from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from queti.apps.stock.available import tell_available
from queti.apps.stock.costing import Pile
from queti.apps.stock.goods import refuse_lots_of_others, refuse_services
from queti.apps.stock.places import change_balances, end_shortage, refuse_not_positive
from queti.apps.stock.refusals import CostSaidTwice, CostUnknown, NotALocationForStock
from queti.kernel.operations import Call, lines, link, moment, money, number, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work

VALUATION = ("product", "warehouse")
VALUE_HELP = words("What all of the line cost, instead of the unit cost", "整行的成本金额，填写后无需单位成本")


INPUTS = {
    "location": link("stock.location", label=words("Location", "库位"), required=True),
    "lines": lines(
        {
            "product": link("base.product", label=words("Product", "商品"), required=True),
            "quantity": number(label=words("Quantity", "数量"), required=True),
            "unit_cost": money(label=words("Unit cost", "单位成本"), decimals=6, min="0"),
            "value": money(label=words("Value", "成本金额"), help=VALUE_HELP, min="0"),
            "lot": link("stock.lot", label=words("Lot", "批次")),
        },
        label=words("Lines", "明细"),
        required=True,
        min_rows=1,
    ),
    "happened_at": moment(label=words("When", "业务时间")),
    "source": text(label=words("For", "来源单据")),
}


@operation(
    on="stock.location",
    label=words("Receive goods", "入库"),
    help=words(
        "Puts goods into a location and adds their cost to the stock's value; without a cost, at the one known last.",
        "商品入库并计入库存成本；未填单位成本时按最近成本计。",
    ),
    inputs=INPUTS,
    tells=("stock.goods_received", "stock.goods_issued", "stock.became_available"),
)
def receive(work: Work, calls: list[Call]) -> list[Record]:
    """Goods come in: on hand and the stock's value grow, each line leaves a move."""
    lines = [line for call in calls for line in call.lines]
    refuse_not_positive(line.quantity for line in lines)
    _refuse_two_costs(lines)
    refuse_services(work, (line.product for line in lines))
    refuse_lots_of_others(work, lines)
    places = _places(work, calls)
    warehouses = {place.id: place.warehouse or place.id for place in places.values()}

    balances = change_balances(work, [_place(call, line) for call in calls for line in call.lines], None, make=True)
    end_shortage(work, balances.values())
    received = _at_cost(work, calls, warehouses, balances)
    moves = work.create("stock.move", [_move(work, one) for one in received])
    firsts = _firsts(calls, moves)
    work.tell("stock.goods_received", firsts, data=[_data(work, call, received) for call in calls])
    _correct_costs(work, [one for one in received if one.late_cost != 0])
    _tell_available(work, calls, firsts, places)
    return firsts


@dataclass(frozen=True, slots=True)
class Received:
    """`late_cost` is what goods that left before they came cost beyond what was taken for them."""

    call: Call
    line: Call
    warehouse: int
    balance: int
    value: Decimal
    late_cost: Decimal


def _refuse_two_costs(lines: list[Call]) -> None:
    if any(line.value is not None and line.unit_cost is not None for line in lines):
        raise CostSaidTwice


def _places(work: Work, calls: list[Call]) -> dict[int, Record]:
    seen = ("code", "kind", "warehouse", "is_sellable")
    places = work.fetch("stock.location", sorted({call.location for call in calls}), fields=seen)
    for place in places:
        if place.kind == "transit":
            raise NotALocationForStock(location=place.code)
    return {place.id: place for place in places}


def _tell_available(work: Work, calls: list[Call], firsts: list[Record], places: dict[int, Record]) -> None:
    free = [(call, first) for call, first in zip(calls, firsts, strict=True) if places[call.location].is_sellable]
    products = [([line.product for line in call.lines], call.source) for call, _ in free]
    tell_available(work, [first for _, first in free], products)


def _place(call: Call, line: Call) -> dict[str, Any]:
    return {
        "product": line.product,
        "location": call.location,
        "lot": line.lot,
        "on_hand": line.quantity,
        "reserved": Decimal(0),
    }


def _at_cost(
    work: Work, calls: list[Call], warehouses: dict[int, int], balances: dict[tuple[Any, ...], Record]
) -> list[Received]:
    """Value onto the valuations; the average after it is the cost that is known from now on."""
    keys = [{"product": line.product, "warehouse": warehouses[call.location]} for call in calls for line in call.lines]
    kept = work.lock("stock.valuation", keys, by=VALUATION)
    piles = {(v.product, v.warehouse): Pile(v.quantity, v.value, v.unit_cost) for v in kept}
    received: list[Received] = []
    for call in calls:
        for line in call.lines:
            warehouse = warehouses[call.location]
            pile = piles.setdefault((line.product, warehouse), Pile())
            unit_cost = _unit_cost(work, pile, line)
            late_cost = pile.late_cost(line.quantity, unit_cost)
            value = pile.put(line.quantity, unit_cost, line.value)
            pile.value -= late_cost
            balance = balances[line.product, call.location, line.lot].id
            received.append(Received(call, line, warehouse, balance, value, late_cost))
    after = work.tally("stock.valuation", [_worth(one) for one in received], by=VALUATION, add=("quantity", "value"))
    known = [(v, cost) for v in after.changed if v.last_cost != (cost := _known_cost(v, piles))]
    if known:
        work.change("stock.valuation", [(valuation, {"last_cost": cost}) for valuation, cost in known])
    return received


def _known_cost(after: Record, piles: dict[tuple[int, int], Pile]) -> Decimal:
    """The average of all that lies there, also of what another first receipt put in at the same time."""
    return after.unit_cost if after.quantity > 0 else piles[after.product, after.warehouse].known_cost


def _unit_cost(work: Work, pile: Pile, line: Call) -> Decimal:
    if line.value is not None:
        return line.value / line.quantity
    if line.unit_cost is not None:
        return line.unit_cost
    if pile.quantity == 0 and pile.last_cost == 0:
        [unknown] = work.fetch("base.product", [line.product], fields=("name",))
        raise CostUnknown(product=unknown.name)
    return pile.known_cost


def _worth(one: Received) -> dict[str, Any]:
    return {
        "product": one.line.product,
        "warehouse": one.warehouse,
        "quantity": one.line.quantity,
        "value": one.value - one.late_cost,
    }


def _move(work: Work, one: Received) -> dict[str, Any]:
    return {
        "kind": "receive",
        "product": one.line.product,
        "location": one.call.location,
        "lot": one.line.lot,
        "warehouse": one.warehouse,
        "balance": one.balance,
        "quantity": one.line.quantity,
        "value": one.value,
        "happened_at": one.call.happened_at or work.now,
        "source": one.call.source,
        "booked_with": one.call.get("booked_with"),
    }


def _firsts(calls: list[Call], moves: list[Record]) -> list[Record]:
    firsts: list[Record] = []
    place = 0
    for call in calls:
        firsts.append(moves[place])
        place += len(call.lines)
    return firsts


def _data(work: Work, call: Call, received: list[Received]) -> dict[str, Any]:
    value = sum((one.value for one in received if one.call is call), Decimal(0))
    happened_at = call.happened_at or work.now
    return {"value": value, "happened_at": happened_at, "source": call.source, "booked_with": call.get("booked_with")}


def _correct_costs(work: Work, late: list[Received]) -> None:
    """Goods that left before they came have cost what these cost: the rest leaves the stock's value now."""
    if not late:
        return
    moves = work.create("stock.move", [_correction(work, one) for one in late])
    data = [
        {"cost": one.late_cost, "happened_at": one.call.happened_at or work.now, "source": one.call.source}
        for one in late
    ]
    work.tell("stock.goods_issued", moves, data=data)


def _correction(work: Work, one: Received) -> dict[str, Any]:
    return {**_move(work, one), "kind": "cost", "quantity": Decimal(0), "value": -one.late_cost, "booked_with": None}
