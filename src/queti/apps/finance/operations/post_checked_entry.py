from __future__ import annotations

from queti.apps.finance.drafts import entry_of
from queti.apps.finance.ledger import post
from queti.apps.finance.refusals import EntryNotChecked, EntryPostedAlready
from queti.kernel.operations import Call, link, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="finance.entry_draft",
    primary=True,
    label=words("Post checked entry", "记账"),
    help=words("Gives it its number; from then on it is corrected by a reversal.", "记账后生成凭证字号，更正须红冲。"),
    when='state = "checked"',
    inputs={"draft": link("finance.entry_draft", label=words("Entry", "凭证"), required=True, many=True)},
    tells=("finance.journal_entry_posted",),
)
def post_checked_entry(work: Work, calls: list[Call]) -> list[Record]:
    drafts = work.fetch("finance.entry_draft", [call.draft for call in calls], ("*", "lines"), lock=True)
    for draft in drafts:
        if draft.posted_at is not None:
            raise EntryPostedAlready(number=draft.number)
        if draft.checked_at is None:
            raise EntryNotChecked(number=draft.number)
    work.change("finance.entry_draft", [(draft, {"posted_at": work.now}) for draft in drafts])
    entries = post(work, [entry_of(work, draft) for draft in drafts])
    work.tell("finance.journal_entry_posted", entries)
    return entries
