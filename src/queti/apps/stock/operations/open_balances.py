from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from queti.apps.stock.opening import OPENING, WAITING, in_parts, mark_opened
from queti.kernel.operations import Call, moment, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    label=words("Take in the opening stock", "登记期初库存"),
    help=words(
        "For the app that opens the books and holds its value there; no role holds this.",
        "供启用账套并登记金额的应用调用，不授予任何角色。",
    ),
    inputs={
        "happened_at": moment(label=words("When", "业务时间"), required=True),
        "source": text(label=words("For", "来源单据"), required=True),
    },
    performs=("stock.name_lots", "stock.receive_bought"),
    result="value",
)
def open_balances(work: Work, calls: list[Call]) -> list[int]:
    """How many rows of `stock.opening_stock` were taken in, each at its own cost."""
    return [_open(work, call) for call in calls]


def _open(work: Work, call: Call) -> int:
    rows = work.find(OPENING, WAITING, sort="location,id", lock=True)
    for part in in_parts(rows):
        _receive(work, call, part)
        mark_opened(work, part, work.now)
    return len(rows)


def _receive(work: Work, call: Call, rows: Sequence[Record]) -> None:
    named = [{"product": row.product, "number": row.lot, "expires_on": row.expires_on} for row in rows]
    lots: list[int | None] = work.perform("stock.name_lots", {"lines": named})
    by_location = groupby(zip(rows, lots, strict=True), key=lambda each: each[0].location)
    work.perform(
        "stock.receive_bought",
        [
            {
                "location": location,
                "lines": [_line(row, lot) for row, lot in here],
                "happened_at": call.happened_at,
                "source": call.source,
                "booked_with": call.source,
            }
            for location, here in by_location
        ],
    )


def _line(row: Record, lot: int | None) -> dict[str, Any]:
    return {"product": row.product, "quantity": row.quantity, "value": row.worth, "lot": lot}
