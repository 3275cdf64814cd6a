from __future__ import annotations

from typing import Any

from queti.apps.flow.acting import REASON, TASKS, decide_each
from queti.kernel.operations import Call, choice, operation, words
from queti.kernel.work import Work

DECISIONS = {
    "approve": words("Approve", "同意"),
    "reject": words("Reject", "拒绝"),
    "handle": words("Done", "办理完成"),
}


@operation(
    on="flow.task",
    label=words("Decide together", "批量处理"),
    when='state = "open" and (kind = "approve" or kind = "handle") and waits_for = me',
    inputs={
        "task": TASKS,
        "decision": choice(DECISIONS, label=words("Decision", "处理意见"), default='"approve"'),
        "reason": REASON,
    },
    result="rows",
)
def decide_many(work: Work, calls: list[Call]) -> list[dict[str, Any]]:
    """Many tasks with one reason: those that can be decided are, of the others it is told why not."""
    return decide_each(work, calls)
