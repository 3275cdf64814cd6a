from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from queti.apps.stock.costing import to_cents
from queti.apps.stock.places import change_balances, end_shortage, place_of, refuse_not_positive
from queti.apps.stock.refusals import NotALocationForStock
from queti.kernel.operations import Call, lines, link, moment, money, number, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="stock.location",
    label=words("Receive goods", "入库"),
    help=words("Puts goods into a location and adds their cost to the stock's value.", "商品入库并计入库存成本。"),
    inputs={
        "location": link("stock.location", label=words("Location", "库位"), required=True),
        "lines": lines(
            {
                "product": link("base.product", label=words("Product", "商品"), required=True),
                "quantity": number(label=words("Quantity", "数量"), required=True),
                "unit_cost": money(label=words("Unit cost", "单位成本"), decimals=6, default="0", min="0"),
                "lot": link("stock.lot", label=words("Lot", "批次")),
            },
            label=words("Lines", "明细"),
            min_rows=1,
        ),
        "happened_at": moment(label=words("When", "业务时间")),
        "source": text(label=words("For", "来源单据")),
    },
    tells=("stock.goods_received",),
)
def receive(work: Work, calls: list[Call]) -> list[Record]:
    """Goods come in: on hand and the stock's value grow, each line leaves a move."""
    refuse_not_positive(line.quantity for call in calls for line in call.lines)
    warehouses = _warehouses(work, calls)

    rows = [_row(call, line, warehouses, work.now) for call in calls for line in call.lines]
    balances = change_balances(work, rows, guard=None, make=True)
    end_shortage(work, balances.values())
    work.tally("stock.valuation", rows, by=("product", "warehouse"), add=("quantity", "value"))

    moves = work.create("stock.move", [_move(row, balances) for row in rows])
    firsts = _firsts(calls, moves)
    work.tell("stock.goods_received", firsts, data=[_data(call, rows, work.now) for call in calls])
    return firsts


def _warehouses(work: Work, calls: list[Call]) -> dict[int, int]:
    places = work.fetch(
        "stock.location", sorted({call.location for call in calls}), fields=("code", "kind", "warehouse")
    )
    for place in places:
        if place.kind == "transit":
            raise NotALocationForStock(location=place.code)
    return {place.id: place.warehouse or place.id for place in places}


def _row(call: Call, line: Call, warehouses: dict[int, int], now: datetime) -> dict[str, Any]:
    return {
        "product": line.product,
        "location": call.location,
        "lot": line.lot,
        "warehouse": warehouses[call.location],
        "on_hand": line.quantity,
        "reserved": Decimal(0),
        "quantity": line.quantity,
        "value": to_cents(line.quantity * line.unit_cost),
        "happened_at": call.happened_at or now,
        "source": call.source,
        "call": id(call),
    }


def _move(row: dict[str, Any], balances: dict[tuple[Any, ...], Record]) -> dict[str, Any]:
    kept = ("product", "location", "lot", "warehouse", "quantity", "value", "happened_at", "source")
    return {"kind": "receive", "balance": balances[place_of(row)].id, **{name: row[name] for name in kept}}


def _firsts(calls: list[Call], moves: list[Record]) -> list[Record]:
    firsts: list[Record] = []
    place = 0
    for call in calls:
        firsts.append(moves[place])
        place += len(call.lines)
    return firsts


def _data(call: Call, rows: list[dict[str, Any]], now: datetime) -> dict[str, Any]:
    value = sum((row["value"] for row in rows if row["call"] == id(call)), Decimal(0))
    return {"value": value, "happened_at": call.happened_at or now, "source": call.source}
