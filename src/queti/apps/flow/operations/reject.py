from __future__ import annotations

from queti.apps.flow.acting import DOABLE, REASON, SIGNATURE, TASKS, act
from queti.kernel.operations import Call, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="flow.task",
    label=words("Reject", "拒绝"),
    when=DOABLE,
    tone="danger",
    inputs={"task": TASKS, "reason": REASON, "signature": SIGNATURE},
)
def reject(work: Work, calls: list[Call]) -> list[Record]:
    """Say no: the flow ends rejected, or goes where the step says."""
    return act(work, calls, "reject")
