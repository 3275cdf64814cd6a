from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from queti.apps.finance.ledger import Rates, post
from queti.apps.finance.open_items import KINDS, PAYABLE, RECEIVABLE, Book, Kind, open_book
from queti.apps.finance.posting import Draft, Leg
from queti.apps.finance.posting_rules import Figures, legs_of
from queti.apps.finance.refusals import (
    AmountNotPositive,
    ReceivableOfAnother,
    SayWhichWay,
    SettlementsDiffer,
    SettlesTooMuch,
)
from queti.apps.finance.settling import Settled, as_named, oldest_first
from queti.kernel.definitions import Choice
from queti.kernel.errors import Overtaken
from queti.kernel.operations import Call, choice, date, lines, link, long_text, money, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work

NOTHING = Decimal(0)
OPEN = "open_amount != 0"
METHODS = {
    "bank": Choice(label=words("Bank transfer", "银行转账")),
    "cash": Choice(label=words("Cash", "现金")),
    "platform": Choice(label=words("Platform account", "平台账户")),
}
DIRECTIONS = {
    "in": Choice(label=words("Received", "收款")),
    "out": Choice(label=words("Paid", "付款")),
}


@operation(
    on="base.party",
    label=words("Record a payment", "登记收付款"),
    help=words(
        "Settles the receivables or payables named, or the oldest first.",
        "核销指定的应收或应付单；未指定则从最早到期的开始核销。",
    ),
    when=f"count(receivables where {OPEN}) + count(payables where {OPEN}) > 0",
    inputs={
        "party": link("base.party", label=words("Business partner", "往来单位"), required=True),
        "amount": money(label=words("Amount", "金额"), required=True),
        "direction": choice(
            DIRECTIONS,
            label=words("Direction", "方向"),
            help=words("Only needed when both sides owe", "仅在双方互有往来时需要"),
        ),
        "currency": link("base.currency", label=words("Currency", "币种")),
        "paid_on": date(label=words("Paid on", "收付款日期"), default="today()"),
        "method": choice(METHODS, label=words("Method", "结算方式"), default='"bank"'),
        "reference": text(label=words("Bank reference", "银行流水号")),
        "note": long_text(label=words("Note", "备注")),
        "settle": lines(
            {
                "receivable": link("finance.receivable", label=words("Receivable", "应收单"), filter=OPEN),
                "payable": link("finance.payable", label=words("Payable", "应付单"), filter=OPEN),
                "amount": money(label=words("Amount", "核销金额")),
            },
            label=words("Settles", "核销明细"),
        ),
    },
    tells=("finance.payment_recorded", "finance.receivable_settled", "finance.payable_settled"),
)
def record_payment(work: Work, calls: list[Call]) -> list[Record]:
    """Money came in or went out: receivables or payables are settled, the bank is moved."""
    for call in calls:
        if call.amount < 0 or (call.amount == 0 and not call.settle):
            raise AmountNotPositive
    plans = [Plan(call, kind, call.currency or work.company["currency"]) for call, kind in _kinds(work, calls)]
    books = {kind: _book(work, kind, plans) for kind in KINDS.values()}
    for plan in plans:
        plan.settled = _settled(work, plan, books[plan.kind])
    payments = work.create("finance.payment", [_payment(work, plan) for plan in plans])
    whole = {kind: book.settle(work, _all(plans, kind)) for kind, book in books.items()}

    work.tell("finance.payment_recorded", payments, data=[_told(plan) for plan in plans])
    for kind, items in whole.items():
        if items:
            work.tell(kind.settled_event, items, data=[{"order": item.get("order")} for item in items])
    post(work, _entries(work, plans, payments))
    return payments


@dataclass(slots=True)
class Plan:
    call: Call
    kind: Kind
    currency: int
    settled: list[Settled] = field(default_factory=list[Settled])

    @property
    def named(self) -> list[tuple[int, Decimal | None]]:
        return [(row[self.kind.name], row.amount) for row in self.call.settle or ()]


def _kinds(work: Work, calls: Sequence[Call]) -> list[tuple[Call, Kind]]:
    """What is named tells the way; else the call; else the only side on which something is open."""
    unsaid = [call.party for call in calls if not call.settle and not call.direction]
    parties = {p.id: p for p in work.fetch("base.party", sorted(set(unsaid)), ("name", "receivable", "payable"))}
    return [(call, _kind(call, parties)) for call in calls]


def _kind(call: Call, parties: Mapping[int, Record]) -> Kind:
    for kind in KINDS.values():
        others = [row for row in call.settle or () if row[kind.name] is None]
        if call.direction == kind.direction and others:
            raise ReceivableOfAnother(receivable="—")
        if call.direction == kind.direction or (call.settle and not others):
            return kind
    if call.settle:
        raise ReceivableOfAnother(receivable="—")
    party = parties[call.party]
    if party.receivable and party.payable:
        raise SayWhichWay(party=party.name)
    return PAYABLE if party.payable else RECEIVABLE


def _book(work: Work, kind: Kind, plans: Sequence[Plan]) -> Book:
    mine = [plan for plan in plans if plan.kind is kind]
    named = [id for plan in mine for id, _ in plan.named]
    return open_book(work, kind, named, sorted({plan.call.party for plan in mine if not plan.named}))


def _settled(work: Work, plan: Plan, book: Book) -> list[Settled]:
    call = plan.call
    if plan.named:
        _refuse_wrong_settlements(plan, book)
        named = as_named(plan.named, book.open, call.amount)
        if (total := sum((one.amount for one in named), NOTHING)) != call.amount:
            raise SettlementsDiffer(settled=total, amount=call.amount)
        return named
    mine = book.of(call.party, plan.currency)
    owed = sum((item.open_amount for item in mine), NOTHING)
    settled, rest = oldest_first(call.amount, mine)
    if rest > 0:
        _refuse_overtaken(work, plan, book)
        [party] = work.fetch("base.party", [call.party], fields=("name",))
        raise plan.kind.too_much(amount=call.amount, open=owed, party=party.name)
    return settled


def _refuse_overtaken(work: Work, plan: Plan, book: Book) -> None:
    """Another payment took what this one saw, and what came since wasn't seen: the whole act runs again."""
    now = work.find(
        plan.kind.object,
        "party = $party and currency = $currency and open_amount != 0",
        {"party": plan.call.party, "currency": plan.currency},
        fields=("number",),
    )
    if any(item.id not in book.open for item in now):
        raise Overtaken(what={"en": "payment", "zh": "收付款"})


def _refuse_wrong_settlements(plan: Plan, book: Book) -> None:
    wanted: dict[int, Decimal] = {}
    for id, amount in plan.named:
        record = book.records.get(id)
        if record is None or record.party != plan.call.party or record.currency != plan.currency:
            raise ReceivableOfAnother(receivable=record.number if record else id)
        still_open = book.open[id].open_amount
        if amount is not None and amount * (still_open or 1) <= 0:
            raise AmountNotPositive(at="settle")
        wanted[id] = wanted.get(id, NOTHING) + (amount or NOTHING)
        if abs(wanted[id]) > abs(still_open) or still_open == 0:
            raise SettlesTooMuch(receivable=record.number, open=still_open, wanted=wanted[id])


def _payment(work: Work, plan: Plan) -> dict[str, Any]:
    call = plan.call
    return {
        "party": call.party,
        "direction": plan.kind.direction,
        "amount": call.amount,
        "currency": plan.currency,
        "paid_on": call.paid_on or work.today,
        "method": call.method,
        "reference": call.reference,
        "note": call.note,
        "settlements": [
            {plan.kind.name: one.item, "amount": one.amount, "booked_amount": one.booked} for one in plan.settled
        ],
    }


def _all(plans: Sequence[Plan], kind: Kind) -> list[Settled]:
    return [one for plan in plans if plan.kind is kind for one in plan.settled]


def _told(plan: Plan) -> dict[str, Any]:
    return {
        "party": plan.call.party,
        "direction": plan.kind.direction,
        "amount": plan.call.amount,
        "paid_on": plan.call.paid_on,
        "reference": plan.call.reference,
    }


def _entries(work: Work, plans: Sequence[Plan], payments: Sequence[Record]) -> list[Draft]:
    rates = Rates(work, [plan.currency for plan in plans])
    legs = dict[int, list[Leg]]()
    for kind in KINDS.values():
        mine = [plan for plan in plans if plan.kind is kind]
        entries = legs_of(work, kind.payment, [[_figures(plan, rates)] for plan in mine]) if mine else []
        legs |= {id(plan): entry for plan, entry in zip(mine, entries, strict=True)}
    return [
        Draft(
            posted_on=record.paid_on,
            summary=record.number,
            legs=legs[id(plan)],
            party=plan.call.party,
            source=record.number,
            links={"payment": record.id},
        )
        for plan, record in zip(plans, payments, strict=True)
    ]


def _figures(plan: Plan, rates: Rates) -> Figures:
    return {
        plan.kind.moved: rates.booked(plan.call.amount, plan.currency, on=plan.call.paid_on),
        "settled": sum((one.booked for one in plan.settled), NOTHING),
        "method": plan.call.method,
        "foreign_currency": rates.codes.get(plan.currency),
    }
