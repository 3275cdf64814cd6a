from __future__ import annotations

from queti.apps.flow.acting import ASKED, REASON, SUCCESSOR, TASKS, act
from queti.kernel.operations import Call, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="flow.task",
    label=words("Hand over", "转交"),
    when=ASKED,
    inputs={"task": TASKS, "to": SUCCESSOR, "reason": REASON},
)
def hand_over(work: Work, calls: list[Call]) -> list[Record]:
    """Pass the tasks on for good."""
    return act(work, calls, "hand_over")
