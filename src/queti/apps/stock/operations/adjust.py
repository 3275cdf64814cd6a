from __future__ import annotations

from decimal import Decimal
from typing import Any

from queti.apps.stock.available import tell_available
from queti.apps.stock.costing import Pile
from queti.apps.stock.goods import refuse_lots_of_others, refuse_services
from queti.apps.stock.places import PLACE, end_shortage, place_of, warehouses_of
from queti.apps.stock.refusals import NothingToCount
from queti.kernel.operations import Call, link, moment, number, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="stock.location",
    label=words("Adjust to a count", "盘点调整"),
    help=words(
        "Sets what is on hand to what was counted; the difference is a move.",
        "按盘点数量调整现存量，差额记入库存流水。",
    ),
    inputs={
        "location": link("stock.location", label=words("Location", "库位"), required=True),
        "product": link("base.product", label=words("Product", "商品"), required=True),
        "lot": link("stock.lot", label=words("Lot", "批次")),
        "counted": number(label=words("Counted", "盘点数量"), required=True),
        "reason": text(label=words("Reason", "原因")),
        "happened_at": moment(label=words("When", "业务时间")),
    },
    tells=("stock.adjusted", "stock.promise_broken", "stock.became_available"),
)
def adjust(work: Work, calls: list[Call]) -> list[Record]:
    """The count wins: a count below what is promised is taken, and said."""
    _refuse_wrong_counts(work, calls)
    places = [{"product": call.product, "location": call.location, "lot": call.lot} for call in calls]
    work.tally("stock.balance", [{**place, "on_hand": Decimal(0)} for place in places], by=PLACE, add=("on_hand",))
    before = {place_of(record): record for record in work.lock("stock.balance", places, by=PLACE)}
    _mark_short(work, calls, before)

    rows = _differences(work, calls, before)
    tally = work.tally("stock.balance", rows, by=PLACE, add=("on_hand",))
    end_shortage(work, tally.changed)
    work.tally("stock.valuation", rows, by=("product", "warehouse"), add=("quantity", "value"))
    moves = work.create("stock.move", [row["move"] for row in rows if row["on_hand"] != 0])
    adjusted = [row for row in rows if row["on_hand"] != 0]
    work.tell("stock.adjusted", moves, data=[_data(row) for row in adjusted])
    found = [(move, row) for move, row in zip(moves, adjusted, strict=True) if row["on_hand"] > 0]
    tell_available(work, [move for move, _ in found], [([row["product"]], None) for _, row in found])
    after = {place_of(record): record for record in tally.changed}
    return [after[place_of(place)] for place in places]


def _refuse_wrong_counts(work: Work, calls: list[Call]) -> None:
    if any(call.counted < 0 for call in calls):
        raise NothingToCount
    refuse_services(work, (call.product for call in calls))
    refuse_lots_of_others(work, calls)


def _mark_short(work: Work, calls: list[Call], before: dict[tuple[Any, ...], Record]) -> None:
    """Promises that the count no longer covers stay, marked, until somebody decides."""
    broken = [
        balance
        for call in calls
        if call.counted < (balance := before[(call.product, call.location, call.lot)]).reserved and not balance.short
    ]
    if broken:
        work.change("stock.balance", [(balance, {"short": True}) for balance in broken])
        work.tell("stock.promise_broken", broken)


def _differences(work: Work, calls: list[Call], before: dict[tuple[Any, ...], Record]) -> list[dict[str, Any]]:
    warehouses = warehouses_of(work, (call.location for call in calls))
    keys = [{"product": call.product, "warehouse": warehouses[call.location]} for call in calls]
    kept = {(v.product, v.warehouse): v for v in work.lock("stock.valuation", keys, by=("product", "warehouse"))}
    piles = {key: Pile(record.quantity, record.value, record.unit_cost) for key, record in kept.items()}
    on_hand = {place: record.on_hand for place, record in before.items()}
    rows: list[dict[str, Any]] = []
    for call in calls:
        place = (call.product, call.location, call.lot)
        warehouse = warehouses[call.location]
        pile = piles.setdefault((call.product, warehouse), Pile())
        difference = call.counted - on_hand[place]
        on_hand[place] = call.counted
        value = pile.put(difference, pile.unit_cost) if difference > 0 else -pile.take(-difference)
        rows.append(_row(work, call, warehouse, difference, value, before[place].id))
    return rows


def _row(work: Work, call: Call, warehouse: int, difference: Decimal, value: Decimal, balance: int) -> dict[str, Any]:
    move = {
        "kind": "adjust",
        "product": call.product,
        "location": call.location,
        "lot": call.lot,
        "warehouse": warehouse,
        "balance": balance,
        "quantity": difference,
        "value": value,
        "happened_at": call.happened_at or work.now,
        "reason": call.reason,
    }
    return {
        **{name: move[name] for name in (*PLACE, "warehouse", "quantity", "value")},
        "on_hand": difference,
        "move": move,
    }


def _data(row: dict[str, Any]) -> dict[str, Any]:
    return {"value": row["value"], "happened_at": row["move"]["happened_at"], "reason": row["move"]["reason"]}
