"""What salespeople earn by what their customers have paid: receivables, as the rule of commission is asked of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from queti.apps.finance.posting import to_cents
from queti.kernel.record import Record
from queti.kernel.work import Work

RULE = "finance.commission"
PAID = """state = "settled" and net_amount != 0 and count(commissions) = 0
    and max(settlements.payment.paid_on) <= $until"""
COSTS = 'entry.source in $sources and account.use = "cost_of_sales"'
BEFORE = 'party in $parties and state = "settled" and not id in $ids'


@dataclass(frozen=True, slots=True)
class Earned:
    """A paid receivable, whose it is, and what the rule is asked."""

    receivable: Record
    salesperson: int
    base: Decimal
    asked: Mapping[str, Any]


def earned(work: Work, until: date) -> list[Earned]:
    """All that is paid by that day and has no commission yet, in the order of the books."""
    by_order = ("order.owner",) if "order" in work.object("finance.receivable").fields else ()
    fields = ("party", "net_amount", "rate", "source", "party.owner", *by_order)
    paid = work.find("finance.receivable", PAID, {"until": until}, fields=fields, sort="booked_on,id", lock=True)
    costs, known = _costs(work, paid), _who_bought_before(work, paid)
    found: list[Earned] = []
    for one in paid:
        owner = one.get("order.owner") or one["party.owner"]
        base = to_cents(one.net_amount * one.rate)
        asked = {"margin_percent": _margin(base, costs.get(one.source)), "new_customer": one.party not in known}
        known.add(one.party)
        if owner:
            found.append(Earned(one, owner, base, {**asked, "collected": True}))
    return found


def _costs(work: Work, paid: Sequence[Record]) -> dict[str, Decimal]:
    """What the goods cost that were sold, by the document; unknown where no stock is kept."""
    sources = sorted({one.source for one in paid if one.source})
    if not sources or "stock.move" not in work.model.objects:
        return {}
    sums = work.sums("finance.journal_line", COSTS, {"sources": sources}, by=("entry.source",), add=("debit", "credit"))
    return dict.fromkeys(sources, Decimal(0)) | {row["entry.source"]: row["debit"] - row["credit"] for row in sums}


def _margin(base: Decimal, cost: Decimal | None) -> Decimal | None:
    return None if cost is None or not base else to_cents((base - cost) / base * 100)


def _who_bought_before(work: Work, paid: Sequence[Record]) -> set[int]:
    if not paid:
        return set()
    asked = {"parties": sorted({one.party for one in paid}), "ids": [one.id for one in paid]}
    return {row["party"] for row in work.sums("finance.receivable", BEFORE, asked, by=("party",), add=("amount",))}
