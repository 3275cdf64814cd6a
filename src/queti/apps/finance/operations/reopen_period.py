from __future__ import annotations

from queti.apps.finance.refusals import PeriodStillOpen
from queti.kernel.operations import Call, link, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="finance.period",
    tone="bad",
    label=words("Reopen period", "反结账"),
    help=words("Opens a closed month again; the reason is kept.", "重新开启已结账的期间，须说明原因。"),
    when='state = "closed"',
    inputs={
        "period": link("finance.period", label=words("Period", "会计期间"), required=True, many=True),
        "reason": text(label=words("Reason", "原因"), required=True),
    },
    tells=("finance.period_reopened",),
)
def reopen_period(work: Work, calls: list[Call]) -> list[Record]:
    periods = work.fetch("finance.period", [call.period for call in calls], lock=True)
    for period in periods:
        if period.state != "closed":
            raise PeriodStillOpen(period=period.code)
    reopened = {"state": "open", "closed_at": None, "closed_by": None, "reopened_at": work.now}
    changes = [
        (period, {**reopened, "reopen_reason": call.reason}) for period, call in zip(periods, calls, strict=True)
    ]
    opened = work.change("finance.period", changes)
    work.tell("finance.period_reopened", opened, data=[{"reason": call.reason} for call in calls])
    return opened
