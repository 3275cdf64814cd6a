from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from queti.apps.stock.costing import Pile
from queti.apps.stock.picking import Pick, Wanted, pick
from queti.apps.stock.places import COVERED, change_balances, end_shortage, refuse_not_positive, warehouses_of
from queti.apps.stock.refusals import NothingReserved
from queti.kernel.operations import Call, lines, link, moment, number, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    label=words("Issue goods", "出库"),
    help=words("Takes goods out of stock at their average cost.", "按移动平均成本出库。"),
    inputs={
        "source": text(label=words("For", "来源单据")),
        "lines": lines(
            {
                "product": link("base.product", label=words("Product", "商品"), required=True),
                "quantity": number(label=words("Quantity", "数量"), required=True),
                "location": link("stock.location", label=words("Location", "库位")),
                "lot": link("stock.lot", label=words("Lot", "批次")),
                "source_line": number(label=words("Line", "来源明细"), decimals=0),
            },
            label=words("Lines", "明细"),
            min_rows=1,
        ),
        "happened_at": moment(label=words("When", "业务时间")),
        "reason": text(label=words("Reason", "原因")),
        "booked_with": text(label=words("Booked with", "随单入账"), hidden=True),
    },
    tells=("stock.goods_issued",),
    result="value",
)
def issue(work: Work, calls: list[Call]) -> list[dict[str, Any]]:
    """Goods leave: reserved ones first; the answer is what they cost and where they lay."""
    refuse_not_positive(line.quantity for call in calls for line in call.lines)
    wanted = [_wanted(call, line) for call in calls for line in call.lines]
    reservations = _reservations(work, wanted)
    picks = pick(wanted, reservations)
    if picks.missing:
        _refuse_unreserved(work, wanted, picks.missing)

    balances = change_balances(work, [_change(taken) for taken in picks.taken], guard=COVERED, make=False)
    end_shortage(work, balances.values())
    _use_up(work, reservations, picks.taken)
    issued = _at_cost(work, picks.taken, balances, _warehouses(work, picks.taken, reservations))
    return _tell(work, calls, issued)


@dataclass(frozen=True, slots=True)
class Issued:
    pick: Pick
    warehouse: int
    cost: Decimal
    balance: int


def _wanted(call: Call, line: Call) -> Wanted:
    number = None if line.source_line is None else int(line.source_line)
    return Wanted(line.product, line.quantity, line.location, line.lot, call.source or "", number)


def _reservations(work: Work, wanted: Sequence[Wanted]) -> list[Record]:
    sources = sorted({line.source for line in wanted if line.source})
    if not sources:
        return []
    seen = ("*", "location.warehouse")
    return work.find("stock.reservation", "source in $sources and open > 0", {"sources": sources}, seen, lock=True)


def _refuse_unreserved(work: Work, wanted: Sequence[Wanted], missing: dict[int, Decimal]) -> None:
    products = work.fetch("base.product", sorted({wanted[line].product for line in missing}), fields=("name",))
    raise NothingReserved(lacking=", ".join(product.name for product in products))


def _change(taken: Pick) -> dict[str, Any]:
    held = taken.quantity if taken.reservation is not None else Decimal(0)
    return {**taken.place._asdict(), "on_hand": -taken.quantity, "reserved": -held}


def _use_up(work: Work, reservations: Sequence[Record], taken: Sequence[Pick]) -> None:
    used: dict[int, Decimal] = {}
    for one in taken:
        if one.reservation is not None:
            used[one.reservation] = used.get(one.reservation, Decimal(0)) + one.quantity
    changes = [(record, {"issued": record.issued + used[record.id]}) for record in reservations if record.id in used]
    if changes:
        work.change("stock.reservation", changes)


def _warehouses(work: Work, taken: Sequence[Pick], reservations: Sequence[Record]) -> dict[int, int]:
    known = {record.location: record["location.warehouse"] or record.location for record in reservations}
    others = {one.place.location for one in taken} - known.keys()
    return {**known, **(warehouses_of(work, others) if others else {})}


def _at_cost(
    work: Work, taken: Sequence[Pick], balances: dict[tuple[Any, ...], Record], warehouses: dict[int, int]
) -> list[Issued]:
    keys = [{"product": one.place.product, "warehouse": warehouses[one.place.location]} for one in taken]
    kept = work.lock("stock.valuation", keys, by=("product", "warehouse"))
    piles = {
        (record.product, record.warehouse): Pile(record.quantity, record.value, record.unit_cost) for record in kept
    }
    issued: list[Issued] = []
    for one in taken:
        warehouse = warehouses[one.place.location]
        pile = piles.setdefault((one.place.product, warehouse), Pile())
        issued.append(Issued(one, warehouse, pile.take(one.quantity), balances[tuple(one.place)].id))
    rows = [
        {
            "product": one.pick.place.product,
            "warehouse": one.warehouse,
            "quantity": -one.pick.quantity,
            "value": -one.cost,
        }
        for one in issued
    ]
    work.tally("stock.valuation", rows, by=("product", "warehouse"), add=("quantity", "value"))
    return issued


def _tell(work: Work, calls: list[Call], issued: Sequence[Issued]) -> list[dict[str, Any]]:
    by_call = _by_call(calls, issued)
    moves = work.create(
        "stock.move", [_move(work, call, one) for call, mine in zip(calls, by_call, strict=True) for one in mine]
    )
    answers: list[dict[str, Any]] = []
    firsts: list[Record] = []
    place = 0
    for mine in by_call:
        firsts.append(moves[place])
        place += len(mine)
        answers.append({"cost": sum((one.cost for one in mine), Decimal(0)), "warehouse": mine[0].warehouse})
    data = [
        {
            "cost": answer["cost"],
            "happened_at": call.happened_at or work.now,
            "source": call.source,
            "reason": call.reason,
            "booked_with": call.booked_with,
        }
        for call, answer in zip(calls, answers, strict=True)
    ]
    work.tell("stock.goods_issued", firsts, data=data)
    return answers


def _by_call(calls: list[Call], issued: Sequence[Issued]) -> list[list[Issued]]:
    owner = [number for number, call in enumerate(calls) for _ in call.lines]
    grouped: list[list[Issued]] = [[] for _ in calls]
    for one in issued:
        grouped[owner[one.pick.line]].append(one)
    return grouped


def _move(work: Work, call: Call, one: Issued) -> dict[str, Any]:
    return {
        "kind": "issue",
        **one.pick.place._asdict(),
        "warehouse": one.warehouse,
        "balance": one.balance,
        "quantity": -one.pick.quantity,
        "value": -one.cost,
        "happened_at": call.happened_at or work.now,
        "source": call.source,
        "reason": call.reason,
    }
