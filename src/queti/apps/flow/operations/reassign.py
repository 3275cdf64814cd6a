from __future__ import annotations

from queti.apps.flow.acting import SUCCESSOR, TASKS, WHY, act
from queti.kernel.operations import Call, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="flow.task",
    label=words("Reassign", "改派"),
    when='state = "open"',
    inputs={"task": TASKS, "to": SUCCESSOR, "reason": WHY},
)
def reassign(work: Work, calls: list[Call]) -> list[Record]:
    """An administrator gives tasks to somebody else."""
    return act(work, calls, "reassign")
