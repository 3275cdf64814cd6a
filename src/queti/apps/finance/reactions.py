"""What the books do when orders and stock speak."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from queti.apps.finance.credit import asked, credit_holds
from queti.apps.finance.dimensions import Known
from queti.apps.finance.ledger import Rates, day_of, post
from queti.apps.finance.open_items import item_of
from queti.apps.finance.posting import PAYABLES, RECEIVABLES, Draft, Leg
from queti.apps.finance.posting_rules import Figures, in_parts, legs_of
from queti.apps.finance.summaries import word
from queti.kernel.events import Event, reacts_to
from queti.kernel.record import Record
from queti.kernel.work import Work

NOTHING = Decimal(0)
USUAL_TERMS = 30


@reacts_to("oms.order_placed", inline=True, needs=("oms",), performs=("oms.hold_order",))
def open_the_finance_side(work: Work, events: list[Event]) -> None:
    """A customer's first order opens the finance side; one that the credit rule holds waits for a person."""
    wanted = asked(work)
    parties = work.find(
        "base.party",
        f"id in $parties and (blank(finance_opened_at) or {wanted.where})",
        {"parties": sorted({event.data["customer"] for event in events})},
        fields=("name", "legal_name", "finance_opened_at", *wanted.fields),
        lock=True,
    )
    unopened = [party for party in parties if party.finance_opened_at is None]
    if unopened:
        work.change("base.party", [(party, _finance_side(work, party)) for party in unopened])
    if holds := credit_holds(work, events, parties):
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
    customers = _customers(work, owed)
    made = work.create("finance.receivable", _receivables(work, owed, customers, rates)) if owed else []
    cases = [sold_parts(event.data, customers[event.data["customer"]], rates) for event in owed]
    legs = legs_of(work, "sale", cases, _named(owed))
    sales = [_sale(work, *each, rates) for each in zip(owed, made, legs, strict=True)]
    post(work, [*sales, *_costs_of_sales(work, [event for event in events if event.data["cost"] != 0])])


def _customers(work: Work, events: Sequence[Event]) -> dict[int, Record]:
    """With what posting rules ask of them."""
    known = work.object("base.party").fields
    fields = ["name", "terms_days", *(["level"] if "level" in known else [])]
    ids = sorted({event.data["customer"] for event in events})
    return {party.id: party for party in work.fetch("base.party", ids, fields=fields)} if ids else {}


def _receivables(
    work: Work, events: Sequence[Event], customers: Mapping[int, Record], rates: Rates
) -> list[dict[str, Any]]:
    usual = work.company.get("terms_days")
    return [_receivable(work, event, customers[event.data["customer"]].terms_days, usual, rates) for event in events]


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


def sold_parts(data: Any, customer: Record, rates: Rates) -> list[Figures]:
    """A parcel as the posting rule is asked about it: its money by kind of goods and tax rate, in our currency."""
    parts, on = data["parts"], day_of(rates.work, data["shipped_at"])
    whole, tax = (rates.booked(data[name], data["currency"], on=on) for name in ("total", "tax"))
    owed = in_parts(whole, [part["net"] + part["tax"] for part in parts])
    taxes = in_parts(tax, [part["tax"] for part in parts])
    facts = {
        "channel": data["channel"],
        "warehouse": data["warehouse"],
        "customer": customer.name,
        "level": customer.get("level"),
        "foreign_currency": rates.codes.get(data["currency"]),
        "department": data["department"],
    }
    return [
        {**facts, **part, "net": whole - tax, "tax": tax} for part, whole, tax in zip(parts, owed, taxes, strict=True)
    ]


def _sale(work: Work, event: Event, receivable: Record, legs: list[Leg], rates: Rates) -> Draft:
    data = event.data
    return Draft(
        posted_on=day_of(work, data["shipped_at"]),
        summary=f"{data['order_number']} {data['parcel']}",
        legs=in_currency(legs, RECEIVABLES, data, rates),
        party=data["customer"],
        source=data["parcel"],
        links={"receivable": receivable.id},
    )


def _costs_of_sales(work: Work, events: Sequence[Event]) -> list[Draft]:
    """Entries of their own: reversing the sale doesn't bring the goods back."""
    cases = [[_sold(event.data)] for event in events]
    return [
        Draft(
            posted_on=day_of(work, event.data["shipped_at"]),
            summary=f"{word(work, 'cost')} {event.data['order_number']} {event.data['parcel']}",
            legs=legs,
            party=event.data["customer"],
            source=event.data["parcel"],
        )
        for event, legs in zip(events, legs_of(work, "goods_issued", cases, _named(events)), strict=True)
    ]


def _named(events: Sequence[Event]) -> Known:
    """The departments that sold."""
    return {"department": {event.data["department"]: event.data["department_id"] for event in events}}


def _sold(data: Any) -> Figures:
    asked = {"channel": data["channel"], "department": data["department"]}
    return {"cost": data["cost"], "sold": True, "reason": None, **asked}


def in_currency(legs: list[Leg], use: str, data: Any, rates: Rates) -> list[Leg]:
    """What is owed also in the currency that it is owed in."""
    if data["currency"] == rates.own:
        return legs
    owed = [leg for leg in legs if leg.account == use]
    foreign = dict(zip(map(id, owed), in_parts(data["total"], [leg.debit + leg.credit for leg in owed]), strict=True))
    return [
        replace(leg, currency=data["currency"], foreign_amount=foreign[id(leg)]) if id(leg) in foreign else leg
        for leg in legs
    ]


@reacts_to("stock.goods_received", inline=True, needs=("stock",))
def book_received_goods(work: Work, events: list[Event]) -> None:
    """Goods came before their invoice: 暂估应付账款."""
    _book_stock(work, events, "receive", "goods_received", lambda data: {"value": data["value"], "bought": False})


@reacts_to("stock.adjusted", inline=True, needs=("stock",))
def book_stock_differences(work: Work, events: list[Event]) -> None:
    _book_stock(work, events, "adjust", "stock_adjusted", lambda data: _adjusted(data, counted=True))


@reacts_to("stock.revalued", inline=True, needs=("stock",))
def book_revaluations(work: Work, events: list[Event]) -> None:
    _book_stock(work, events, "adjust", "stock_adjusted", lambda data: _adjusted(data, counted=False))


def _adjusted(data: Any, *, counted: bool) -> Figures:
    return {"value": data["value"], "counted": counted, "reason": data.get("reason")}


@reacts_to("stock.goods_issued", inline=True, needs=("stock",))
def book_issued_goods(work: Work, events: list[Event]) -> None:
    _book_stock(work, events, "issue", "goods_issued", _issued)


def _issued(data: Any) -> Figures:
    return {"cost": data["cost"], "sold": False, "channel": None, "reason": data.get("reason"), "department": None}


def _book_stock(work: Work, events: list[Event], act: str, document: str, figures: Callable[[Any], Figures]) -> None:
    """What moves with a parcel, a receipt or a bill is booked with that document; all else here."""
    alone = [event for event in events if not event.data.get("booked_with")]
    legs = legs_of(work, document, [[figures(event.data)] for event in alone])
    post(work, [_stock_entry(work, event, each, act) for event, each in zip(alone, legs, strict=True)])


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
    legs = legs_of(work, "goods_received", [[{"value": event.data["amount"], "bought": True}] for event in events])
    post(work, [_purchase_entry(work, *each, "received_on", "receive") for each in zip(events, legs, strict=True)])


@reacts_to("purchase.goods_returned", inline=True, needs=("purchase",))
def book_returned_goods(work: Work, events: list[Event]) -> None:
    """What was billed is credited by the supplier's credit note; what the goods cost beyond it is a cost of sales."""
    cases = [[{"credited": event.data["amount"], "cost": event.data["cost"]}] for event in events]
    legs = legs_of(work, "goods_returned", cases)
    post(work, [_purchase_entry(work, *each, "returned_on", "return") for each in zip(events, legs, strict=True)])


def _purchase_entry(work: Work, event: Event, legs: list[Leg], day: str, act: str) -> Draft:
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
    rates = Rates(work, [event.data["currency"] for event in events])
    owed = [event for event in events if event.data["total"] != 0]
    made = work.create("finance.payable", [_payable(work, event, rates) for event in owed])
    payables = {event.record: payable for event, payable in zip(owed, made, strict=True)}
    legs = legs_of(work, "bill", [[_billed(event.data, rates)] for event in events])
    post(
        work,
        [_bill(work, event, payables.get(event.record), each, rates) for event, each in zip(events, legs, strict=True)],
    )


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


def _billed(data: Any, rates: Rates) -> Figures:
    """The tax takes what rounding leaves between the total and its parts."""
    parts = {
        "received": data["received_amount"],
        "in_stock": data["difference_in_stock"],
        "in_cost": data["difference_in_cost"],
    }
    owed = rates.booked(data["total"], data["currency"], data.get("rate"), data.get("billed_on"))
    return {**parts, "tax": owed - sum(parts.values(), NOTHING), "foreign_currency": rates.codes.get(data["currency"])}


def _bill(work: Work, event: Event, payable: Record | None, legs: list[Leg], rates: Rates) -> Draft:
    data = event.data
    return Draft(
        posted_on=data.get("billed_on") or work.today,
        summary=" ".join(part for part in (word(work, "bill"), data.get("bill_number"), _number(event)) if part),
        legs=in_currency(legs, PAYABLES, data, rates),
        party=data["supplier"],
        source=_number(event),
        links={} if payable is None else {"payable": payable.id},
    )
