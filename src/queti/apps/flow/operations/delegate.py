from __future__ import annotations

from queti.apps.flow.acting import DOABLE, REASON, SUCCESSOR, TASKS, act
from queti.kernel.operations import Call, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="flow.task",
    label=words("Delegate", "委派"),
    when=DOABLE,
    inputs={"task": TASKS, "to": SUCCESSOR, "reason": REASON},
)
def delegate(work: Work, calls: list[Call]) -> list[Record]:
    """Ask somebody else for their word; the task comes back."""
    return act(work, calls, "delegate")
