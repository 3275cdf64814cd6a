from __future__ import annotations

from queti.apps.finance.refusals import EntryNotChecked, EntryPostedAlready
from queti.kernel.operations import Call, link, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="finance.entry_draft",
    label=words("Take the check back", "取消审核"),
    help=words("The writer may change it again.", "取消后制单人可再修改。"),
    when='state = "checked"',
    inputs={
        "draft": link("finance.entry_draft", label=words("Entry", "凭证"), required=True, many=True),
        "reason": text(label=words("Reason", "原因")),
    },
    tells=("finance.entry_unchecked",),
)
def uncheck_entry(work: Work, calls: list[Call]) -> list[Record]:
    drafts = work.fetch("finance.entry_draft", [call.draft for call in calls], lock=True)
    for draft in drafts:
        if draft.posted_at is not None:
            raise EntryPostedAlready(number=draft.number)
        if draft.checked_at is None:
            raise EntryNotChecked(number=draft.number)
    opened = work.change("finance.entry_draft", [(draft, {"checked_at": None, "checked_by": None}) for draft in drafts])
    work.tell("finance.entry_unchecked", opened, data=[{"reason": call.reason} for call in calls])
    return opened
