from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from queti.apps.finance.ledger import Rates, post
from queti.apps.finance.posting import BANK, CASH, PLATFORM_ACCOUNT, Draft, payment
from queti.apps.finance.refusals import (
    AmountNotPositive,
    NothingToSettle,
    ReceivableOfAnother,
    SettlementsDiffer,
    SettlesTooMuch,
)
from queti.apps.finance.settling import Open, Settled, as_named, oldest_first
from queti.kernel.definitions import Choice
from queti.kernel.errors import Overtaken
from queti.kernel.operations import Call, choice, date, lines, link, long_text, money, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work

NOTHING = Decimal(0)
ACCOUNTS = {"bank": BANK, "cash": CASH, "platform": PLATFORM_ACCOUNT}
METHODS = {
    "bank": Choice(label=words("Bank transfer", "银行转账")),
    "cash": Choice(label=words("Cash", "现金")),
    "platform": Choice(label=words("Platform account", "平台账户")),
}


@operation(
    on="base.party",
    label=words("Record a payment", "登记收款"),
    help=words("Settles the receivables named, or the oldest first.", "核销指定应收单；未指定则从最早到期的开始核销。"),
    when="receivable > 0",
    inputs={
        "party": link("base.party", label=words("Customer", "客户"), required=True),
        "amount": money(label=words("Amount", "收款金额"), required=True),
        "currency": link("base.currency", label=words("Currency", "币种")),
        "paid_on": date(label=words("Paid on", "收款日期"), default="today()"),
        "method": choice(METHODS, label=words("Method", "收款方式"), default='"bank"'),
        "reference": text(label=words("Bank reference", "银行流水号")),
        "note": long_text(label=words("Note", "备注")),
        "settle": lines(
            {
                "receivable": link("finance.receivable", label=words("Receivable", "应收单"), required=True),
                "amount": money(label=words("Amount", "核销金额")),
            },
            label=words("Settles", "核销明细"),
        ),
    },
    tells=("finance.payment_recorded", "finance.receivable_settled"),
)
def record_payment(work: Work, calls: list[Call]) -> list[Record]:
    """Money came in: receivables are settled, the bank is debited."""
    for call in calls:
        if call.amount <= 0:
            raise AmountNotPositive
    book = _open_receivables(work, calls)
    plans = [_plan(work, call, book) for call in calls]
    payments = work.create("finance.payment", [_payment(work, plan) for plan in plans])
    settled = _settle(work, book, plans)

    work.tell("finance.payment_recorded", payments, data=[_told(plan) for plan in plans])
    if settled:
        work.tell("finance.receivable_settled", settled, data=[{"order": r.get("order")} for r in settled])
    post(work, _entries(work, plans, payments))
    return payments


@dataclass(slots=True)
class Book:
    """The receivables that may be settled, and how much of each still is open."""

    records: dict[int, Record]
    open: dict[int, Open]


@dataclass(slots=True)
class Plan:
    call: Call
    currency: int
    settled: list[Settled] = field(default_factory=list[Settled])


def _open_receivables(work: Work, calls: Sequence[Call]) -> Book:
    named = [row.receivable for call in calls for row in call.settle or ()]
    parties = sorted({call.party for call in calls if not call.settle})
    found = work.find(
        "finance.receivable",
        "id in $named or party in $parties and open_amount > 0",
        {"named": named, "parties": parties},
        lock=True,
    )
    opened = {r.id: Open(r.id, r.due_on or r.booked_on, r.open_amount, r.booked_open) for r in found}
    return Book({r.id: r for r in found}, opened)


def _plan(work: Work, call: Call, book: Book) -> Plan:
    plan = Plan(call, call.currency or work.company["currency"])
    if call.settle:
        _refuse_wrong_settlements(plan, book)
        plan.settled = as_named([(row.receivable, row.amount) for row in call.settle], book.open, call.amount)
        settled = sum((one.amount for one in plan.settled), NOTHING)
        if settled != call.amount:
            raise SettlementsDiffer(settled=settled, amount=call.amount)
        return plan
    mine = [book.open[id] for id, r in book.records.items() if r.party == call.party and r.currency == plan.currency]
    owed = sum((receivable.open_amount for receivable in mine), NOTHING)
    plan.settled, rest = oldest_first(call.amount, mine)
    if rest > 0:
        _refuse_overtaken(work, plan, book)
        [party] = work.fetch("base.party", [call.party], fields=("name",))
        raise NothingToSettle(amount=call.amount, open=owed, party=party.name)
    return plan


def _refuse_overtaken(work: Work, plan: Plan, book: Book) -> None:
    """Another payment took what this one saw, and what came since wasn't seen: the whole act runs again."""
    now = work.find(
        "finance.receivable",
        "party = $party and currency = $currency and open_amount > 0",
        {"party": plan.call.party, "currency": plan.currency},
        fields=("number",),
    )
    if any(receivable.id not in book.open for receivable in now):
        raise Overtaken(what={"en": "payment", "zh": "收款"})


def _refuse_wrong_settlements(plan: Plan, book: Book) -> None:
    wanted: dict[int, Decimal] = {}
    for row in plan.call.settle:
        record = book.records.get(row.receivable)
        if record is None or record.party != plan.call.party or record.currency != plan.currency:
            raise ReceivableOfAnother(receivable=record.number if record else row.receivable)
        if row.amount is not None and row.amount <= 0:
            raise AmountNotPositive(at="settle")
        wanted[row.receivable] = wanted.get(row.receivable, NOTHING) + (row.amount or NOTHING)
        still_open = book.open[row.receivable].open_amount
        if wanted[row.receivable] > still_open or still_open == 0:
            raise SettlesTooMuch(receivable=record.number, open=still_open, wanted=wanted[row.receivable])


def _payment(work: Work, plan: Plan) -> dict[str, Any]:
    call = plan.call
    return {
        "party": call.party,
        "amount": call.amount,
        "currency": plan.currency,
        "paid_on": call.paid_on or work.today,
        "method": call.method,
        "reference": call.reference,
        "note": call.note,
        "settlements": [{"receivable": one.receivable, "amount": one.amount} for one in plan.settled],
    }


def _settle(work: Work, book: Book, plans: Sequence[Plan]) -> list[Record]:
    """The receivables after it that are settled whole."""
    amounts: dict[int, tuple[Decimal, Decimal]] = {}
    for one in (one for plan in plans for one in plan.settled):
        amount, booked = amounts.get(one.receivable, (NOTHING, NOTHING))
        amounts[one.receivable] = amount + one.amount, booked + one.booked
    changes = [
        (
            record := book.records[id],
            {"settled_amount": record.settled_amount + amount, "booked_settled": record.booked_settled + booked},
        )
        for id, (amount, booked) in amounts.items()
    ]
    changed = work.change("finance.receivable", changes)
    return [receivable for receivable in changed if receivable.open_amount == 0]


def _told(plan: Plan) -> dict[str, Any]:
    return {
        "party": plan.call.party,
        "amount": plan.call.amount,
        "paid_on": plan.call.paid_on,
        "reference": plan.call.reference,
    }


def _entries(work: Work, plans: Sequence[Plan], payments: Sequence[Record]) -> list[Draft]:
    rates = Rates(work, [plan.currency for plan in plans])
    return [
        Draft(
            posted_on=record.paid_on,
            summary=record.number,
            legs=payment(
                ACCOUNTS[plan.call.method or "bank"],
                rates.booked(plan.call.amount, plan.currency),
                sum((one.booked for one in plan.settled), NOTHING),
            ),
            party=plan.call.party,
            source=record.number,
            links={"payment": record.id},
        )
        for plan, record in zip(plans, payments, strict=True)
    ]
