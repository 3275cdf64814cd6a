from __future__ import annotations

from queti.apps.flow.acting import INSTANCES, REASON, order
from queti.kernel.operations import Call, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="flow.instance",
    label=words("Withdraw", "撤回"),
    when='state = "running" and submitter = me',
    inputs={"instance": INSTANCES, "reason": REASON},
)
def withdraw(work: Work, calls: list[Call]) -> list[Record]:
    """The submitter recalls it, where the flow lets that be."""
    return order(work, calls, "withdraw", is_own=True)
