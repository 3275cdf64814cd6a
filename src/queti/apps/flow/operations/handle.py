from __future__ import annotations

from queti.apps.flow.acting import REASON, SIGNATURE, TASKS, VALUES, act
from queti.kernel.operations import Call, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="flow.task",
    label=words("Done", "办理完成"),
    when='state = "open" and kind = "handle" and waits_for = me',
    primary=True,
    inputs={"task": TASKS, "reason": REASON, "values": VALUES, "signature": SIGNATURE},
)
def handle(work: Work, calls: list[Call]) -> list[Record]:
    """Say that the work of these tasks is done."""
    return act(work, calls, "handle")
