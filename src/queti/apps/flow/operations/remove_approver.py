from __future__ import annotations

from queti.apps.flow.acting import DOABLE, ONE_TASK, REASON, act
from queti.kernel.operations import Call, json, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="flow.task",
    label=words("Remove approvers", "减签"),
    when=DOABLE,
    inputs={"task": ONE_TASK, "people": json(label=words("People", "人员"), required=True), "reason": REASON},
)
def remove_approver(work: Work, calls: list[Call]) -> list[Record]:
    """Those who needn't be asked any more; the last one stays."""
    return act(work, calls, "remove_approver")
