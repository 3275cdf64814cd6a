"""What handing over all tasks would hand over."""

from __future__ import annotations

from typing import Any

from queti.apps.flow.acting import PERSON
from queti.apps.flow.leaving import waiting_for
from queti.kernel.operations import Call, link, operation, words
from queti.kernel.work import Work


@operation(
    label=words("What waits for them", "待其处理的流程"),
    inputs={"person": PERSON, "to": link("base.user", label=words("To", "接收人"))},
    reads_only=True,
    result="rows",
)
def list_waiting(work: Work, calls: list[Call]) -> list[Any]:
    """`[{flow, label, count, shared, own}]`: `shared` ask the successor already, `own` are what they submitted."""
    return [waiting_for(work, call.person, call.get("to")) for call in calls]
