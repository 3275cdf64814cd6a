from __future__ import annotations

from queti.apps.flow.acting import CHOSEN, DOABLE, REASON, SIGNATURE, TASKS, VALUES, act
from queti.kernel.operations import Call, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="flow.task",
    key="a",
    label=words("Approve", "同意"),
    when=DOABLE,
    primary=True,
    inputs={"task": TASKS, "reason": REASON, "chosen": CHOSEN, "values": VALUES, "signature": SIGNATURE},
)
def approve(work: Work, calls: list[Call]) -> list[Record]:
    """Say yes to these tasks; the flow goes on where that is enough."""
    return act(work, calls, "approve")
