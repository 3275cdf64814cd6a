from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from queti.apps.finance.balances import balances_on
from queti.kernel.operations import Call, date, money, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work

NOTHING = Decimal(0)


@operation(
    label=words("Trial balance", "试算平衡表"),
    help=words("The balance of every account at the end of a day.", "截至指定日期的各科目余额。"),
    inputs={"on": date(label=words("On", "截止日期"), default="today()")},
    columns={
        "account": text(label=words("Account", "科目编码")),
        "label": text(label=words("Name", "科目名称")),
        "debit": money(label=words("Debit", "借方余额")),
        "credit": money(label=words("Credit", "贷方余额")),
    },
    reads_only=True,
    result="rows",
)
def trial_balance(work: Work, calls: list[Call]) -> list[dict[str, Any]]:
    return [_trial_balance(work, call.on or work.today) for call in calls]


def _trial_balance(work: Work, on: datetime.date) -> dict[str, Any]:
    balances = balances_on(work, on)
    accounts = work.find("finance.account", sort="code", fields=("code", "name", "name_en", "category"))
    rows = [_row(work, account, balances[account.id], on) for account in accounts if balances.get(account.id)]
    debit = sum((row["debit"] for row in rows), NOTHING)
    credit = sum((row["credit"] for row in rows), NOTHING)
    return {"on": on, "rows": rows, "debit": debit, "credit": credit, "totals": {"debit": debit, "credit": credit}}


def _row(work: Work, account: Record, balance: Decimal, on: datetime.date) -> dict[str, Any]:
    ledger = {"account": account.id, "from": on.replace(month=1, day=1), "to": on}
    return {
        "account": account.code,
        "label": account.name if work.language == "zh" else account.name_en or account.name,
        "name": account.name,
        "name_en": account.name_en,
        "category": account.category,
        "debit": max(balance, NOTHING),
        "credit": max(-balance, NOTHING),
        "_drill": {"operation": "finance.ledger", "inputs": ledger},
    }
