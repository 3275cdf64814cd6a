from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from queti.apps.crm.refusals import LeadAlreadyConverted, LeadIsLost
from queti.kernel.operations import Call, date, link, money, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="crm.lead",
    key="c",
    primary=True,
    label=words("Convert lead", "转化线索"),
    help=words("Makes a deal with the customer, a new one where none is named.", "生成商机；未指定客户时新建客户。"),
    when='state = "new" or state = "working"',
    inputs={
        "lead": link("crm.lead", label=words("Lead", "线索"), required=True, many=True),
        "customer": link("base.party", label=words("Customer", "客户"), filter="is_customer"),
        "deal_name": text(label=words("Deal", "商机名称")),
        "amount": money(label=words("Amount", "预计金额"), min="0"),
        "expected_close_on": date(label=words("Expected close", "预计成交日期")),
        "next_step": text(label=words("Next step", "下一步")),
        "next_step_on": date(label=words("Next step on", "下一步日期")),
    },
    tells=("crm.lead_converted",),
)
def convert_lead(work: Work, calls: list[Call]) -> list[Record]:
    """The lead becomes a deal with a customer and somebody to speak to; the answer is the deal."""
    leads = work.fetch("crm.lead", [call.lead for call in calls], lock=True)
    _refuse_done(leads)
    customers = _customers(work, calls, leads)
    contacts = _contacts(work, leads, customers)
    rows = zip(calls, leads, customers, contacts, strict=True)
    deals = work.create("crm.deal", [_deal(work, *row) for row in rows])
    work.change(
        "crm.lead",
        [
            (lead, {"state": "converted", "converted_at": work.now, "customer": customer, "deal": deal.id})
            for lead, customer, deal in zip(leads, customers, deals, strict=True)
        ],
    )
    work.tell("crm.lead_converted", leads, data=[{"deal": deal.id} for deal in deals])
    return deals


def _refuse_done(leads: Iterable[Record]) -> None:
    for lead in leads:
        if lead.state == "converted":
            raise LeadAlreadyConverted(lead=lead.name)
        if lead.state == "lost":
            raise LeadIsLost(lead=lead.name)


def _customers(work: Work, calls: list[Call], leads: list[Record]) -> list[int]:
    new = [lead for call, lead in zip(calls, leads, strict=True) if call.customer is None]
    made = iter(work.create("base.party", [_party(work, lead) for lead in new]) if new else ())
    return [next(made).id if call.customer is None else call.customer for call in calls]


def _party(work: Work, lead: Record) -> dict[str, Any]:
    return {
        "name": lead.company_name or lead.contact_name,
        "is_customer": True,
        "owner": lead.owner or work.who.user,
        "phone": lead.phone,
        "email": lead.email,
    }


def _contacts(work: Work, leads: list[Record], customers: list[int]) -> list[int | None]:
    named = [(lead, customer) for lead, customer in zip(leads, customers, strict=True) if lead.contact_name]
    rows = [
        {"name": lead.contact_name, "party": customer, "phone": lead.phone, "email": lead.email}
        for lead, customer in named
    ]
    made = iter(work.create("base.contact", rows) if rows else ())
    return [next(made).id if lead.contact_name else None for lead in leads]


def _deal(work: Work, call: Call, lead: Record, customer: int, contact: int | None) -> dict[str, Any]:
    return {
        "name": call.deal_name or lead.name,
        "customer": customer,
        "contact": contact,
        "amount": call.amount if call.amount is not None else lead.estimated_amount,
        "expected_close_on": call.expected_close_on,
        "next_step": call.next_step,
        "next_step_on": call.next_step_on,
        "owner": lead.owner or work.who.user,
        "note": lead.note,
    }
