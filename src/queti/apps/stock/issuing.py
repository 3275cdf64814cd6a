"""Goods leaving at their average cost: what every kind of issue does once it is known what is taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from queti.apps.stock.costing import Pile
from queti.apps.stock.picking import Pick
from queti.kernel.operations import Call
from queti.kernel.record import Record
from queti.kernel.work import Work

Balances = dict[tuple[Any, ...], Record]


@dataclass(frozen=True, slots=True)
class Issued:
    """What left for one call: the moves, their cost and the warehouse of the first; nothing where none is kept yet."""

    moves: list[Record]
    cost: Decimal
    warehouse: int | None


@dataclass(frozen=True, slots=True)
class _Taken:
    pick: Pick
    warehouse: int
    cost: Decimal
    balance: int


def issue_at_cost(
    work: Work, calls: Sequence[Call], picks: Sequence[Pick], balances: Balances, warehouses: dict[int, int]
) -> list[Issued]:
    """Value off the valuations, a move a pick, `stock.goods_issued` a call. A pick's `line` counts across the calls."""
    taken = _at_cost(work, picks, balances, warehouses)
    by_call = _by_call(calls, taken)
    moves = iter(
        work.create(
            "stock.move", [_move(work, call, one) for call, mine in zip(calls, by_call, strict=True) for one in mine]
        )
    )
    issued = [
        Issued(
            [next(moves) for _ in mine],
            sum((one.cost for one in mine), Decimal(0)),
            mine[0].warehouse if mine else None,
        )
        for mine in by_call
    ]
    left = [(call, one) for call, one in zip(calls, issued, strict=True) if one.moves]
    work.tell("stock.goods_issued", [one.moves[0] for _, one in left], data=[_data(work, *each) for each in left])
    return issued


def _at_cost(work: Work, picks: Iterable[Pick], balances: Balances, warehouses: dict[int, int]) -> list[_Taken]:
    picks = list(picks)
    keys = [{"product": one.place.product, "warehouse": warehouses[one.place.location]} for one in picks]
    kept = work.lock("stock.valuation", keys, by=("product", "warehouse"))
    piles = {(v.product, v.warehouse): Pile(v.quantity, v.value, v.unit_cost) for v in kept}
    taken: list[_Taken] = []
    for one in picks:
        warehouse = warehouses[one.place.location]
        pile = piles.setdefault((one.place.product, warehouse), Pile())
        taken.append(_Taken(one, warehouse, pile.take(one.quantity), balances[tuple(one.place)].id))
    rows = [
        {
            "product": one.pick.place.product,
            "warehouse": one.warehouse,
            "quantity": -one.pick.quantity,
            "value": -one.cost,
        }
        for one in taken
    ]
    work.tally("stock.valuation", rows, by=("product", "warehouse"), add=("quantity", "value"))
    return taken


def _by_call(calls: Sequence[Call], taken: Sequence[_Taken]) -> list[list[_Taken]]:
    owner = [number for number, call in enumerate(calls) for _ in call.lines]
    grouped: list[list[_Taken]] = [[] for _ in calls]
    for one in taken:
        grouped[owner[one.pick.line]].append(one)
    return grouped


def _move(work: Work, call: Call, one: _Taken) -> dict[str, Any]:
    return {
        "kind": "issue",
        **one.pick.place._asdict(),
        "warehouse": one.warehouse,
        "balance": one.balance,
        "quantity": -one.pick.quantity,
        "value": -one.cost,
        "happened_at": call.happened_at or work.now,
        "source": call.get("source"),
        "booked_with": call.get("booked_with"),
        "reason": call.get("reason"),
    }


def _data(work: Work, call: Call, issued: Issued) -> dict[str, Any]:
    return {
        "cost": issued.cost,
        "happened_at": call.happened_at or work.now,
        "source": call.get("source"),
        "reason": call.get("reason"),
        "booked_with": call.get("booked_with"),
    }
