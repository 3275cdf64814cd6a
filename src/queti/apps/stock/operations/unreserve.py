from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from queti.apps.stock.available import tell_available
from queti.apps.stock.places import change_balances, end_shortage
from queti.kernel.operations import Call, lines, number, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work

NOTHING = Decimal(0)


@operation(
    label=words("Give reserved stock back", "释放占用"),
    help=words(
        "Gives back what is still held for a record, of the named lines as much as is said; harmless when nothing is.",
        "释放单据剩余的占用，指定明细时按所填数量释放；没有占用时不受影响。",
    ),
    inputs={
        "source": text(label=words("For", "来源单据"), required=True),
        "lines": lines(
            {
                "source_line": number(label=words("Line", "来源明细"), decimals=0, required=True),
                "quantity": number(label=words("Quantity", "数量"), required=True),
            },
            label=words("Lines", "明细"),
        ),
    },
    tells=("stock.became_available",),
    result="value",
)
def unreserve(work: Work, calls: list[Call]) -> list[list[Record]]:
    """Exactly what is still held goes back to the balances it was taken from, the latest reservation first."""
    held = work.find(
        "stock.reservation",
        "source in $sources and open > 0",
        {"sources": [call.source for call in calls]},
        sort="-id",
        lock=True,
    )
    given = [(call, given_back(call, [r for r in held if r.source == call.source])) for call in calls]
    changes = [(record, quantity) for _, mine in given for record, quantity in mine]
    if changes:
        balances = change_balances(work, [_row(*each) for each in changes], guard=None, make=False)
        end_shortage(work, balances.values())
        work.change("stock.reservation", [(r, {"given_back": r.given_back + quantity}) for r, quantity in changes])
        _tell(work, given)
    return [[record for record, _ in mine] for _, mine in given]


def given_back(call: Call, held: Iterable[Record]) -> list[tuple[Record, Decimal]]:
    """What each of the call's reservations gives back: all, or what the named lines ask for."""
    if not call.lines:
        return [(record, record.open) for record in held]
    rest: dict[int, Decimal] = {}
    for line in call.lines:
        rest[int(line.source_line)] = rest.get(int(line.source_line), NOTHING) + line.quantity
    given: list[tuple[Record, Decimal]] = []
    for record in held:
        quantity = min(record.open, rest.get(int(record.source_line or 0), NOTHING))
        if quantity > 0:
            rest[int(record.source_line)] -= quantity
            given.append((record, quantity))
    return given


def _row(record: Record, quantity: Decimal) -> dict[str, Any]:
    place = {name: record[name] for name in ("product", "location", "lot")}
    return {**place, "on_hand": NOTHING, "reserved": -quantity}


def _tell(work: Work, given: Sequence[tuple[Call, list[tuple[Record, Decimal]]]]) -> None:
    some = [(call, [record for record, _ in mine]) for call, mine in given if mine]
    products = [([record.product for record in mine], call.source) for call, mine in some]
    tell_available(work, [mine[0] for _, mine in some], products)
