"""The rows of the opening stock: which wait, which are taken in, and a part of them at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from queti.kernel.record import Record
from queti.kernel.work import Work

OPENING = "stock.opening_stock"
WAITING = "blank(opened_at)"
TAKEN_IN = "not blank(opened_at)"
AT_ONCE = 5_000


def in_parts(rows: Sequence[Record]) -> Iterator[Sequence[Record]]:
    return (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))


def mark_opened(work: Work, rows: Sequence[Record], at: datetime | None) -> None:
    work.change(OPENING, [(row, {"opened_at": at}) for row in rows])
