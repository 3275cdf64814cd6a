from __future__ import annotations

from queti.apps.flow.acting import DOABLE, ONE_TASK, PERSON, REASON, act
from queti.kernel.operations import Call, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="flow.task",
    label=words("Remove an approver", "减签"),
    when=DOABLE,
    inputs={"task": ONE_TASK, "person": PERSON, "reason": REASON},
)
def remove_approver(work: Work, calls: list[Call]) -> list[Record]:
    """Somebody who needn't be asked any more; the last one stays."""
    return act(work, calls, "remove_approver")
