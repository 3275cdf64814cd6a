from __future__ import annotations

from queti.apps.flow.acting import TASK, TASKS
from queti.engines.flows.refusals import NotYourTask
from queti.kernel.operations import Call, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work

TO_DO = ("approve", "handle")


@operation(
    on="flow.task",
    label=words("Mark as read", "标为已读"),
    when='state = "open" and waits_for = me',
    inputs={"task": TASKS},
)
def read(work: Work, calls: list[Call]) -> list[Record]:
    """Copies and messages are done with that; what is to decide or do has been opened."""
    tasks = work.fetch(TASK, [call.task for call in calls], lock=True)
    if any(task.assignee != work.who.user for task in tasks):
        raise NotYourTask
    done = {"state": "done", "result": "read", "waits_for": None, "done_at": work.now, "done_by": work.who.user}
    return work.change(TASK, [(task, {"seen_at": work.now} if task.kind in TO_DO else done) for task in tasks])
