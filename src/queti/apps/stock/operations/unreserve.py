from __future__ import annotations

from decimal import Decimal

from queti.apps.stock.places import change_balances, end_shortage
from queti.kernel.operations import Call, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    label=words("Give reserved stock back", "释放占用"),
    help=words(
        "Gives back all that is still held for a record; harmless when nothing is.",
        "释放单据剩余的全部占用，没有占用时不受影响。",
    ),
    inputs={"source": text(label=words("For", "来源单据"), required=True)},
    result="value",
)
def unreserve(work: Work, calls: list[Call]) -> list[list[Record]]:
    """Exactly what is still held goes back to the balances it was taken from."""
    held = work.find(
        "stock.reservation",
        "source in $sources and open > 0",
        {"sources": [call.source for call in calls]},
        lock=True,
    )
    if held:
        rows = [
            {"product": r.product, "location": r.location, "lot": r.lot, "on_hand": Decimal(0), "reserved": -r.open}
            for r in held
        ]
        balances = change_balances(work, rows, guard=None, make=False)
        end_shortage(work, balances.values())
        work.change("stock.reservation", [(r, {"given_back": r.given_back + r.open}) for r in held])
    return [[r for r in held if r.source == call.source] for call in calls]
