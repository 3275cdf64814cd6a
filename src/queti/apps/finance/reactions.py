"""What the books do when orders and stock speak."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from queti.apps.finance.credit import over_credit
from queti.apps.finance.ledger import Rates, day_of, post
from queti.apps.finance.open_items import item_of
from queti.apps.finance.posting import (
    PAYABLES,
    Draft,
    Leg,
    bill,
    goods_issued,
    goods_received,
    goods_returned,
    sale,
    stock_adjusted,
)
from queti.apps.finance.summaries import word
from queti.kernel.events import Event, reacts_to
from queti.kernel.record import Record
from queti.kernel.work import Work

NOTHING = Decimal(0)
USUAL_TERMS = 30


@reacts_to("oms.order_placed", inline=True, needs=("oms",), performs=("oms.hold_order",))
def open_the_finance_side(work: Work, events: list[Event]) -> None:
    """A customer's first order opens the finance side; one over the limit waits for a person."""
    parties = work.find(
        "base.party",
        "id in $parties and (blank(finance_opened_at) or not blank(credit_limit))",
        {"parties": sorted({event.data["customer"] for event in events})},
        fields=("name", "legal_name", "terms_days", "credit_limit", "receivable", "finance_opened_at"),
        lock=True,
    )
    unopened = [party for party in parties if party.finance_opened_at is None]
    if unopened:
        work.change("base.party", [(party, _finance_side(work, party)) for party in unopened])
    holds = [{"order": order, "reason": "credit"} for order in over_credit(work, events, parties)]
    if holds:
        work.perform("oms.hold_order", holds)


@reacts_to("oms.order_revised", inline=True, needs=("oms",), performs=("oms.hold_order",))
def hold_what_grew_over_credit(work: Work, events: list[Event]) -> None:
    """An order that was placed within the limit may have grown beyond it, or be another customer's now."""
    open_the_finance_side(work, events)


def _finance_side(work: Work, party: Record) -> dict[str, Any]:
    terms = party.terms_days if party.terms_days is not None else work.company.get("terms_days")
    return {
        "finance_opened_at": work.now,
        "legal_name": party.legal_name or party.name,
        "terms_days": USUAL_TERMS if terms is None else terms,
    }


@reacts_to("oms.parcel_shipped", inline=True, needs=("oms",))
def book_the_sale(work: Work, events: list[Event]) -> None:
    """With each parcel the receivable, the revenue, the tax and the cost of the goods."""
    rates = Rates(work, [event.data["currency"] for event in events])
    owed = [event for event in events if event.data["total"] != 0]
    made = work.create("finance.receivable", _receivables(work, owed, rates)) if owed else []
    receivables = {event.record: receivable for event, receivable in zip(owed, made, strict=True)}
    sales = [_sale(work, event, receivables[event.record], rates) for event in owed]
    post(work, [*sales, *(_cost_of_sale(work, event) for event in events if event.data["cost"] != 0)])


def _receivables(work: Work, events: list[Event], rates: Rates) -> list[dict[str, Any]]:
    parties = work.fetch("base.party", sorted({event.data["customer"] for event in events}), fields=("terms_days",))
    terms = {party.id: party.terms_days for party in parties}
    usual = work.company.get("terms_days")
    return [_receivable(work, event, terms[event.data["customer"]], usual, rates) for event in events]


def _receivable(work: Work, event: Event, terms: Decimal | None, usual: Decimal | None, rates: Rates) -> dict[str, Any]:
    data = event.data
    booked_on = day_of(work, data["shipped_at"])
    days = next((days for days in (terms, usual) if days is not None), USUAL_TERMS)
    return item_of(
        rates,
        party=data["customer"],
        booked_on=booked_on,
        due_on=booked_on + timedelta(days=int(days)),
        currency=data["currency"],
        net_amount=data["net_amount"],
        tax=data["tax"],
        amount=data["total"],
        source=data["parcel"],
        order=data["order"],
        parcel=event.record,
    )


def _sale(work: Work, event: Event, receivable: Record, rates: Rates) -> Draft:
    data = event.data
    owed = rates.booked(data["total"], data["currency"])
    tax = rates.booked(data["tax"], data["currency"])
    return Draft(
        posted_on=day_of(work, data["shipped_at"]),
        summary=f"{data['order_number']} {data['parcel']}",
        legs=_in_currency(sale(owed - tax, tax, owed), data, rates),
        party=data["customer"],
        source=data["parcel"],
        links={"receivable": receivable.id},
    )


def _cost_of_sale(work: Work, event: Event) -> Draft:
    """An entry of its own: reversing the sale doesn't bring the goods back."""
    return Draft(
        posted_on=day_of(work, event.data["shipped_at"]),
        summary=f"{word(work, 'cost')} {event.data['order_number']} {event.data['parcel']}",
        legs=goods_issued(event.data["cost"]),
        party=event.data["customer"],
        source=event.data["parcel"],
    )


def _in_currency(legs: list[Leg], data: Any, rates: Rates) -> list[Leg]:
    """What is owed to us also in the currency that it is owed in."""
    if data["currency"] == rates.own:
        return legs
    owed = legs[0]
    return [Leg(owed.account, owed.debit, owed.credit, owed.note, data["currency"], data["total"]), *legs[1:]]


@reacts_to("stock.goods_received", inline=True, needs=("stock",))
def book_received_goods(work: Work, events: list[Event]) -> None:
    """Goods came before their invoice: 暂估应付账款."""
    _book_stock(work, events, "receive", lambda data: goods_received(data["value"]))


@reacts_to("stock.adjusted", inline=True, needs=("stock",))
def book_stock_differences(work: Work, events: list[Event]) -> None:
    _book_stock(work, events, "adjust", lambda data: stock_adjusted(data["value"]))


@reacts_to("stock.revalued", inline=True, needs=("stock",))
def book_revaluations(work: Work, events: list[Event]) -> None:
    _book_stock(work, events, "adjust", lambda data: stock_adjusted(data["value"]))


@reacts_to("stock.goods_issued", inline=True, needs=("stock",))
def book_issued_goods(work: Work, events: list[Event]) -> None:
    _book_stock(work, events, "issue", lambda data: goods_issued(data["cost"]))


def _book_stock(work: Work, events: list[Event], act: str, legs: Callable[[Any], list[Leg]]) -> None:
    """What moves with a parcel, a receipt or a bill is booked with that document; all else here."""
    alone = [event for event in events if not event.data.get("booked_with")]
    post(work, [_stock_entry(work, event, legs(event.data), act) for event in alone])


def _stock_entry(work: Work, event: Event, legs: list[Leg], act: str) -> Draft:
    source = event.data.get("source")
    return Draft(
        posted_on=day_of(work, event.data.get("happened_at") or work.now),
        summary=f"{word(work, act)} {source or event.data.get('reason') or ''}".strip(),
        legs=legs,
        source=source or f"stock.move {event.record}",
    )


@reacts_to("purchase.goods_received", inline=True, needs=("purchase",))
def book_purchased_goods(work: Work, events: list[Event]) -> None:
    """Goods came, their bill is still to come: 暂估入库."""
    entries = [(event, goods_received(event.data["amount"])) for event in events]
    post(work, [_purchase_entry(work, event, "received_on", "receive", legs) for event, legs in entries])


@reacts_to("purchase.goods_returned", inline=True, needs=("purchase",))
def book_returned_goods(work: Work, events: list[Event]) -> None:
    """What was billed is credited by the supplier's credit note; what the goods cost beyond it is a cost of sales."""
    entries = [(event, goods_returned(event.data["amount"], event.data["cost"])) for event in events]
    post(work, [_purchase_entry(work, event, "returned_on", "return", legs) for event, legs in entries])


def _purchase_entry(work: Work, event: Event, day: str, act: str, legs: list[Leg]) -> Draft:
    number = _number(event)
    return Draft(
        posted_on=event.data.get(day) or work.today,
        summary=f"{word(work, act)} {number}",
        legs=legs,
        party=event.data["supplier"],
        source=number,
    )


def _number(event: Event) -> str:
    return event.data.get("number") or f"{event.object} {event.record}"


@reacts_to("purchase.bill_recorded", inline=True, needs=("purchase",))
def book_the_bill(work: Work, events: list[Event]) -> None:
    """With each bill the payable, the input tax and what it differs from the goods that came."""
    rates = Rates(work, [event.data["currency"] for event in events if not event.data.get("rate")])
    owed = [event for event in events if event.data["total"] != 0]
    made = work.create("finance.payable", [_payable(work, event, rates) for event in owed])
    payables = {event.record: payable for event, payable in zip(owed, made, strict=True)}
    post(work, [_bill(work, event, payables.get(event.record), rates) for event in events])


def _payable(work: Work, event: Event, rates: Rates) -> dict[str, Any]:
    data = event.data
    booked_on = data.get("billed_on") or work.today
    usual = work.company.get("terms_days")
    due_on = data.get("due_on") or booked_on + timedelta(days=int(USUAL_TERMS if usual is None else usual))
    link = {"bill": event.record} if "bill" in work.object("finance.payable").fields else {}
    return item_of(
        rates,
        party=data["supplier"],
        booked_on=booked_on,
        due_on=due_on,
        currency=data["currency"],
        rate=data.get("rate"),
        net_amount=data["net"],
        tax=data["tax"],
        amount=data["total"],
        bill_number=data.get("bill_number"),
        source=_number(event),
        **link,
    )


def _bill(work: Work, event: Event, payable: Record | None, rates: Rates) -> Draft:
    """The tax takes what rounding leaves between the total and its parts."""
    data = event.data
    owed = rates.booked(data["total"], data["currency"], data.get("rate"))
    parts = (data["received_amount"], data["difference_in_stock"], data["difference_in_cost"])
    legs = bill(*parts, owed - sum(parts, NOTHING), owed)
    if data["currency"] != rates.own:
        legs = [replace(leg, **_foreign(leg, data)) for leg in legs]
    return Draft(
        posted_on=data.get("billed_on") or work.today,
        summary=" ".join(part for part in (word(work, "bill"), data.get("bill_number"), _number(event)) if part),
        legs=legs,
        party=data["supplier"],
        source=_number(event),
        links={} if payable is None else {"payable": payable.id},
    )


def _foreign(leg: Leg, data: Any) -> dict[str, Any]:
    """What we owe also in the currency that we owe it in."""
    return {"currency": data["currency"], "foreign_amount": data["total"]} if leg.account == PAYABLES else {}
