from __future__ import annotations

from decimal import Decimal
from typing import Any

from queti.apps.finance.handing_over import file_of
from queti.apps.finance.refusals import NothingToHandOver
from queti.kernel.operations import Call, date, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    label=words("Hand over entries", "移交凭证"),
    help=words(
        "The posted entries that were not handed over yet, as a file for another bookkeeping system.",
        "将尚未移交的已记账凭证导出为文件，供其他财务软件使用。",
    ),
    inputs={"until": date(label=words("Until", "截止日期"), default="today()")},
    tells=("finance.entries_handed_over",),
    result="value",
)
def hand_over_entries(work: Work, calls: list[Call]) -> list[dict[str, Any]]:
    """Each entry once: a unique key stands behind it, also of two who hand over at once."""
    return [file_of(work, _hand_over(work, call)) for call in calls]


def _hand_over(work: Work, call: Call) -> Record:
    until = call.until or work.today
    entries = work.find(
        "finance.journal_entry", "posted_on <= $until and count(handed_over) = 0", {"until": until}, fields=("id",)
    )
    if not entries:
        raise NothingToHandOver(until=until)
    lines = [{"entry": entry.id} for entry in entries]
    row = {"until": until, "entry_count": Decimal(len(entries)), "entries": lines}
    made = work.create("finance.hand_over", [row])
    work.settle()
    work.tell("finance.entries_handed_over", made)
    return made[0]
