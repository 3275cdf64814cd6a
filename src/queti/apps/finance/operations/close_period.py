from __future__ import annotations

from collections.abc import Sequence

from queti.apps.finance.refusals import EarlierPeriodOpen, EntriesWaitForPosting, PeriodClosedAlready
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
    _refuse_closed(work, periods)
    _refuse_earlier_open(work, periods)
    _refuse_waiting_entries(work, periods)
    values = {"state": "closed", "closed_at": work.now, "closed_by": work.who.user}
    closed = work.change("finance.period", [(period, values) for period in periods])
    work.tell("finance.period_closed", closed)
    return closed


def _refuse_closed(work: Work, periods: Sequence[Record]) -> None:
    """Of two who close at once, the later one waits for the lock and is told."""
    for period in periods:
        if period.state == "closed":
            by = work.fetch("base.user", [period.closed_by], ("name",))[0].name if period.closed_by else "—"
            raise PeriodClosedAlready(period=period.code, by=by)


def _refuse_earlier_open(work: Work, periods: Sequence[Record]) -> None:
    last = max(periods, key=lambda period: period.starts_on)
    mine = [period.id for period in periods]
    where = 'state = "open" and total_count > 0 and starts_on < $last and not (id in $mine)'
    for earlier in work.find("finance.period", where, {"last": last.starts_on, "mine": mine}, ("code",), limit=1):
        raise EarlierPeriodOpen(earlier=earlier.code, period=last.code)


def _refuse_waiting_entries(work: Work, periods: Sequence[Record]) -> None:
    for period in periods:
        where = "blank(posted_at) and posted_on >= $first and posted_on <= $last"
        days = {"first": period.starts_on, "last": period.ends_on}
        if waiting := work.find("finance.entry_draft", where, days, ("number",), sort="number"):
            raise EntriesWaitForPosting(period=period.code, count=len(waiting), number=waiting[0].number)
