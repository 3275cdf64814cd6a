from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from queti.apps.stock.opening import OPENING, TAKEN_IN, in_parts, mark_opened
from queti.apps.stock.refusals import OpeningStockMixed
from queti.kernel.operations import Call, moment, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    label=words("Take the opening stock back", "撤回期初库存"),
    help=words(
        "For the app that takes its opening of the books back; no role holds this.",
        "供撤回启用的应用调用，不授予任何角色。",
    ),
    inputs={
        "happened_at": moment(label=words("When", "业务时间"), required=True),
        "source": text(label=words("For", "来源单据"), required=True),
    },
    performs=("stock.issue_returned",),
    result="value",
)
def take_back_balances(work: Work, calls: list[Call]) -> list[int]:
    """How many rows are to be taken in anew; refused where goods of theirs are promised or have left."""
    return [_take_back(work, call) for call in calls]


def _take_back(work: Work, call: Call) -> int:
    rows = work.find(OPENING, TAKEN_IN, sort="location,id", lock=True)
    for part in in_parts(rows):
        _issue(work, call, part)
        mark_opened(work, part, None)
    _refuse_mixed(work, call.source)
    return len(rows)


def _refuse_mixed(work: Work, source: str) -> None:
    """Goods that came since at another cost have changed the average, at which these would leave."""
    [left] = work.sums("stock.move", "source = $source", {"source": source}, by=(), add=("value",))
    if left["value"]:
        raise OpeningStockMixed(value=f"{left['value']:,.2f}")


def _issue(work: Work, call: Call, rows: Sequence[Record]) -> None:
    lots = _lots(work, rows)
    lines = [_line(row, lots) for row in rows]
    said = {"happened_at": call.happened_at, "source": call.source, "booked_with": call.source}
    work.perform("stock.issue_returned", {"lines": lines, **said})


def _line(row: Record, lots: dict[tuple[int, str], int]) -> dict[str, Any]:
    lot = lots[row.product, row.lot] if row.lot else None
    return {"product": row.product, "location": row.location, "lot": lot, "quantity": row.quantity}


def _lots(work: Work, rows: Sequence[Record]) -> dict[tuple[int, str], int]:
    wanted = {"numbers": sorted({row.lot for row in rows if row.lot})}
    if not wanted["numbers"]:
        return {}
    found = work.find("stock.lot", "number in $numbers", wanted, ("product", "number"))
    return {(lot.product, lot.number): lot.id for lot in found}
