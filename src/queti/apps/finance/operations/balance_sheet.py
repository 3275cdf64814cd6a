from __future__ import annotations

import datetime
from datetime import timedelta
from typing import Any

from queti.apps.finance.balances import balances_on
from queti.apps.finance.statements.reading import LAYOUT, Statement
from queti.kernel.operations import Call, date, money, number, operation, text, words
from queti.kernel.work import Work


@operation(
    label=words("Balance sheet", "资产负债表"),
    help=words("What the company owns and owes at the end of a day.", "截至指定日期的资产、负债与所有者权益。"),
    inputs={"on": date(label=words("On", "截止日期"), default="today()"), "layout": LAYOUT},
    columns={
        "label": text(label=words("Line", "项目")),
        "number": number(label=words("No.", "行次"), decimals=0),
        "amount": money(label=words("Amount", "期末余额")),
        "opening": money(label=words("At the beginning of the year", "年初余额")),
    },
    reads_only=True,
    result="rows",
)
def balance_sheet(work: Work, calls: list[Call]) -> list[dict[str, Any]]:
    return [_balance_sheet(work, call.on or work.today, call.layout) for call in calls]


def _balance_sheet(work: Work, on: datetime.date, layout: str | None) -> dict[str, Any]:
    statement = Statement(work, "balance_sheet", layout)
    year_before = on.replace(month=1, day=1) - timedelta(days=1)
    columns = {"amount": balances_on(work, on), "opening": balances_on(work, year_before)}
    rows = statement.rows(columns, only_profit=False)
    amounts = {row["line"]: row["amount"] for row in rows}
    return {
        "on": on,
        "layout": statement.layout,
        "rows": rows,
        "assets": amounts["assets"],
        "liabilities_and_equity": amounts["liabilities_and_equity"],
        "balances": amounts["assets"] == amounts["liabilities_and_equity"],
    }
