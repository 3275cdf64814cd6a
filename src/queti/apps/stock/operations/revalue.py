from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from queti.apps.stock.costing import Pile
from queti.apps.stock.places import PLACE, warehouses_of
from queti.kernel.operations import Call, lines, link, moment, money, number, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work

NOTHING = Decimal(0)
VALUATION = ("product", "warehouse")


@operation(
    label=words("Correct what goods cost", "调整入库成本"),
    help=words(
        "Puts a difference on what still lies there; for the app that learns what goods cost in the end.",
        "将价格差异计入仍在库的部分；供事后得知成本的应用调用，不授予任何角色。",
    ),
    inputs={
        "lines": lines(
            {
                "product": link("base.product", label=words("Product", "商品"), required=True),
                "location": link("stock.location", label=words("Location", "库位"), required=True),
                "lot": link("stock.lot", label=words("Lot", "批次")),
                "quantity": number(label=words("Quantity", "数量"), required=True),
                "value": money(label=words("Difference", "差异金额"), required=True),
            },
            label=words("Lines", "明细"),
            required=True,
        ),
        "happened_at": moment(label=words("When", "业务时间")),
        "source": text(label=words("For", "来源单据")),
        "booked_with": text(label=words("Booked with", "随单入账")),
    },
    tells=("stock.revalued",),
    result="value",
)
def revalue(work: Work, calls: list[Call]) -> list[list[Decimal]]:
    """Of each line's difference the part that its goods still in stock take; the rest has left with the others."""
    warehouses = warehouses_of(work, (line.location for call in calls for line in call.lines))
    shared = _shared(work, [(call, line) for call in calls for line in call.lines], warehouses)
    taken = [one for one in shared if one.value != 0]
    if taken:
        rows = [
            {"product": one.line.product, "warehouse": one.warehouse, "quantity": NOTHING, "value": one.value}
            for one in taken
        ]
        work.tally("stock.valuation", rows, by=VALUATION, add=("quantity", "value"))
        moves = work.create("stock.move", _moves(work, taken))
        work.tell("stock.revalued", moves, data=[_data(one) for one in taken])
    values = iter(one.value for one in shared)
    return [[next(values) for _ in call.lines] for call in calls]


@dataclass(frozen=True, slots=True)
class Share:
    call: Call
    line: Call
    warehouse: int
    value: Decimal


def _shared(work: Work, rows: Sequence[tuple[Call, Call]], warehouses: dict[int, int]) -> list[Share]:
    keys = [{"product": line.product, "warehouse": warehouses[line.location]} for _, line in rows]
    kept = work.lock("stock.valuation", keys, by=VALUATION)
    piles = {(v.product, v.warehouse): Pile(v.quantity, v.value, v.unit_cost) for v in kept}
    shared: list[Share] = []
    for call, line in rows:
        warehouse = warehouses[line.location]
        pile = piles.setdefault((line.product, warehouse), Pile())
        shared.append(Share(call, line, warehouse, pile.correct(line.quantity, line.value)))
    return shared


def _moves(work: Work, taken: Sequence[Share]) -> list[dict[str, Any]]:
    places = [{name: one.line[name] for name in PLACE} for one in taken]
    balances = {tuple(b[name] for name in PLACE): b.id for b in _balances(work, places)}
    return [
        {
            **place,
            "kind": "cost",
            "warehouse": one.warehouse,
            "balance": balances[tuple(place.values())],
            "quantity": NOTHING,
            "value": one.value,
            "happened_at": one.call.happened_at or work.now,
            "source": one.call.source,
            "booked_with": one.call.booked_with,
        }
        for one, place in zip(taken, places, strict=True)
    ]


def _balances(work: Work, places: Sequence[dict[str, Any]]) -> Sequence[Record]:
    """The places that goods came to once; a balance is never removed."""
    wanted = {f"{name}s": sorted({place[name] for place in places}) for name in ("product", "location")}
    return work.find("stock.balance", "product in $products and location in $locations", wanted, fields=PLACE)


def _data(one: Share) -> dict[str, Any]:
    return {"value": one.value, "source": one.call.source, "booked_with": one.call.booked_with}
