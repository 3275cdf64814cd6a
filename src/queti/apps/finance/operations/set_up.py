from __future__ import annotations

from typing import Any

from queti.apps.finance.chart import small_enterprise
from queti.kernel.operations import Call, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    label=words("Set up the chart of accounts", "初始化会计科目"),
    help=words(
        "The accounts of the standard for small enterprises; harmless when done twice.",
        "按《小企业会计准则》建立会计科目，可重复执行。",
    ),
)
def set_up(work: Work, calls: list[Call]) -> list[list[Record]]:
    known = {account.code: account.id for account in work.find("finance.account", fields=("code",))}
    chart = {code: body for code, body in small_enterprise().items() if code not in known}
    made: list[Record] = []
    for is_sub in (False, True):
        rows = [_account(code, body, known) for code, body in chart.items() if ("parent" in body) is is_sub]
        made += work.create("finance.account", rows)
        known |= {account.code: account.id for account in made}
    return [made for _ in calls]


def _account(code: str, body: dict[str, Any], known: dict[str, int]) -> dict[str, Any]:
    return {"code": code, **body, "parent": known[body["parent"]] if "parent" in body else None}
