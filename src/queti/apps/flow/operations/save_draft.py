from __future__ import annotations

from queti.apps.flow.acting import ASKED, ONE_TASK, REASON, TASK, VALUES
from queti.engines.flows.refusals import NotYourTask
from queti.kernel.operations import Call, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="flow.task",
    label=words("Save as draft", "暂存"),
    when=ASKED,
    inputs={"task": ONE_TASK, "reason": REASON, "values": VALUES},
)
def save_draft(work: Work, calls: list[Call]) -> list[Record]:
    """What one has prepared of a decision; only its assignee sees it, and it goes once the task changes."""
    rows = work.fetch(TASK, [call.task for call in calls], ["id", "waits_for", "version"], lock=True)
    for row in rows:
        if row.waits_for != work.who.user:
            raise NotYourTask
    drafts = [{"reason": call.get("reason") or "", "values": call.get("values") or {}} for call in calls]
    return work.change(TASK, [(row, {"draft": draft}) for row, draft in zip(rows, drafts, strict=True)])
