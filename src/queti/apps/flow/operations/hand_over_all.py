from __future__ import annotations

from queti.apps.flow.acting import PERSON, SUCCESSOR, WHY
from queti.apps.flow.leaving import replace_person
from queti.kernel.operations import Call, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    label=words("Hand over all tasks", "批量转交任务"),
    inputs={"person": PERSON, "to": SUCCESSOR, "reason": WHY},
)
def hand_over_all(work: Work, calls: list[Call]) -> list[Record]:
    """All that waits for somebody who leaves, now or later, goes to somebody else; the instances."""
    return [each for call in calls for each in replace_person(work, call.person, call.to, call.reason)]
