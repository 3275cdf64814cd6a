from __future__ import annotations

from queti.apps.flow.acting import INSTANCES, REASON, order
from queti.kernel.operations import Call, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="flow.instance",
    label=words("Submit again", "重新提交"),
    when='(state = "withdrawn" or state = "rejected") and submitter = me',
    inputs={"instance": INSTANCES, "reason": REASON},
)
def resubmit(work: Work, calls: list[Call]) -> list[Record]:
    """What was withdrawn or rejected begins once more."""
    return order(work, calls, "resubmit", is_own=True)
