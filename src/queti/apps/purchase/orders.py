"""What several acts ask of a purchase order, and how they write its lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from queti.apps.purchase.matching import NOTHING, Progress
from queti.apps.purchase.refusals import ExchangeRateMissing, LineOfAnotherOrder, OrderCancelled, OrderNotPlaced
from queti.kernel.record import Record
from queti.kernel.work import Work
from queti.kernel.writing.changing import Patch

Lines = Mapping[int, tuple[Record, Record]]
"""Id of a line → its order and itself."""


def refuse_cancelled(orders: Iterable[Record]) -> None:
    for order in orders:
        if order.cancelled_at is not None:
            raise OrderCancelled(order=order.number)


def refuse_not_placed(orders: Iterable[Record]) -> None:
    for order in orders:
        if order.placed_at is None:
            raise OrderNotPlaced(order=order.number)


def fetch_orders(work: Work, ids: Iterable[int], *paths: str) -> dict[int, Record]:
    """The orders with their lines, held until the commit."""
    unique = list(dict.fromkeys(ids))
    found = work.fetch("purchase.purchase_order", unique, fields=("*", "lines", *paths), lock=True)
    return {order.id: order for order in found}


def line_of(order: Record, id: int) -> Record:
    for line in order.lines:
        if line.id == id:
            return line
    raise LineOfAnotherOrder(line=id, order=order.number)


def progress_of(line: Record) -> Progress:
    return Progress(line.received_quantity, line.received_value, line.billed_quantity, line.billed_value)


def written(progress: Progress) -> dict[str, Decimal]:
    return {
        "received_quantity": progress.received,
        "received_value": progress.received_value,
        "billed_quantity": progress.billed,
        "billed_value": progress.billed_value,
    }


def with_lines(rows: Iterable[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A change of an order with these of its lines."""
    return {**more, "lines": Patch(change=list(rows))}


class Rates:
    """What other currencies are worth in the company's."""

    def __init__(self, work: Work, currencies: Iterable[int]) -> None:
        self._work, self._own = work, work.company["currency"]
        others = sorted({currency for currency in currencies if currency != self._own})
        found = work.fetch("base.currency", others, fields=("code",)) if others else ()
        self._codes = {currency.id: currency.code for currency in found}

    def of(self, currency: int, told: Decimal | None = None, on: date | None = None) -> Decimal:
        """The rate of a day, else today's, or the one that a document tells; the company's own is worth one."""
        is_told = told and currency != self._own
        rate = told if is_told else self._work.rate(currency, self._own, on or self._work.today)
        if not rate:
            raise ExchangeRateMissing(currency=self._codes[currency])
        return rate


def expected_products(lines: Iterable[Record]) -> list[int]:
    return sorted({line.product for line in lines})


def sum_of(values: Sequence[Decimal]) -> Decimal:
    return sum(values, NOTHING)


def plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def day_of(work: Work, moment: datetime) -> date:
    """The day of a moment where the company is."""
    return moment.astimezone(ZoneInfo(work.timezone)).date()


def moment_on(work: Work, day: date) -> datetime:
    """Now, or noon of another day where the company is."""
    return work.now if day == work.today else datetime.combine(day, time(12), ZoneInfo(work.timezone))
