from __future__ import annotations

from queti.apps.flow.acting import PERSON, TASK, WHY, act
from queti.kernel.operations import Call, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    label=words("Hand over all tasks", "批量转交任务"),
    inputs={"person": PERSON, "to": PERSON, "reason": WHY},
)
def hand_over_all(work: Work, calls: list[Call]) -> list[Record]:
    """All that waits for somebody who leaves goes to somebody else."""
    given = [
        Call({"task": task.id, "to": call.to, "reason": call.reason})
        for call in calls
        for task in work.find(TASK, "waits_for = $person and (kind = 'approve' or kind = 'handle')",
                              {"person": call.person}, ["id"])
    ]  # fmt: skip
    return act(work, given, "reassign") if given else []
