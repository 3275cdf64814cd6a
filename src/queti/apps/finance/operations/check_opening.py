from __future__ import annotations

import datetime
from typing import Any

from queti.apps.finance.opening import first_posting, sides
from queti.apps.finance.refusals import BooksHaveBegun
from queti.kernel.operations import Call, date, json, money, number, operation, text, words
from queti.kernel.work import Work


@operation(
    label=words("Check the opening", "期初核对"),
    help=words(
        "Opening stock, receivables and payables beside the balances of their accounts, before the books are opened.",
        "启用前核对期初库存、应收、应付与科目余额。",
    ),
    inputs={"on": date(label=words("Balances at the end of", "期初日期"), default="today()")},
    columns={
        "label": text(label=words("Compared", "核对项目")),
        "rows": number(label=words("Rows", "行数"), decimals=0),
        "sub_ledger": money(label=words("In the rows", "明细合计")),
        "books": money(label=words("On the account", "科目余额")),
        "difference": money(label=words("Difference", "差额")),
        "object": json(label=words("Rows of", "明细对象")),
    },
    reads_only=True,
    result="rows",
)
def check_opening(work: Work, calls: list[Call]) -> list[dict[str, Any]]:
    return [_check(work, call.on or work.today) for call in calls]


def _check(work: Work, on: datetime.date) -> dict[str, Any]:
    found = sides(work, on)
    agrees = all(side.difference == 0 for side in found)
    rows = [side.row(work) for side in found]
    return {"on": on, "agrees": agrees, "rows": rows, "notice": _notice(work)}


def _notice(work: Work) -> dict[str, str] | None:
    if (entry := first_posting(work)) is None:
        return None
    said = BooksHaveBegun(number=entry.number, posted_on=entry.posted_on)
    return {"tone": "warning", "text": said.says("zh" if work.language == "zh" else "en")}
