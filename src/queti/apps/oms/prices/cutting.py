"""Orders cut after they were priced: who bears what goes down with the lines, and still adds up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from queti.apps.oms.pricing import spread
from queti.kernel.record import Record, id_of
from queti.kernel.work import Work
from queti.kernel.writing.changing import Patch

Cuts = Mapping[int, Decimal | None]
"""Line → what is left of its promotions; None where the line goes. Lines that aren't named stay."""
Change = tuple[Record, Mapping[str, Any]]


def with_discounts(work: Work, changes: Sequence[Change]) -> list[Change]:
    """The changes, with the discounts of the lines that they cut parted as before. Nothing is read where nothing
    was taken off."""
    cuts = {order.id: _cuts(change["lines"]) for order, change in changes if order.promotion_amount}
    read = work.fetch("oms.sales_order", sorted(cuts), ("discounts",)) if cuts else []
    told = {order.id: {"discounts": _patch(order.discounts, cuts[order.id])} for order in read}
    return [(order, {**change, **told.get(order.id, {})}) for order, change in changes]


def _cuts(lines: Patch) -> Cuts:
    cut: dict[int, Decimal | None] = {id_of(line): None for line in lines.remove}
    return cut | {row["id"]: row["promotion_amount"] for row in lines.change if "promotion_amount" in row}


def _patch(discounts: Sequence[Record], cuts: Cuts) -> Patch:
    rows: defaultdict[int, list[Record]] = defaultdict(list)
    for row in discounts:
        if row.line in cuts:
            rows[row.line].append(row)
    shares = {row.id: share for line, mine in rows.items() for row, share in _parted(mine, cuts[line])}
    gone = [row for mine in rows.values() for row in mine if not shares.get(row.id)]
    return Patch(change=[{"id": id, "amount": share} for id, share in shares.items() if share], remove=gone)


def _parted(rows: Sequence[Record], left: Decimal | None) -> list[tuple[Record, Decimal]]:
    if left is None:
        return []
    return list(zip(rows, spread(left, [row.amount for row in rows]), strict=True))
