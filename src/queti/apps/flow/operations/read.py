from __future__ import annotations

from queti.apps.flow.acting import TASK, TASKS
from queti.engines.flows.refusals import NotYourTask
from queti.kernel.operations import Call, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="flow.task",
    label=words("Mark as read", "标为已读"),
    when='state = "open" and waits_for = me and (kind = "copy" or kind = "message")',
    inputs={"task": TASKS},
)
def read(work: Work, calls: list[Call]) -> list[Record]:
    """Copies and messages are read, and nothing waits for that."""
    tasks = work.fetch(TASK, [call.task for call in calls], lock=True)
    if any(task.assignee != work.who.user or task.kind not in ("copy", "message") for task in tasks):
        raise NotYourTask
    done = {"state": "done", "result": "read", "waits_for": None, "done_at": work.now, "done_by": work.who.user}
    return work.change(TASK, [(task, done) for task in tasks])
