from __future__ import annotations

from queti.apps.finance.drafts import refuse_unpostable
from queti.apps.finance.refusals import EntryCheckedAlready, WriterChecks
from queti.kernel.operations import Call, link, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="finance.entry_draft",
    primary=True,
    label=words("Check entry", "凭证审核"),
    help=words("Done by another person than the one who wrote it.", "审核人不能是制单人。"),
    when='state = "written" and written_by != me',
    inputs={"draft": link("finance.entry_draft", label=words("Entry", "凭证"), required=True, many=True)},
    tells=("finance.entry_checked",),
)
def check_entry(work: Work, calls: list[Call]) -> list[Record]:
    drafts = work.fetch("finance.entry_draft", [call.draft for call in calls], ("*", "lines"), lock=True)
    for draft in drafts:
        if draft.checked_at is not None:
            raise EntryCheckedAlready(number=draft.number)
        if draft.written_by is not None:
            _refuse_own(work, draft)
    refuse_unpostable(work, drafts)
    values = {"checked_at": work.now, "checked_by": work.who.user}
    checked = work.change("finance.entry_draft", [(draft, values) for draft in drafts])
    work.tell("finance.entry_checked", checked)
    return checked


def _refuse_own(work: Work, draft: Record) -> None:
    if draft.written_by == work.who.user:
        [writer] = work.fetch("base.user", [draft.written_by], ("name",))
        raise WriterChecks(number=draft.number, who=writer.name)
