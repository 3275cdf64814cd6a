from __future__ import annotations

from queti.apps.flow.acting import REASON, TASKS, act
from queti.kernel.operations import Call, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="flow.task",
    label=words("Take back", "拿回"),
    when='state = "done" and assignee = me',
    inputs={"task": TASKS, "reason": REASON},
)
def take_back(work: Work, calls: list[Call]) -> list[Record]:
    """Undo an act of one's own before the next acts."""
    return act(work, calls, "take_back")
