from __future__ import annotations

from queti.apps.flow.acting import PERSON
from queti.kernel.operations import Call, date, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    label=words("Set a deputy", "设置代理人"),
    inputs={
        "person": PERSON,
        "deputy": PERSON,
        "from_on": date(label=words("From", "开始日期"), required=True),
        "until_on": date(label=words("Until", "结束日期"), required=True),
    },
)
def set_deputy(work: Work, calls: list[Call]) -> list[Record]:
    """Who is asked instead of somebody during these days."""
    return work.create("flow.deputy", [dict(call.values) for call in calls])
