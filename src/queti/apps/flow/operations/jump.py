from __future__ import annotations

from queti.apps.flow.acting import INSTANCES, WHY, order
from queti.kernel.operations import Call, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="flow.instance",
    label=words("Jump", "跳转"),
    when='state = "running" or state = "failed"',
    inputs={"instance": INSTANCES, "to": text(label=words("Step", "步骤"), required=True), "reason": WHY},
)
def jump(work: Work, calls: list[Call]) -> list[Record]:
    """An administrator puts it at another step."""
    return order(work, calls, "jump")
