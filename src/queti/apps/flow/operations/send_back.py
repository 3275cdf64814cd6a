from __future__ import annotations

from queti.apps.flow.acting import ASKED, TASKS, WHY, act
from queti.kernel.operations import Call, boolean, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="flow.task",
    label=words("Send back", "退回"),
    when=ASKED,
    inputs={
        "task": TASKS,
        "to": text(label=words("Step", "退回到")),
        "reason": WHY,
        "again": boolean(label=words("Through all steps again", "重新逐级审批")),
    },
)
def send_back(work: Work, calls: list[Call]) -> list[Record]:
    """To an earlier step, or to the submitter where none is named; it comes back straight or again through all."""
    return act(work, calls, "send_back")
