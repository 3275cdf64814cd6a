from __future__ import annotations

from queti.apps.flow.acting import DOABLE, ONE_TASK, REASON, act
from queti.kernel.operations import Call, choice, json, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work

PLACES = {
    "before": words("Before me", "前加签"),
    "beside": words("Beside me", "并加签"),
    "after": words("After me", "后加签"),
}


@operation(
    on="flow.task",
    label=words("Add approvers", "加签"),
    when=DOABLE,
    inputs={
        "task": ONE_TASK,
        "people": json(label=words("People", "人员"), required=True),
        "place": choice(PLACES, label=words("Place", "位置"), default='"beside"'),
        "reason": REASON,
    },
)
def add_approver(work: Work, calls: list[Call]) -> list[Record]:
    """Before, beside or after one's own approval."""
    return act(work, calls, "add_approver")
