"""Balances at the end of a day: read from those kept with each posting, never summed from all lines."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from queti.apps.finance.posting import month_of
from queti.kernel.work import Work

NOTHING = Decimal(0)
AFTER = "entry.posted_on > $on and entry.posted_on <= $last"
CARRIED = "not blank(entry.clears) and entry.posted_on >= $first and entry.posted_on <= $last"
SIDES = ("debit", "credit")

Balances = dict[int, Decimal]
"""Account id → debit less credit."""


def balances_on(work: Work, on: date) -> Balances:
    """The balances that are kept to the end of the month, less what came after the day."""
    month = month_of(on)
    kept = work.sums(
        "finance.account_balance", "period.starts_on <= $month", {"month": month}, by=("account",), add=("movement",)
    )
    balances = {row["account"]: row["movement"] for row in kept}
    last = month_of(month + timedelta(days=32)) - timedelta(days=1)
    if on == last:
        return balances
    later = work.sums("finance.journal_line", AFTER, {"on": on, "last": last}, by=("account",), add=SIDES)
    for row in later:
        balances[row["account"]] = balances.get(row["account"], NOTHING) - row["debit"] + row["credit"]
    return balances


def movements(work: Work, first: date, last: date) -> Balances:
    """What moved from the first to the last day, both included; profit carried forward isn't undone by it."""
    after, before = balances_on(work, last), balances_on(work, first - timedelta(days=1))
    carried = work.sums("finance.journal_line", CARRIED, {"first": first, "last": last}, by=("account",), add=SIDES)
    moved = {account: after.get(account, NOTHING) - before.get(account, NOTHING) for account in {*after, *before}}
    for row in carried:
        moved[row["account"]] = moved.get(row["account"], NOTHING) - row["debit"] + row["credit"]
    return moved
