from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from queti.apps.finance.posting import month_of
from queti.kernel.operations import Call, date, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work

NOTHING = Decimal(0)
AFTER = "entry.posted_on > $on and entry.posted_on <= entry.period.ends_on and entry.period.starts_on = $month"


@operation(
    label=words("Trial balance", "试算平衡表"),
    help=words("The balance of every account at the end of a day.", "截至指定日期的各科目余额。"),
    inputs={"on": date(label=words("On", "截止日期"), default="today()")},
    reads_only=True,
    result="rows",
)
def trial_balance(work: Work, calls: list[Call]) -> list[dict[str, Any]]:
    """From the kept balances; of the month that `on` lies in, what came after it is taken off again."""
    return [_trial_balance(work, call.on or work.today) for call in calls]


def _trial_balance(work: Work, on: datetime.date) -> dict[str, Any]:
    month = month_of(on)
    kept = work.find(
        "finance.account_balance", "period.starts_on <= $month", {"month": month}, fields=("account", "movement")
    )
    later = work.find("finance.journal_line", AFTER, {"on": on, "month": month}, fields=("account", "debit", "credit"))
    balances = _balances(kept, later)
    accounts = work.find(
        "finance.account", sort="code", fields=("code", "name", "name_en", "category", "normal_balance")
    )
    rows = [_row(account, balances[account.id]) for account in accounts if balances.get(account.id)]
    return {
        "on": on,
        "rows": rows,
        "debit": sum((row["debit"] for row in rows), NOTHING),
        "credit": sum((row["credit"] for row in rows), NOTHING),
    }


def _balances(kept: Iterable[Record], later: Iterable[Record]) -> dict[int, Decimal]:
    balances: dict[int, Decimal] = {}
    for row in kept:
        balances[row.account] = balances.get(row.account, NOTHING) + row.movement
    for line in later:
        balances[line.account] = balances.get(line.account, NOTHING) - line.debit + line.credit
    return balances


def _row(account: Record, balance: Decimal) -> dict[str, Any]:
    return {
        "account": account.code,
        "name": account.name,
        "name_en": account.name_en,
        "category": account.category,
        "debit": max(balance, NOTHING),
        "credit": max(-balance, NOTHING),
    }
