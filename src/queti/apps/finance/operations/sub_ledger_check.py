from __future__ import annotations

import datetime
from typing import Any

from queti.apps.finance.agreeing import compared
from queti.kernel.operations import Call, date, json, money, operation, text, words
from queti.kernel.work import Work


@operation(
    label=words("Sub-ledgers agree", "明细账与总账核对"),
    help=words(
        "Compares receivables, payables and stock value with the ledger at the end of a day, document by document.",
        "逐单核对截至指定日期的应收、应付、库存成本与总账。",
    ),
    inputs={"on": date(label=words("On", "截止日期"), default="today()")},
    columns={
        "ledger": text(label=words("Sub-ledger", "明细账")),
        "document": json(label=words("Document", "单据")),
        "sub_ledger": money(label=words("In the sub-ledger", "明细账金额")),
        "books": money(label=words("In the books", "总账金额")),
        "difference": money(label=words("Difference", "差额")),
    },
    reads_only=True,
    result="rows",
)
def sub_ledger_check(work: Work, calls: list[Call]) -> list[dict[str, Any]]:
    return [_check(work, call.on or work.today) for call in calls]


def _check(work: Work, on: datetime.date) -> dict[str, Any]:
    """The rows are the sub-ledgers, each followed by the documents that differ."""
    ledgers = compared(work, on)
    differences = [difference for ledger in ledgers for difference in ledger.differences()]
    rows = [row for ledger in ledgers for row in (ledger.row(), *ledger.differences())]
    notice = _notice(work, len(differences))
    return {"on": on, "agrees": not differences, "differences": differences, "rows": rows, "notice": notice}


def _notice(work: Work, differing: int) -> dict[str, str]:
    if not differing:
        agree = words("The sub-ledgers agree with the books.", "明细账与总账一致。")
        return {"tone": "good", "text": agree.get(work.language, agree["en"])}
    differ = words(f"{differing} documents differ; they are named below.", f"有 {differing} 张单据不一致，见下表。")
    return {"tone": "bad", "text": differ.get(work.language, differ["en"])}
