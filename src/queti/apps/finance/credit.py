"""What a customer owes and has ordered, put to the credit rule order by order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from queti.kernel.events import Event
from queti.kernel.record import Record
from queti.kernel.rules.answers import Answer
from queti.kernel.rules.remembering import given_asked
from queti.kernel.work import Work

RULE = "finance.credit"
NOTHING = Decimal(0)
FACTS = ("credit_limit", "receivable", "terms_days")
LATE = ("overdue_amount", "overdue_since")
OPEN = "customer in $customers and blank(cancelled_at) and not is_shipped and blank(holds) and not (id in $new)"
OF_OPEN = (
    "order.customer in $customers and blank(order.cancelled_at) and not order.is_shipped and blank(order.holds)"
    " and order.shipped_quantity > 0 and not (order in $new)"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which customers the rule is asked about, and what of them is read for it."""

    where: str
    fields: tuple[str, ...]


def asked(work: Work) -> Asked:
    """What is overdue is only read, and is only a reason to ask, where a row looks at it."""
    level = ("level",) if "level" in work.object("base.party").fields else ()
    if given_asked(work.model, RULE).isdisjoint(("overdue", "overdue_days")):
        return Asked("not blank(credit_limit)", (*FACTS, *level))
    return Asked("not blank(credit_limit) or overdue_amount > 0", (*FACTS, *LATE, *level))


def credit_holds(work: Work, events: Sequence[Event], parties: Sequence[Record]) -> list[dict[str, Any]]:
    """What holds the orders of these events, in their order: by the receivables of their customers, by what else is
    ordered and not yet shipped, and by each other."""
    customers = {party.id: party for party in parties if party.credit_limit is not None or party.get("overdue_amount")}
    mine = [event for event in events if event.data["customer"] in customers]
    if not mine:
        return []
    cases = [
        _case(work, customers[event.data["customer"]], *each)
        for event, each in zip(mine, _owing(work, mine, customers), strict=True)
    ]
    answers = work.decide(RULE, cases)
    held = [(event, answer) for event, answer in zip(mine, answers, strict=True) if answer["hold"]]
    work.keep_answers(RULE, [(Record(event.object, {"id": event.record}), answer) for event, answer in held])
    return [_hold(*each) for each in held]


def _hold(event: Event, answer: Answer) -> dict[str, Any]:
    return {"order": event.record, "reason": answer["hold"], "note": answer["note"]}


def _case(work: Work, party: Record, ordered: Decimal | None, total: Decimal | None) -> dict[str, Any]:
    since = party.get("overdue_since")
    return {
        "limit": party.credit_limit,
        "owed": party.receivable or NOTHING,
        "ordered": ordered,
        "total": total,
        "overdue": party.get("overdue_amount"),
        "overdue_days": Decimal((work.today - since).days) if since else None,
        "terms_days": party.terms_days,
        "level": party.get("level"),
    }


def _owing(
    work: Work, events: Sequence[Event], customers: Mapping[int, Record]
) -> list[tuple[Decimal | None, Decimal | None]]:
    """What each order finds ordered before it, and what it is worth itself; None where a rate is missing.

    Of a customer without a limit it isn't asked.
    """
    limited = sorted(id for id, party in customers.items() if party.credit_limit is not None)
    before = _ordered(work, limited, [event.record for event in events]) if limited else []
    currencies = {*(currency for _, currency, _ in before), *(event.data["currency"] for event in events)}
    rates = _rates(work, currencies)
    ordered: dict[int, Decimal | None] = dict.fromkeys(customers, NOTHING)
    for customer, currency, amount in before:
        ordered[customer] = _plus(ordered[customer], amount, rates.get(currency))
    owing: list[tuple[Decimal | None, Decimal | None]] = []
    for event in events:
        customer, rate = event.data["customer"], rates.get(event.data["currency"])
        owing.append((ordered[customer], _plus(NOTHING, event.data["total"], rate)))
        ordered[customer] = _plus(ordered[customer], event.data["total"], rate)
    return owing


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
    return {currency: work.rate(currency, own, work.today) for currency in currencies}
