from __future__ import annotations

from queti.apps.flow.acting import INSTANCES, REASON, order
from queti.kernel.operations import Call, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="flow.instance",
    label=words("Cancel", "取消"),
    when='state = "running" and submitter = me',
    tone="danger",
    inputs={"instance": INSTANCES, "reason": REASON},
)
def cancel(work: Work, calls: list[Call]) -> list[Record]:
    """The submitter gives it up."""
    return order(work, calls, "cancel", is_own=True)
