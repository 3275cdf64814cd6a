from __future__ import annotations

from queti.apps.flow.acting import INSTANCES, REASON, order
from queti.kernel.operations import Call, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="flow.instance",
    label=words("Run the failed step again", "重试失败步骤"),
    when='state = "failed"',
    primary=True,
    inputs={"instance": INSTANCES, "to": text(label=words("Step", "步骤")), "reason": REASON},
)
def restart_step(work: Work, calls: list[Call]) -> list[Record]:
    """What failed is tried again."""
    return order(work, calls, "restart_step")
