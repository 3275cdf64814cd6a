from __future__ import annotations

from queti.apps.flow.acting import INSTANCES, WHY, order
from queti.kernel.operations import Call, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="flow.instance",
    label=words("Stop", "终止"),
    when='state = "running" or state = "failed"',
    tone="danger",
    inputs={"instance": INSTANCES, "reason": WHY},
)
def stop(work: Work, calls: list[Call]) -> list[Record]:
    """An administrator ends it."""
    return order(work, calls, "stop")
