from __future__ import annotations

import datetime
from typing import Any

from queti.apps.finance.balances import movements
from queti.apps.finance.refusals import PeriodsNeedAnOrder
from queti.apps.finance.statements.reading import LAYOUT, Statement
from queti.kernel.operations import Call, date, money, number, operation, text, words
from queti.kernel.work import Work


@operation(
    label=words("Profit and loss", "利润表"),
    help=words("Revenue, costs and profit from one day to another.", "指定期间的收入、成本与利润。"),
    inputs={
        "from": date(label=words("From", "起始日期"), default="start_of_month(today())"),
        "to": date(label=words("To", "截止日期"), default="today()"),
        "layout": LAYOUT,
    },
    columns={
        "label": text(label=words("Line", "项目")),
        "number": number(label=words("No.", "行次"), decimals=0),
        "amount": money(label=words("Amount", "本期金额")),
        "year_to_date": money(label=words("Year to date", "本年累计金额")),
    },
    reads_only=True,
    result="rows",
)
def profit_and_loss(work: Work, calls: list[Call]) -> list[dict[str, Any]]:
    return [_profit_and_loss(work, call) for call in calls]


def _profit_and_loss(work: Work, call: Call) -> dict[str, Any]:
    last: datetime.date = call["to"] or work.today
    first: datetime.date = call["from"] or last.replace(day=1)
    if first > last:
        raise PeriodsNeedAnOrder
    statement = Statement(work, "profit_and_loss", call.layout)
    columns = {
        "amount": movements(work, first, last),
        "year_to_date": movements(work, last.replace(month=1, day=1), last),
    }
    rows = statement.rows(columns, only_profit=True)
    profit = next(row["amount"] for row in rows if row["line"] == "net_profit")
    return {"from": first, "to": last, "layout": statement.layout, "rows": rows, "profit": profit}
