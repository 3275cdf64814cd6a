from __future__ import annotations

from decimal import Decimal
from typing import Any

from queti.apps.stock.goods import refuse_lots_past
from queti.apps.stock.places import PROMISES_KEPT, change_balances, place_of, refuse_not_positive
from queti.kernel.operations import Call, lines, link, number, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    label=words("Reserve stock", "占用库存"),
    help=words("Keeps stock for somebody; all lines or none.", "为单据占用库存，全部成功或全部不占用。"),
    inputs={
        "source": text(label=words("For", "来源单据"), required=True),
        "lines": lines(
            {
                "product": link("base.product", label=words("Product", "商品"), required=True),
                "quantity": number(label=words("Quantity", "数量"), required=True),
                "location": link("stock.location", label=words("Location", "库位"), required=True),
                "lot": link("stock.lot", label=words("Lot", "批次")),
                "source_line": number(label=words("Line", "来源明细"), decimals=0),
            },
            label=words("Lines", "明细"),
            required=True,
        ),
    },
    result="value",
)
def reserve(work: Work, calls: list[Call]) -> list[list[Record]]:
    """Promise stock: one guarded change of all balances, and a reservation a line."""
    refuse_not_positive(line.quantity for call in calls for line in call.lines)
    refuse_lots_past(work, [line for call in calls for line in call.lines])
    rows = [_row(call, line) for call in calls for line in call.lines]
    balances = change_balances(work, rows, guard=PROMISES_KEPT, make=False)
    made = iter(work.create("stock.reservation", [_reservation(row, balances) for row in rows]))
    return [[next(made) for _ in call.lines] for call in calls]


def _row(call: Call, line: Call) -> dict[str, Any]:
    return {
        "product": line.product,
        "location": line.location,
        "lot": line.lot,
        "on_hand": Decimal(0),
        "reserved": line.quantity,
        "source": call.source,
        "source_line": line.source_line,
    }


def _reservation(row: dict[str, Any], balances: dict[tuple[Any, ...], Record]) -> dict[str, Any]:
    kept = ("product", "location", "lot", "source", "source_line")
    return {"balance": balances[place_of(row)].id, "quantity": row["reserved"], **{name: row[name] for name in kept}}
