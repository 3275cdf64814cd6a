from __future__ import annotations

import datetime
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from queti.apps.finance.posting import month_of
from queti.apps.finance.refusals import PeriodsNeedAnOrder
from queti.kernel.operations import Call, date, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    label=words("Open periods", "开启会计期间"),
    help=words(
        "Opens every month from the first to the last day named; closed ones stay closed.",
        "开启起止日期之间的全部月份，已结账的期间保持不变。",
    ),
    inputs={
        "first": date(label=words("From", "起始日期"), required=True),
        "last": date(label=words("To", "结束日期")),
    },
    result="value",
)
def open_periods(work: Work, calls: list[Call]) -> list[list[Record]]:
    return [_open(work, call.first, call.last or call.first) for call in calls]


def _open(work: Work, first: datetime.date, last: datetime.date) -> list[Record]:
    if first > last:
        raise PeriodsNeedAnOrder
    rows = [{"starts_on": month, "entry_count": Decimal(0)} for month in months(first, last)]
    return list(work.tally("finance.period", rows, by=("starts_on",), add=("entry_count",)).changed)


def months(first: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    month = month_of(first)
    while month <= last:
        yield month
        month = month_of(month + timedelta(days=32))
