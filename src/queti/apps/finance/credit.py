"""What a customer owes and has ordered, against what they are trusted with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from queti.kernel.events import Event
from queti.kernel.record import Record
from queti.kernel.work import Work

NOTHING = Decimal(0)
OPEN = "customer in $customers and blank(cancelled_at) and not is_shipped and blank(holds) and not (id in $new)"
OF_OPEN = (
    "order.customer in $customers and blank(order.cancelled_at) and not order.is_shipped and blank(order.holds)"
    " and order.shipped_quantity > 0 and not (order in $new)"
)


def over_credit(work: Work, events: Sequence[Event], parties: Sequence[Record]) -> list[int]:
    """The orders of these events that go beyond their customer's limit, in their order: with the receivables, with
    what else is ordered and not yet shipped, and with each other. An amount of unknown worth is beyond any."""
    limits = {party.id: party.credit_limit for party in parties if party.credit_limit is not None}
    if not limits:
        return []
    owed: dict[int, Decimal | None] = {party.id: party.receivable or NOTHING for party in parties if party.id in limits}
    mine = [event for event in events if event.data["customer"] in limits]
    ordered = _ordered(work, sorted(limits), [event.record for event in mine])
    rates = _rates(work, {*(currency for _, currency, _ in ordered), *(event.data["currency"] for event in mine)})
    for customer, currency, amount in ordered:
        owed[customer] = _plus(owed[customer], amount, rates.get(currency))
    over: list[int] = []
    for event in mine:
        customer = event.data["customer"]
        total = _plus(owed[customer], event.data["total"], rates.get(event.data["currency"]))
        if total is None or total > limits[customer]:
            over.append(event.record)
        owed[customer] = total
    return over


def _plus(sum: Decimal | None, amount: Decimal, rate: Decimal | None) -> Decimal | None:
    return None if sum is None or rate is None else sum + amount * rate


def _ordered(work: Work, customers: list[int], new: list[int]) -> list[tuple[int, int, Decimal]]:
    """Customer, currency and what is ordered and not shipped; what is held isn't trusted yet."""
    params: Mapping[str, Any] = {"customers": customers, "new": new}
    found: defaultdict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for row in work.sums("oms.sales_order", OPEN, params, by=("customer", "currency"), add=("total",)):
        found[row["customer"], row["currency"]] += row["total"]
    by, add = ("order.customer", "order.currency"), ("shipped_amount", "shipped_tax")
    for row in work.sums("oms.sales_order_line", OF_OPEN, params, by=by, add=add):
        found[row["order.customer"], row["order.currency"]] -= row["shipped_amount"] + row["shipped_tax"]
    return [(customer, currency, amount) for (customer, currency), amount in found.items()]


def _rates(work: Work, currencies: set[int]) -> dict[int, Decimal | None]:
    own = work.company["currency"]
    others = sorted(currencies - {own})
    found = work.fetch("base.currency", others, fields=("rate",)) if others else []
    return {own: Decimal(1), **{currency.id: currency.rate for currency in found}}
