from __future__ import annotations

from queti.apps.finance.refusals import PeriodClosed
from queti.kernel.operations import Call, link, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="finance.period",
    label=words("Close period", "结账"),
    help=words("Nothing more can be posted into it until it is opened again.", "结账后不能再记账，除非反结账。"),
    when='state = "open"',
    inputs={"period": link("finance.period", label=words("Period", "会计期间"), required=True, many=True)},
    tells=("finance.period_closed",),
)
def close_period(work: Work, calls: list[Call]) -> list[Record]:
    """Waits for postings under way, which hold the period while they count themselves in."""
    periods = work.fetch("finance.period", [call.period for call in calls], lock=True)
    for period in periods:
        if period.state == "closed":
            raise PeriodClosed(period=period.code)
    closed = work.change("finance.period", [(period, {"state": "closed", "closed_at": work.now}) for period in periods])
    work.tell("finance.period_closed", closed)
    return closed
